"""Locust as docker-compose.yml starts it."""

import subprocess

from tests.deploy.composition import command_of
from tests.live.running_composition import PROGRAMS, Addresses
from tests.live.running_service import RunningService, free_ports


def test_locust_serves_its_page_and_gets_only_right_answers(service: RunningService) -> None:
    at = Addresses(
        {
            "gateway:8000": service.ports["HTTP_PORT"],
            "gateway:8001": service.ports["GRPC_PORT"],
        }
    )
    [port] = free_ports(1)
    page = f"--web-host 127.0.0.1 --web-port {port} --autostart --autoquit 0".split()
    brief = ["--users", "4", "--spawn-rate", "4", "--run-time", "8s"]

    done = subprocess.run(
        [*map(at.here, command_of("locust")), *page, *brief],
        env=PROGRAMS,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert f"http://127.0.0.1:{port}" in done.stderr
    assert "gRPC" in done.stderr
    assert "/v1/" in done.stderr
