"""What callers see of a restart: `python -m tests.faults.recovery`.

Four callers over each protocol translate one sentence after the other and never try again. Under
them the model's only worker is killed, then the JVM with every worker. Prints how the calls
ended, the longest of them, and how long it took until every model had answered again.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from salience.archives import build_archive
from salience.cli.model_store import folder_named, served_folders
from tests.callers import calling_again_and_again
from tests.faults.unwinding import unwind_on_signals
from tests.live.running_service import RECOVERY_SECONDS, RunningService, eventually, running_service
from tests.live.transports.over_grpc import Grpc, grpc_channel
from tests.live.transports.over_http import Http
from tests.live.transports.transport import CallFailed, Transport, translate

MODEL = "translation-en-de"
STORE = Path("model_store")
SENTENCE = "The weather is nice today."
CALLS_AROUND = 40
"""Before the kill, and after every model has answered again."""


@dataclass
class Calls:
    """How calls ended; threads may share it."""

    answered_after: list[float] = field(default_factory=list)
    """Seconds."""
    refused: list[str] = field(default_factory=list)
    """Reasons."""

    def make(self, transport: Transport) -> None:
        """One more."""
        began = time.monotonic()
        try:
            translate(transport, SENTENCE)
        except CallFailed as failed:
            self.refused.append(failed.failure.reason)
        else:
            self.answered_after.append(time.monotonic() - began)

    def wait_for_answers(self) -> None:
        """Return when as many more have been answered as are to be around a kill."""
        wanted = len(self.answered_after) + CALLS_AROUND
        eventually(
            lambda: len(self.answered_after) >= wanted, RECOVERY_SECONDS, what="calls are answered"
        )


@dataclass(frozen=True)
class Recovery:
    """What a kill came to."""

    victim: str
    calls: Calls
    seconds_to_ready: float


def recovery(
    service: RunningService, transports: Sequence[Transport], name: str, victim: psutil.Process
) -> Recovery:
    """Kill a process while four callers over each of two protocols call."""
    calls = Calls()
    first, second = (partial(calls.make, transport) for transport in transports)
    with calling_again_and_again(first), calling_again_and_again(second):
        calls.wait_for_answers()
        victim.kill()
        killed = time.monotonic()
        eventually(lambda: is_replaced(service, victim), RECOVERY_SECONDS, what="it is replaced")
        seconds = time.monotonic() - killed
        calls.wait_for_answers()
    return Recovery(name, calls, seconds)


def is_replaced(service: RunningService, victim: psutil.Process) -> bool:
    """Whether every model answers, and none of its processes is the one that was killed."""
    return service.is_whole() and victim.pid not in (
        service.torchserve().pid,
        *service.worker_pids(MODEL),
    )


def recoveries(service: RunningService) -> list[Recovery]:
    """Of the model's only worker, and of the JVM."""
    with grpc_channel(service) as channel:
        transports: list[Transport] = [Grpc(channel), Http(service.ports["HTTP_PORT"])]
        [worker] = service.worker_pids(MODEL)
        return [
            recovery(service, transports, "the only worker", psutil.Process(worker)),
            recovery(service, transports, "the JVM", service.torchserve()),
        ]


def show(found: Sequence[Recovery], console: Console) -> None:
    """Print a row for each."""
    table = Table("killed", "calls", "answered", "refused", "longest", "ready after", box=None)
    for one in found:
        answered, refused = one.calls.answered_after, one.calls.refused
        numbers = (len(answered) + len(refused), len(answered), len(refused))
        seconds = (f"{max(answered):.1f} s", f"{one.seconds_to_ready:.1f} s")
        table.add_row(one.victim, *map(str, numbers), *seconds)
    console.print(table, *sorted({reason for one in found for reason in one.calls.refused}))


def main() -> None:
    """Serve what `make serve` does, or fewer models, and kill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="store_true", help=f"serve {MODEL} alone")
    only = parser.parse_args().only
    unwind_on_signals()
    with tempfile.TemporaryDirectory(prefix="recovery-") as folder:
        archives = Path(folder) / "archives"
        archives.mkdir()
        for model in [folder_named(MODEL, STORE)] if only else served_folders(STORE):
            build_archive(model.path, archives)
        with running_service(archives, Path(folder) / "log") as service:
            found = recoveries(service)
    show(found, Console())
    raise SystemExit(any(one.calls.refused for one in found))


if __name__ == "__main__":
    main()
