"""The command line against the live service: the calls it prints, and the same answers locally."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from salience.cli.examples import examples
from tests.live.running_service import RunningService

PICTURES = Path("loadtests/requests/images")
FIGURES = {"score", "probability", "weights"}
ENTITY_TEXTS = ["Ada Lovelace met Charles Babbage in London.", "", "nothing to find here"]
TEXTS_TO_SUMMARIZE = ["The bridge is closed. Repairs take until May. Use the ferry.", "", "One."]
TEXTS_TO_TRANSLATE = ["Good morning.", "", "I have two cats. They like fish."]


def salience(*arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "salience.cli", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("command", "texts"),
    [
        ("entities", ENTITY_TEXTS),
        ("translate", TEXTS_TO_TRANSLATE),
        ("summarize", TEXTS_TO_SUMMARIZE),
    ],
)
def test_local_answers_look_like_the_services(
    command: str, texts: list[str], service: RunningService
) -> None:
    lines = "\n".join(texts)

    served = salience(command, "--json", "--server", service.grpc_target, stdin=lines)
    local = salience(command, "--json", "--local", stdin=lines)

    assert served.returncode == local.returncode == 2  # for the empty text
    assert [shape_of(json.loads(line)) for line in served.stdout.splitlines()] == [
        shape_of(json.loads(line)) for line in local.stdout.splitlines()
    ]


def test_local_classes_are_the_services(service: RunningService) -> None:
    files = [str(file) for file in sorted(PICTURES.glob("*.jpg"))[:3]]
    asked = ["classify", "--json", "--explain", "--top-k", "3", *files, "README.md"]

    served, local = salience(*asked, "--server", service.grpc_target), salience(*asked, "--local")

    assert served.returncode == local.returncode == 2  # for the file that is no image
    assert [shape_of(json.loads(line)) for line in served.stdout.splitlines()] == [
        shape_of(json.loads(line)) for line in local.stdout.splitlines()
    ]
    assert "README.md" in served.stderr


def shape_of(value: object) -> object:
    """The value without what may vary with the rest of a batch: scores."""
    if isinstance(value, dict):
        return {key: shape_of(inner) for key, inner in value.items() if key not in FIGURES}
    return [shape_of(inner) for inner in value] if isinstance(value, list) else value


def test_the_calls_printed_by_serve_work(service: RunningService) -> None:
    with service.client() as client:
        models = client.list_models()
    http, grpc = service.ports["HTTP_PORT"], service.ports["GRPC_PORT"]

    for command in examples(models, http_port=http, grpc_port=grpc):
        done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "Wetter" in done.stdout


def test_the_models_are_listed(service: RunningService) -> None:
    listed = salience("models", "--server", service.grpc_target)

    for model in service.models:
        assert model in listed.stdout
    assert listed.stdout.count("ready") == len(service.models)


def test_a_short_load_finds_no_wrong_answer(service: RunningService) -> None:
    command = [sys.executable, "-m", "locust", "-f", "loadtests/locustfile.py", "--headless"]
    where = ["--host", service.http_url, "--grpc-target", service.grpc_target]
    brief = ["--users", "4", "--spawn-rate", "4", "--run-time", "5s", "--only-summary"]

    done = subprocess.run(
        [*command, *where, *brief],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "gRPC" in done.stderr
    assert "/v1/" in done.stderr
