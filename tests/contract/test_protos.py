"""What the protos promise to both transports."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from google.api import annotations_pb2

from salience.gateway.methods import METHODS, Method
from salience.v1 import (
    entities_pb2,
    images_pb2,
    models_pb2,
    summarization_pb2,
    timing_pb2,
    translation_pb2,
)

ROOT = Path(__file__).parents[2]
FILES = (
    translation_pb2,
    summarization_pb2,
    entities_pb2,
    images_pb2,
    models_pb2,
    timing_pb2,
)


def test_every_method_of_every_service_is_served() -> None:
    declared = {
        method.full_name
        for file in FILES
        for service in file.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }

    assert declared == {method.descriptor.full_name for method in METHODS}


@pytest.mark.parametrize("method", METHODS, ids=lambda method: str(method.name))
def test_a_method_streams_when_its_proto_says_so(method: Method) -> None:
    assert method.streams == method.descriptor.server_streaming
    assert (method.answer is None) == method.streams


def test_every_method_has_an_http_route_of_its_own() -> None:
    routes = [
        method.descriptor.GetOptions().Extensions[annotations_pb2.http].WhichOneof("pattern")
        for method in METHODS
    ]

    assert None not in routes
    assert len({(method.http_verb, method.http_path) for method in METHODS}) == len(METHODS)


def test_buf_finds_nothing_wrong(tmp_path: Path) -> None:
    image = tmp_path / "image.binpb"
    google = files("google.rpc") / "../.."
    protos = sorted(str(path) for path in (ROOT / "protos").rglob("*.proto"))
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{ROOT / 'protos'}", f"-I{google}"]
    options = ["--include_imports", "--include_source_info", f"--descriptor_set_out={image}"]
    subprocess.run([*command, *options, *protos], check=True)

    buf = Path(sys.executable).with_name("buf")
    linted = subprocess.run(
        [buf, "lint", image, "--path", "salience"], cwd=ROOT, capture_output=True, check=False
    )

    assert (linted.returncode, linted.stdout) == (0, b"")
