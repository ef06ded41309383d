"""Locust as docker-compose.yml starts it."""

import json
from pathlib import Path
from typing import Any

from tests.deploy.composition import command_of
from tests.live.running_composition import PROGRAMS, Addresses, running
from tests.live.running_service import RunningService, eventually, free_ports, get


def test_its_page_shows_only_right_answers_over_both_protocols(
    service: RunningService, tmp_path: Path
) -> None:
    at = Addresses(
        {
            "gateway:8000": service.ports["HTTP_PORT"],
            "gateway:8001": service.ports["GRPC_PORT"],
        }
    )
    port, metrics_port = free_ports(2)
    page = ["--web-host", "127.0.0.1", "--web-port", str(port)]
    brief = ["--autostart", "--users", "4", "--spawn-rate", "4"]
    brief += ["--load-metrics-port", str(metrics_port)]
    command = [*map(at.here, command_of("locust")), *page, *brief]

    with running(command, tmp_path / "log", PROGRAMS):
        eventually(
            lambda: protocols_seen(port) >= {"gRPC", "POST"}, 60, what="both protocols are called"
        )
        metrics = get(f"http://127.0.0.1:{metrics_port}/metrics").decode()
        failures = [one for one in statistics(port) if one["num_failures"]]

    assert not failures
    assert 'salience_load_test_running{test="users"} 1.0' in metrics


def protocols_seen(port: int) -> set[str]:
    try:
        return {one["method"] for one in statistics(port) if one["num_requests"]}
    except OSError:
        return set()


def statistics(port: int) -> list[dict[str, Any]]:
    """What the page shows: a line for each kind of call, and the sum."""
    return list(json.loads(get(f"http://127.0.0.1:{port}/stats/requests"))["stats"])
