"""Certificates for tests, and how their holders call."""

import ssl
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import trustme

from salience.client import ClientTls


@dataclass(frozen=True)
class Paths:
    """Where the files of one side are."""

    certificate: Path
    key: Path
    ca: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "Paths":
        return cls(folder / "certificate.pem", folder / "key.pem", folder / "ca.pem")

    @property
    def server_settings(self) -> dict[str, Any]:
        return {"tls_certificate": self.certificate, "tls_key": self.key}


def issue(paths: Paths, authority: trustme.CA, *, not_after: datetime | None = None) -> Paths:
    """Write a new certificate of that authority and its key, and the authority's own."""
    leaf = authority.issue_cert("localhost", not_after=not_after)
    paths.certificate.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    paths.key.write_bytes(leaf.private_key_pem.bytes())
    paths.ca.write_bytes(authority.cert_pem.bytes())
    return paths


def believing(ca: Path, *, shows: Paths | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca)
    if shows:
        context.load_cert_chain(shows.certificate, shows.key)
    return context


def https_status(port: int, context: ssl.SSLContext, path: str = "/healthz") -> int:
    connection = HTTPSConnection("localhost", port, context=context, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def client_tls(ca: Path, *, shows: Paths | None = None) -> ClientTls:
    return ClientTls(ca, *((shows.certificate, shows.key) if shows else ()))
