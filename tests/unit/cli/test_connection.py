from pathlib import Path

import pytest
import trustme

from tests.unit.cli.conftest import Run
from tests.unit.gateway.access.key_files import guarded_gateway
from tests.unit.gateway.tls.authority import Paths, issue


def test_commands_speak_tls_and_show_their_key_as_the_environment_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = issue(Paths.in_folder(tmp_path), trustme.CA())
    mutual = {**server.server_settings, "tls_client_ca": server.ca}
    with guarded_gateway(tmp_path / "keys.json", settings=mutual) as (gateway, key):
        environment = {
            "SALIENCE_SERVER": f"localhost:{gateway.ports.grpc}",
            "SALIENCE_API_KEY": key.text(),
            "SALIENCE_CA_CERTIFICATE": str(server.ca),
            "SALIENCE_CLIENT_CERTIFICATE": str(server.certificate),
            "SALIENCE_CLIENT_KEY": str(server.key),
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

        result = run("models")

        assert result.exit_code == 0, result.stderr
        assert "translation-en-de" in result.stdout


def test_a_certificate_that_is_not_there_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALIENCE_CA_CERTIFICATE", str(tmp_path / "ca.pem"))

    result = run("models")

    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "ca.pem cannot be read: No such file" in result.stderr
