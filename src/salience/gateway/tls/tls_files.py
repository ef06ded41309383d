"""The files of TLS, and what is in them."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from salience.gateway.file_stamp import Stamp, stamp_of


class BadTlsFiles(Exception):
    """The files are no certificate with its key; the message says why."""


@dataclass(frozen=True)
class Identity:
    """What the gateway shows its callers, and whom of them it believes."""

    context: ssl.SSLContext
    chain: bytes
    key: bytes
    client_ca: bytes | None
    expires_at: float
    """When the certificate does, in seconds since the epoch."""


@dataclass(frozen=True)
class TlsFiles:
    """All PEM. With a `client_ca` a caller needs a certificate that it signed."""

    certificate: Path
    key: Path
    client_ca: Path | None = None

    def stamp(self) -> Stamp:
        """Differs when one of them has changed."""
        paths = (self.certificate, self.key, self.client_ca)
        return stamp_of(path for path in paths if path is not None)

    def read(self) -> Identity:
        """What is in them now. Raises BadTlsFiles."""
        try:
            chain = self.certificate.read_bytes()
            client_ca = self.client_ca.read_bytes() if self.client_ca else None
            return Identity(
                self._context(client_ca),
                chain,
                self.key.read_bytes(),
                client_ca,
                x509.load_pem_x509_certificates(chain)[0].not_valid_after_utc.timestamp(),
            )
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError.
            raise BadTlsFiles(f"the files of TLS cannot be used: {error}") from None

    def _context(self, client_ca: bytes | None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(self.certificate, self.key)
        if client_ca is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=client_ca.decode())
            # A resumed session would not show its certificate to a CA that has changed.
            context.num_tickets = 0
            context.options |= ssl.OP_NO_TICKET
        return context
