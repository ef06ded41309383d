"""Gateways in processes of their own, with TLS and API keys and without."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import trustme

from salience.gateway.access.api_key import ApiKey
from salience.gateway.access.key_file import KeyFile, write_keys
from salience.gateway.access.key_record import KeyRecord
from salience.gateway.access.secret_hash import SALT_BYTES, secret_hash
from tests.unit.gateway.harness import free_ports

_START_SECONDS = 30.0


@dataclass(frozen=True)
class Guards:
    """The files of a guarded gateway, and the header of its caller; empty for an open one."""

    folder: Path = Path()
    authorization: str = ""

    @property
    def key_file(self) -> Path:
        """Of API keys."""
        return self.folder / "keys.json"

    @property
    def ca(self) -> Path:
        """Whom to believe."""
        return self.folder / "ca.pem"

    def environment(self) -> dict[str, str]:
        """The gateway's settings."""
        if not self.authorization:
            return {}
        return {
            "SALIENCE_API_KEYS": str(self.key_file),
            "SALIENCE_TLS_CERTIFICATE": str(self.folder / "chain.pem"),
            "SALIENCE_TLS_KEY": str(self.folder / "key.pem"),
        }


OPEN = Guards()


@dataclass(frozen=True)
class Gateway:
    """One that is ready."""

    pid: int
    http_port: int
    grpc_port: int
    guards: Guards


def guards_in(folder: Path) -> Guards:
    """Make a certificate and a key."""
    key, salt = ApiKey.new(), os.urandom(SALT_BYTES)
    record = KeyRecord(
        id=key.id,
        name="load",
        salt=salt.hex(),
        scrypt=secret_hash(key.secret, salt).hex(),
        created=datetime.now(UTC),
    )
    guards = Guards(folder, f"Bearer {key.text()}")
    write_keys(guards.key_file, KeyFile(keys=(record,)))
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost")
    (folder / "chain.pem").write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    (folder / "key.pem").write_bytes(leaf.private_key_pem.bytes())
    guards.ca.write_bytes(authority.cert_pem.bytes())
    return guards


@contextmanager
def running_gateway(torchserve_url: str, guards: Guards) -> Iterator[Gateway]:
    """A gateway before that TorchServe, until the block ends."""
    http_port, grpc_port, metrics_port = free_ports(3)
    settings = {
        "SALIENCE_TORCHSERVE_URL": torchserve_url,
        "SALIENCE_MANAGEMENT_URL": torchserve_url,
        "SALIENCE_HTTP_PORT": str(http_port),
        "SALIENCE_GRPC_PORT": str(grpc_port),
        "SALIENCE_METRICS_PORT": str(metrics_port),
        "SALIENCE_DRAIN_SECONDS": "0",
    }
    words = [sys.executable, "-m", "salience.gateway"]
    process = subprocess.Popen(words, env={**os.environ, **settings, **guards.environment()})
    try:
        _wait_until_ready(f"http://127.0.0.1:{metrics_port}/readyz")
        yield Gateway(process.pid, http_port, grpc_port, guards)
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with urlopen(url):
                return
        except (URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)
