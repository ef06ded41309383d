"""Gateways in processes of their own, with all that guards one and without."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import trustme

from salience.client.identity import Identity
from salience.gateway.access.api_key import ApiKey
from salience.gateway.access.key_file import KeyFile, write_keys
from salience.gateway.access.key_record import KeyRecord
from salience.gateway.access.secret_hash import SALT_BYTES, secret_hash
from salience.gateway.access.task_names import TASKS
from tests.unit.gateway.harness import free_ports

_START_SECONDS = 300.0
_MORE_THAN_ANY = 1_000_000


@dataclass(frozen=True)
class Guards:
    """Settings of a gateway, and who calls it then."""

    settings: Mapping[str, Any]
    identity: Identity
    variables: Mapping[str, str] = field(default_factory=dict)
    """Of its environment, beside our settings."""


OPEN = Guards(
    {"resend_seconds": 0},
    Identity(api_key=None, ca_certificate=None, client_certificate=None, client_key=None),
)
"""Nothing that can be off is on."""


@dataclass(frozen=True)
class Gateway:
    """One that is ready."""

    pid: int
    addresses: Mapping[str, str]
    """By protocol."""
    identity: Identity


def environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """The variables of our settings."""
    return {f"SALIENCE_{name.upper()}": str(value) for name, value in settings.items()}


def guards_in(folder: Path) -> Guards:
    """Mutual TLS, and a key with scopes and limits; their files are made there."""
    key, salt = ApiKey.new(), os.urandom(SALT_BYTES)
    record = KeyRecord(
        id=key.id,
        name="load",
        salt=salt.hex(),
        scrypt=secret_hash(key.secret, salt).hex(),
        tasks=tuple(TASKS),
        calls_per_second=_MORE_THAN_ANY,
        max_calls_in_flight=_MORE_THAN_ANY,
        created=datetime.now(UTC),
    )
    key_file, chain, private, ca = (
        folder / name for name in ("keys.json", "chain.pem", "key.pem", "ca.pem")
    )
    write_keys(key_file, KeyFile(keys=(record,)))
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost")
    chain.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    private.write_bytes(leaf.private_key_pem.bytes())
    ca.write_bytes(authority.cert_pem.bytes())
    return Guards(
        {
            "api_keys": key_file,
            "tls_certificate": chain,
            "tls_key": private,
            "tls_client_ca": ca,
        },
        Identity(
            api_key=key.text(), ca_certificate=ca, client_certificate=chain, client_key=private
        ),
    )


@contextmanager
def running_gateway(
    guards: Guards, *, torchserve_url: str, management_url: str
) -> Iterator[Gateway]:
    """A gateway before that TorchServe, until the block ends."""
    http_port, grpc_port, metrics_port = free_ports(3)
    settings = {
        "torchserve_url": torchserve_url,
        "management_url": management_url,
        "http_port": http_port,
        "grpc_port": grpc_port,
        "metrics_port": metrics_port,
        "drain_seconds": 0,
        **guards.settings,
    }
    words = [sys.executable, "-m", "salience.gateway"]
    others = {name: value for name, value in os.environ.items() if not name.startswith("SALIENCE_")}
    variables = {**others, **environment(settings), **guards.variables}
    process = subprocess.Popen(words, env=variables)
    try:
        _wait_until_ready(f"http://127.0.0.1:{metrics_port}/readyz")
        addresses = {"http": f"localhost:{http_port}", "grpc": f"localhost:{grpc_port}"}
        yield Gateway(process.pid, addresses, guards.identity)
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with urlopen(url):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)
