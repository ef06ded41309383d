import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from salience.supervisor import SupervisorSettings


def test_the_environment_sets_what_an_operator_tunes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALIENCE_WORKERS_PER_MODEL", "3")
    monkeypatch.setenv("SALIENCE_INFERENCE_PORT", "9080")

    settings = SupervisorSettings()

    assert settings.workers_per_model == 3
    assert settings.torchserve_url == "http://127.0.0.1:9080"


def test_no_workers_is_refused() -> None:
    with pytest.raises(ValidationError, match="workers_per_model"):
        SupervisorSettings(workers_per_model=0)


def test_workers_follow_the_load_only_where_a_bound_is_set() -> None:
    assert SupervisorSettings().scaling_policy is None

    policy = SupervisorSettings(min_workers=2, max_workers=6).scaling_policy

    assert policy
    assert (policy.min_workers, policy.max_workers) == (2, 6)


def test_bounds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValidationError, match="max_workers must not be below min_workers"):
        SupervisorSettings(min_workers=3, max_workers=2)


def test_workers_follow_no_load_where_none_is_read() -> None:
    with pytest.raises(ValidationError, match="max_workers needs gateway_metrics_url"):
        SupervisorSettings(max_workers=2, with_gateway=False)

    elsewhere = "http://gateway:8002/metrics"
    followed = SupervisorSettings(
        max_workers=2, with_gateway=False, gateway_metrics_url=elsewhere
    ).load_urls
    assert followed == (elsewhere,)


def test_nothing_listens_beyond_loopback_unless_told_to() -> None:
    assert {host for _, host, _ in SupervisorSettings().listeners} == {"127.0.0.1"}


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "worker", ""])
def test_torchserve_leaves_loopback_only_where_something_else_guards_it(host: str) -> None:
    with pytest.raises(ValidationError, match="SALIENCE_ALLOW_INSECURE=true"):
        SupervisorSettings(torchserve_host=host)
    assert SupervisorSettings(torchserve_host=host, allow_insecure=True).torchserve_host == host


@pytest.mark.parametrize("host", ["::1", "::"])
def test_torchserve_has_no_address_of_version_6(host: str) -> None:
    with pytest.raises(ValidationError, match="IPv4"):
        SupervisorSettings(torchserve_host=host, allow_insecure=True)


def test_a_gateway_may_have_an_address_of_version_6() -> None:
    settings = SupervisorSettings(host="::1")

    assert settings.gateway_urls == ("http://[::1]:8002",)
    assert settings.load_urls == ("http://[::1]:8002/metrics",)


def test_without_a_gateway_its_ports_are_not_taken() -> None:
    listeners = SupervisorSettings(with_gateway=False, gateways=2).listeners
    ports = [setting for setting, _, _ in listeners]

    assert "http_port" not in ports
    assert ports.count("metrics_port") == 1


def test_every_gateway_has_a_port_for_its_metrics() -> None:
    settings = SupervisorSettings(gateways=3, metrics_port=9000)

    assert settings.metrics_ports == (9000, 9001, 9002)
    assert [listener for listener in settings.listeners if listener.setting == "metrics_port"] == [
        ("metrics_port", "127.0.0.1", port) for port in settings.metrics_ports
    ]
    assert settings.load_urls[2] == "http://127.0.0.1:9002/metrics"


@pytest.mark.parametrize(
    ("ports", "fault"),
    [
        ({"http_port": 8001}, "http_port and grpc_port are both 8001"),
        ({"gateways": 3, "metrics_port": 7999}, "http_port and metrics_port are both 8000"),
        ({"http_port": 8080, "host": "::1"}, "http_port and inference_port are both 8080"),
        ({"http_port": 65536}, "http_port\n.*less than or equal to 65535"),
        ({"inference_port": -1}, "inference_port\n.*greater than or equal to 0"),
        ({"gateways": 2, "metrics_port": 65535}, "metrics_port leaves too few"),
    ],
)
def test_ports_that_cannot_be_had_are_refused(ports: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        SupervisorSettings.model_validate(ports)


def test_any_number_of_ports_may_be_left_to_the_system() -> None:
    assert SupervisorSettings(http_port=0, grpc_port=0).listeners


def test_the_supervisor_never_imports_torch() -> None:
    program = "import sys, salience.supervisor; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
