"""The service that a command calls."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from salience.client import Client, ClientTls
from salience.errors import InvalidInput


class _Identity(BaseSettings):
    """From the environment only: other users of the machine see a command's arguments."""

    model_config = SettingsConfigDict(env_prefix="SALIENCE_", frozen=True)

    api_key: str | None = None
    ca_certificate: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None

    def tls(self) -> ClientTls | None:
        """How to speak TLS; not at all unless it is said whom to believe."""
        if self.ca_certificate is None:
            return None
        return ClientTls(self.ca_certificate, self.client_certificate, self.client_key)


def client_of(server: str, timeout_seconds: float) -> Client:
    """A client as SALIENCE_API_KEY, SALIENCE_CA_CERTIFICATE, … say.

    Raises:
        InvalidInput: a file cannot be read.
    """
    identity = _Identity()
    try:
        return Client(
            server,
            api_key=identity.api_key,
            tls=identity.tls(),
            timeout_seconds=timeout_seconds,
        )
    except OSError as error:
        raise InvalidInput(f"{error.filename} cannot be read: {error.strerror}") from error
