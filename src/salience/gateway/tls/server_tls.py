"""What each new connection is shown: the files as they are now."""

import logging
import ssl
import threading

import grpc

from salience.gateway.tls.tls_files import BadTlsFiles, Identity, TlsFiles

_LOG = logging.getLogger(__name__)


class ServerTls:
    """Follows the files; when they are wrong the last good identity stays.

    Connections that are open keep theirs. Raises BadTlsFiles when they are wrong from the start.
    """

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._lock = threading.Lock()  # gRPC asks from threads of its own.
        self._stamp = files.stamp()
        self._identity = files.read()
        self._shown_by_grpc = self._identity

    def identity(self) -> Identity:
        """The one to show now."""
        with self._lock:
            stamp = self._files.stamp()
            if stamp != self._stamp:
                self._stamp = stamp
                self._read()
            return self._identity

    def http_context(self) -> ssl.SSLContext:
        """For a listener; each handshake goes on with the context of that moment."""
        context = self._files.read().context
        context.sni_callback = self._go_on_with_the_present
        return context

    def grpc_credentials(self) -> grpc.ServerCredentials:
        """For a port; gRPC asks before each handshake whether something has changed."""
        first = self._shown_by_grpc
        return grpc.dynamic_ssl_server_credentials(
            _configuration(first),
            self._changed_configuration,  # type: ignore[arg-type]  # None is no change.
            require_client_authentication=first.client_ca is not None,
        )

    def _read(self) -> None:
        try:
            self._identity = self._files.read()
            _LOG.info("the certificate was read anew")
        except BadTlsFiles as error:
            _LOG.error("the certificate stays what it was: %s", error)

    def _go_on_with_the_present(
        self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext
    ) -> None:
        """Called in every handshake, whether or not the client names a server."""
        connection.context = self.identity().context

    def _changed_configuration(self) -> grpc.ServerCertificateConfiguration | None:
        now = self.identity()
        if now is self._shown_by_grpc:
            return None
        self._shown_by_grpc = now
        return _configuration(now)


def _configuration(identity: Identity) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration(
        [(identity.key, identity.chain)], identity.client_ca
    )
