"""TLS as callers meet it, on both ports."""

import logging
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from salience.client import Client, ClientTls, RetryPolicy
from salience.errors import ModelNotReady
from salience.gateway.tls.tls_files import BadTlsFiles, TlsFiles
from tests.unit.gateway.harness import Harness, running_harness
from tests.unit.gateway.tls.authority import (
    Paths,
    believing,
    client_tls,
    https_status,
    issue,
)

ONCE = RetryPolicy(max_attempts=1)
REFUSALS = (ssl.SSLError, ConnectionError)
EXPIRY = datetime(2037, 5, 6, tzinfo=UTC)


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(tmp_path: Path, authority: trustme.CA) -> Paths:
    """The files of the gateway."""
    return issue(Paths.in_folder(tmp_path), authority, not_after=EXPIRY)


@pytest.fixture
def gateway(server: Paths) -> Iterator[Harness]:
    with running_harness(**server.server_settings) as gateway:
        yield gateway


def grpc_works(gateway: Harness, tls: ClientTls | None) -> bool:
    """Whether a new connection does."""
    target = f"localhost:{gateway.ports.grpc}"
    with Client(target, tls=tls, timeout_seconds=10, retries=ONCE) as client:
        try:
            return bool(client.list_models())
        except ModelNotReady:  # It cannot be reached.
            return False


def https_works(gateway: Harness, context: ssl.SSLContext) -> bool:
    try:
        return https_status(gateway.ports.http, context) == 200
    except REFUSALS:
        return False


def test_both_ports_speak_tls_and_nothing_else(gateway: Harness, server: Paths) -> None:
    assert https_works(gateway, believing(server.ca))
    assert grpc_works(gateway, client_tls(server.ca))
    with pytest.raises(ConnectionError):
        gateway.http("GET", "/healthz")
    assert not grpc_works(gateway, None)


def test_probes_need_no_certificate_on_the_port_of_metrics(gateway: Harness) -> None:
    paths = ("/healthz", "/readyz")

    assert [gateway.http("GET", path, port=gateway.ports.metrics).status for path in paths] == [
        200,
        200,
    ]


def test_new_connections_meet_the_certificate_of_the_moment(
    gateway: Harness, server: Paths, tmp_path: Path
) -> None:
    old_ca = server.ca.read_bytes()
    issue(server, trustme.CA())
    old = tmp_path / "old.pem"
    old.write_bytes(old_ca)

    assert https_works(gateway, believing(server.ca))
    assert grpc_works(gateway, client_tls(server.ca))
    assert not https_works(gateway, believing(old))
    assert not grpc_works(gateway, client_tls(old))


def test_wrong_files_change_nothing_and_are_logged(
    gateway: Harness, server: Paths, caplog: pytest.LogCaptureFixture
) -> None:
    server.key.write_text("no key")

    assert https_works(gateway, believing(server.ca))
    assert grpc_works(gateway, client_tls(server.ca))
    [error] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "the certificate stays what it was" in error.getMessage()


def test_the_metric_says_when_the_certificate_in_use_expires(
    gateway: Harness, server: Paths, authority: trustme.CA
) -> None:
    assert expiry_shown(gateway) == EXPIRY.timestamp()
    later = EXPIRY.replace(year=2038)

    issue(server, authority, not_after=later)

    assert expiry_shown(gateway) == later.timestamp()


def test_with_an_authority_for_clients_each_needs_a_certificate_of_it(
    server: Paths, authority: trustme.CA, tmp_path: Path
) -> None:
    (tmp_path / "client").mkdir()
    (tmp_path / "stranger").mkdir()
    caller = issue(Paths.in_folder(tmp_path / "client"), trustme.CA())
    stranger = issue(Paths.in_folder(tmp_path / "stranger"), trustme.CA())
    client_ca = tmp_path / "clients.pem"
    client_ca.write_bytes(caller.ca.read_bytes())

    with running_harness(**server.server_settings, tls_client_ca=client_ca) as gateway:
        for shown, is_let_in in ((None, False), (stranger, False), (caller, True)):
            assert https_works(gateway, believing(server.ca, shows=shown)) is is_let_in
            assert grpc_works(gateway, client_tls(server.ca, shows=shown)) is is_let_in

        client_ca.write_bytes(stranger.ca.read_bytes())
        for shown, is_let_in in ((stranger, True), (caller, False)):
            assert https_works(gateway, believing(server.ca, shows=shown)) is is_let_in
            assert grpc_works(gateway, client_tls(server.ca, shows=shown)) is is_let_in


def test_a_key_of_another_certificate_is_refused_at_the_start(
    server: Paths, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = issue(Paths.in_folder(tmp_path / "other"), trustme.CA())

    with pytest.raises(BadTlsFiles, match="KEY_VALUES_MISMATCH"):
        TlsFiles(server.certificate, other.key).read()
    with pytest.raises(BadTlsFiles, match="No such file"):
        TlsFiles(tmp_path / "missing.pem", server.key).read()


def expiry_shown(gateway: Harness) -> float:
    name = "salience_certificate_expiry_timestamp_seconds "
    [line] = [line for line in gateway.metrics().splitlines() if line.startswith(name)]
    return float(line.removeprefix(name))
