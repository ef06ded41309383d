"""NVIDIA's and KServe's own clients are served, over both protocols."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.gateway.harness import Harness, running_harness

PROJECT = Path(__file__).parents[2]
SCRIPTS = Path(__file__).parent / "stock_clients"
TRITON = PROJECT / ".venv" / "stock-clients"
"""NVIDIA's client with its protobuf, before the packages of this environment."""
WHOLE = PROJECT / "build" / "oip-clients"
"""Both clients with everything they ask for: `make oip-clients`."""


@pytest.fixture(scope="module")
def gateway() -> Iterator[Harness]:
    with running_harness() as harness:
        yield harness


def answers(script: str, gateway: Harness, python: Path, path: str = "") -> Any:
    ports = gateway.ports
    done = subprocess.run(
        [python, SCRIPTS / script, str(ports.http), str(ports.grpc)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    return json.loads(done.stdout)


def check_triton(got: Any) -> None:
    for protocol in ("http", "grpc"):
        refusal, unknown = got[protocol].pop("refusal"), got[protocol].pop("unknown")
        assert got[protocol] == {
            "live": True,
            "ready": True,
            "model_ready": True,
            "texts": ["ONE", "ZWÖLF"],
            "results": 2,
            "classes": 1,
        }
        assert "the text is empty" in refusal
        assert "there is no model 'nobody'" in unknown
    assert got["inputs"] == {"http": ["texts"], "grpc": ["texts"]}


def test_tritons_client_is_served(gateway: Harness) -> None:
    if not TRITON.is_dir():
        message = f"{TRITON.name} is not installed: make install"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)

    check_triton(answers("triton_client.py", gateway, Path(sys.executable), str(TRITON)))


@pytest.mark.skipif(
    not (WHOLE / "installed").exists(), reason="its environment is large: make oip-clients"
)
def test_both_clients_are_served_in_an_environment_of_their_own(gateway: Harness) -> None:
    check_triton(answers("triton_client.py", gateway, WHOLE / "bin" / "python"))
    got = answers("kserve_client.py", gateway, WHOLE / "bin" / "python")

    for protocol in ("http", "grpc"):
        assert got[protocol] == {
            "live": True,
            "ready": True,
            "model_ready": True,
            "texts": ["ONE", "ZWÖLF"],
        }
