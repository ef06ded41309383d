"""docker-compose.yml names only files, ports and settings that exist, and gives nothing away."""

import re

import pytest

from salience.gateway.settings import GatewaySettings
from salience.supervisor import SupervisorSettings
from tests.deploy.composition import (
    COMPOSE,
    PROJECT,
    SERVICES,
    dockerfile_of,
    environment_of,
    health_command_of,
)

OURS = ["gateway", "worker"]
SETTINGS: dict[str, type[GatewaySettings] | type[SupervisorSettings]] = {
    "gateway": GatewaySettings,
    "worker": SupervisorSettings,
}


def exposed_ports(service: str) -> set[int]:
    (line,) = re.findall(r"^EXPOSE (.*)$", dockerfile_of(service), re.MULTILINE)
    return set(map(int, line.split()))


@pytest.mark.parametrize("service", SERVICES)
def test_every_container_is_hardened(service: str) -> None:
    settings = SERVICES[service]

    assert settings["read_only"] is True
    assert settings["cap_drop"] == ["ALL"]
    assert settings["security_opt"] == ["no-new-privileges:true"]
    assert not settings.get("privileged")


@pytest.mark.parametrize("service", OURS)
def test_our_containers_say_how_they_are(service: str) -> None:
    (port,) = re.findall(r"127\.0\.0\.1:(\d+)/", health_command_of(service)[-1])

    assert int(port) in exposed_ports(service)


@pytest.mark.parametrize("service", OURS)
def test_every_environment_variable_is_a_setting(service: str) -> None:
    environment = environment_of(service)
    names = {f"SALIENCE_{name.upper()}" for name in SETTINGS[service].model_fields}

    assert environment
    assert environment.keys() <= names


@pytest.mark.parametrize("service", OURS)
def test_the_environment_is_read_without_complaint(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(service).items():
        monkeypatch.setenv(name, value)

    assert SETTINGS[service]().host == "0.0.0.0"


def test_only_the_gateways_own_ports_are_open_to_other_machines() -> None:
    published = {
        name: [port for port in settings.get("ports", []) if not port.startswith("127.0.0.1:")]
        for name, settings in SERVICES.items()
    }
    settings = GatewaySettings()

    assert published.pop("gateway") == [
        f"{port}:{port}" for port in (settings.http_port, settings.grpc_port)
    ]
    assert not any(published.values())


def test_the_gateway_asks_the_worker_where_the_worker_listens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment_of("worker").items():
        monkeypatch.setenv(name, value)
    worker = SupervisorSettings()
    environment = environment_of("gateway")

    assert environment["SALIENCE_TORCHSERVE_URL"] == f"http://worker:{worker.inference_port}"
    assert environment["SALIENCE_MANAGEMENT_URL"] == f"http://worker:{worker.management_port}"
    assert worker.torchserve_host == "0.0.0.0"
    assert not worker.with_gateway


def test_the_exposed_ports_are_the_settings_ports() -> None:
    gateway, worker = GatewaySettings(), SupervisorSettings()

    assert exposed_ports("gateway") == {gateway.http_port, gateway.grpc_port, gateway.metrics_port}
    assert exposed_ports("worker") == {
        worker.inference_port,
        worker.management_port,
        worker.torchserve_metrics_port,
        worker.metrics_port,
    }


def test_only_the_gateway_is_on_a_network_that_leads_outside() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert {name for name, settings in SERVICES.items() if "outside" in settings["networks"]} == {
        "gateway"
    }


def test_a_container_has_longer_to_stop_than_what_is_in_it() -> None:
    gateway = GatewaySettings()
    grace = int(SERVICES["gateway"]["stop_grace_period"].removesuffix("s"))

    assert grace > gateway.drain_seconds + gateway.shutdown_seconds


def test_every_mounted_file_exists() -> None:
    mounts = [
        mount.split(":")[0]
        for settings in SERVICES.values()
        for mount in settings.get("volumes", [])
    ]

    assert mounts
    for source in mounts:
        assert source in COMPOSE["volumes"] or (PROJECT / source).is_dir()
