from pathlib import Path

from salience.supervisor.run_folder import RunFolder
from salience.supervisor.service import gateways
from salience.supervisor.settings import SupervisorSettings


def test_gateways_share_their_ports_but_not_that_of_the_metrics(tmp_path: Path) -> None:
    settings = SupervisorSettings(gateways=2, grpc_port=7001, http_port=7000, metrics_port=7002)

    first, second = (child.command.environment for child in gateways(settings, RunFolder(tmp_path)))

    for name in ("SALIENCE_HTTP_PORT", "SALIENCE_GRPC_PORT", "SALIENCE_TORCHSERVE_URL"):
        assert first[name] == second[name]
    assert first["SALIENCE_GATEWAYS"] == second["SALIENCE_GATEWAYS"] == "2"
    assert (first["SALIENCE_METRICS_PORT"], second["SALIENCE_METRICS_PORT"]) == ("7002", "7003")


def test_the_metrics_of_the_workers_are_shown_once(tmp_path: Path) -> None:
    first, second = gateways(SupervisorSettings(gateways=2), RunFolder(tmp_path))

    assert first.command.environment["SALIENCE_WORKER_METRICS_DIR"] == str(tmp_path / "metrics")
    assert "SALIENCE_WORKER_METRICS_DIR" not in second.command.environment
