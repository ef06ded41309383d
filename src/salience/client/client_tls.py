"""TLS as a client speaks it."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import grpc


@dataclass(frozen=True)
class ClientTls:
    """PEM files: whom to believe, by default public authorities, and who the client is.

    `certificate` and `key` are for a service that asks its callers for a certificate.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def ssl_context(self) -> ssl.SSLContext:
        """As clients of HTTP take it. Raises OSError for a file that cannot be read."""
        context = ssl.create_default_context(cafile=self.ca)
        if self.certificate:
            context.load_cert_chain(self.certificate, self.key)
        return context

    def credentials(self) -> grpc.ChannelCredentials:
        """As gRPC takes them. Raises OSError for a file that cannot be read."""
        return grpc.ssl_channel_credentials(
            root_certificates=_content(self.ca),
            private_key=_content(self.key),
            certificate_chain=_content(self.certificate),
        )


def _content(file: Path | None) -> bytes | None:
    return file.read_bytes() if file else None
