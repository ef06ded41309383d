"""Who calls, and whom it believes, as the environment says."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from salience.client.client import Client
from salience.client.client_tls import ClientTls
from salience.client.retries import RetryPolicy


class Identity(BaseSettings):
    """`SALIENCE_API_KEY` sets `api_key`, and so on.

    From the environment only: other users of the machine see a command's arguments.
    """

    model_config = SettingsConfigDict(env_prefix="SALIENCE_", frozen=True)

    api_key: str | None = None
    ca_certificate: Path | None = None
    client_certificate: Path | None = None
    """For mutual TLS, with `client_key`."""
    client_key: Path | None = None

    @property
    def tls(self) -> ClientTls | None:
        """How to speak TLS; not at all unless it is said whom to believe."""
        if self.ca_certificate is None:
            return None
        return ClientTls(self.ca_certificate, self.client_certificate, self.client_key)

    @property
    def headers(self) -> dict[str, str]:
        """Of a call over HTTP; the metadata of one over gRPC."""
        return {"authorization": f"Bearer {self.api_key}"} if self.api_key else {}

    def client(
        self, target: str, *, timeout_seconds: float = 30.0, retries: RetryPolicy | None = None
    ) -> Client:
        """One that calls so. Raises OSError for a file that cannot be read."""
        return Client(
            target,
            api_key=self.api_key,
            tls=self.tls,
            timeout_seconds=timeout_seconds,
            retries=retries,
        )
