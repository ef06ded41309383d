import socket
from pathlib import Path

import pytest

from salience.supervisor import CannotServe, SupervisorSettings
from salience.supervisor.preflight import archives_to_serve, check_ports
from salience.worker.provenance import sha256_of
from tests.unit.worker.archives import write_archive


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_every_archive_of_the_folder_is_served(tmp_path: Path) -> None:
    write_archive(tmp_path / "one.mar", "entities-en")
    write_archive(tmp_path / "two.mar", "translation-en-de")

    assert archives_to_serve(tmp_path) == {
        "entities-en": "one.mar",
        "translation-en-de": "two.mar",
    }


def test_an_empty_folder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CannotServe, match="salience archive"):
        archives_to_serve(tmp_path)


def test_a_damaged_archive_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "half.mar").write_bytes(b"PK")

    with pytest.raises(CannotServe, match=r"half\.mar"):
        archives_to_serve(tmp_path)


def test_a_changed_archive_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    write_archive(tmp_path / "one.mar", "entities-en", changed={"tiny_handler.py": b"import os"})

    with pytest.raises(CannotServe, match=r"one\.mar: tiny_handler\.py is not the file"):
        archives_to_serve(tmp_path)


def test_an_archive_that_is_not_among_the_trusted_is_refused_by_name(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "one.mar", "entities-en")
    trusted = frozenset([sha256_of(archive)])
    assert archives_to_serve(tmp_path, trusted=trusted) == {"entities-en": "one.mar"}

    write_archive(tmp_path / "two.mar", "translation-en-de")

    with pytest.raises(CannotServe, match=r"two\.mar: its SHA-256 is not listed"):
        archives_to_serve(tmp_path, trusted=trusted)


def settings_on_free_ports(**others: int | str) -> SupervisorSettings:
    ports = {setting: free_port() for setting, _, _ in SupervisorSettings().listeners}
    return SupervisorSettings.model_validate(ports | others)


def test_a_port_in_use_is_refused_with_the_setting_to_change() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = settings_on_free_ports(http_port=taken.getsockname()[1])

        with pytest.raises(CannotServe, match="SALIENCE_HTTP_PORT"):
            check_ports(settings)


def test_every_port_in_use_is_named_at_once() -> None:
    here = ("127.0.0.1", 0)
    with socket.create_server(here) as one, socket.create_server(here) as other:
        settings = settings_on_free_ports(
            grpc_port=one.getsockname()[1], management_port=other.getsockname()[1]
        )

        with pytest.raises(CannotServe, match=r"SALIENCE_GRPC_PORT .*; .*SALIENCE_MANAGEMENT_PORT"):
            check_ports(settings)


def test_free_ports_are_accepted() -> None:
    check_ports(settings_on_free_ports())


def test_ports_of_version_6_are_accepted_and_written_in_brackets() -> None:
    check_ports(settings_on_free_ports(host="::1"))

    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        settings = settings_on_free_ports(host="::1", http_port=taken.getsockname()[1])

        with pytest.raises(CannotServe, match=r"cannot listen on \[::1\]:.*SALIENCE_HTTP_PORT"):
            check_ports(settings)
