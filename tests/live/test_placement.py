"""Which worker gets which GPU: TorchServe itself, on a machine that seems to have four."""

import json
import os
import subprocess
import urllib.error
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest

from salience.supervisor import SupervisorSettings
from salience.supervisor.torchserve_process import config_properties, java_command
from tests.live.running_service import eventually, free_ports, get
from tests.unit.supervisor.nvidia_smi import write_nvidia_smi

PATIENCE_SECONDS = 120.0

# Notes, in a file named after the process, which GPU it was given.
HANDLER = """
import os, pathlib

class ReportingHandler:
    def initialize(self, context):
        self.gpu_id = str(context.system_properties["gpu_id"])
        name = context.manifest["model"]["modelName"]
        pathlib.Path(os.environ["PLACEMENTS"], f"{name}.{os.getpid()}").write_text(self.gpu_id)

    def handle(self, rows, context):
        return [self.gpu_id for _ in rows]
"""


@dataclass(frozen=True)
class TorchServeWithGpus:
    """A TorchServe, and where its workers note their GPUs."""

    settings: SupervisorSettings
    placements: Path

    def register(self, model: str, *, workers: int, device_ids: list[int] | None = None) -> None:
        """Serve a model that tells where it runs, and wait for its workers."""
        write_archive(self.settings.archives / f"{model}.mar", model, device_ids)
        query = f"url={model}.mar&initial_workers={workers}&synchronous=false"
        url = f"{self.settings.management_url}/models?{query}"
        urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=60).close()
        self.wait_for(model, workers)

    def wait_for(self, model: str, workers: int) -> None:
        eventually(
            lambda: len(self.gpus(model)) == workers, PATIENCE_SECONDS, what=f"{model} is loaded"
        )

    def gpus(self, model: str) -> dict[int, str]:
        """The GPU of each worker that runs, by its process."""
        [version] = json.loads(get(f"{self.settings.management_url}/models/{model}"))
        ready = [worker["pid"] for worker in version["workers"] if worker["status"] == "READY"]
        notes = {pid: self.placements / f"{model}.{pid}" for pid in ready}
        return {pid: note.read_text() for pid, note in notes.items() if note.exists()}


def write_archive(file: Path, model: str, device_ids: list[int] | None) -> None:
    """The smallest archive: a handler and how many of its requests go together."""
    manifest = {
        "runtime": "python",
        "model": {
            "modelName": model,
            "handler": "reporting_handler.py",
            "modelVersion": "1.0",
            "configFile": "model-config.yaml",
        },
        "archiverVersion": "0.12.0",
    }
    devices = f"deviceIds: {device_ids}\n" if device_ids else ""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("MAR-INF/MANIFEST.json", json.dumps(manifest))
        archive.writestr("reporting_handler.py", HANDLER)
        archive.writestr("model-config.yaml", f"batchSize: 1\n{devices}")


@pytest.fixture(scope="module")
def torchserve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TorchServeWithGpus]:
    folder = tmp_path_factory.mktemp("gpus")
    for name in ("archives", "placements", "tmp", "bin"):
        (folder / name).mkdir()
    write_nvidia_smi(folder / "bin", num_gpus=4)
    inference, management, metrics = free_ports(3)
    settings = SupervisorSettings(
        archives=folder / "archives",
        inference_port=inference,
        management_port=management,
        torchserve_metrics_port=metrics,
    )
    config = folder / "config.properties"
    config.write_text(config_properties(settings, store=settings.archives))
    environment = os.environ | {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PLACEMENTS": str(folder / "placements"),
    }
    command = java_command(settings, config=config, store=settings.archives, scratch=folder / "tmp")
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT
        ) as java,
    ):
        try:
            eventually(
                lambda: answers(f"{settings.torchserve_url}/ping"), PATIENCE_SECONDS, what="a ping"
            )
            yield TorchServeWithGpus(settings, folder / "placements")
        finally:
            workers = psutil.Process(java.pid).children(recursive=True)
            for process in [psutil.Process(java.pid), *workers]:
                process.kill()


def answers(url: str) -> bool:
    try:
        return bool(get(url))
    except OSError:
        return False


def test_workers_are_dealt_to_gpus_and_come_back_to_their_own(
    torchserve: TorchServeWithGpus,
) -> None:
    torchserve.register("even", workers=4)
    torchserve.register("uneven", workers=3, device_ids=[1, 3])

    before = torchserve.gpus("even")
    assert sorted(before.values()) == ["0", "1", "2", "3"]
    assert set(torchserve.gpus("uneven").values()) == {"1", "3"}
    assert sorted(Counter(torchserve.gpus("uneven").values()).values()) == [1, 2]

    victim = next(pid for pid, gpu in before.items() if gpu == "2")
    psutil.Process(victim).kill()
    eventually(lambda: victim not in torchserve.gpus("even"), PATIENCE_SECONDS, what="it is gone")
    torchserve.wait_for("even", 4)

    after = torchserve.gpus("even")
    assert sorted(after.values()) == ["0", "1", "2", "3"]
    assert {pid: gpu for pid, gpu in after.items() if pid in before} == {
        pid: gpu for pid, gpu in before.items() if pid != victim
    }


@pytest.mark.parametrize("place", ["http://127.0.0.1:9/x.mar", "file://{outside}", "../x.mar"])
def test_an_archive_comes_from_the_store_and_from_nowhere_else(
    torchserve: TorchServeWithGpus, tmp_path: Path, place: str
) -> None:
    write_archive(tmp_path / "x.mar", "x", None)
    query = urlencode({"url": place.format(outside=tmp_path / "x.mar"), "initial_workers": 1})
    request = urllib.request.Request(
        f"{torchserve.settings.management_url}/models?{query}", method="POST"
    )

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)

    with refused.value as reply:
        assert reply.code in (400, 404)
    assert not (torchserve.settings.archives / "x.mar").exists()
