"""What docker-compose.yml and the images' files say of a service."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def dockerfile_of(service: str) -> str:
    build: dict[str, str] = SERVICES[service]["build"]
    return (PROJECT / build["context"] / build["dockerfile"]).read_text()


def environment_of(service: str) -> dict[str, str]:
    """The settings that the image has and the composition adds."""
    added: dict[str, str] = SERVICES[service].get("environment", {})
    return dict(re.findall(r"(SALIENCE_[A-Z_]+)=(\S+)", dockerfile_of(service))) | added


def command_of(service: str) -> list[str]:
    """The image's entrypoint with the composition's arguments."""
    (entrypoint,) = re.findall(r"^ENTRYPOINT (\[.*\])$", dockerfile_of(service), re.MULTILINE)
    return [*json.loads(entrypoint), *SERVICES[service].get("command", [])]


def health_command_of(service: str) -> list[str]:
    kind, *command = SERVICES[service]["healthcheck"]["test"]
    assert kind == "CMD"
    return list(command)
