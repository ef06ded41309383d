"""Break the real service in every way it promises to bear: `python -m tests.faults`.

Prints a matrix of faults by protocol and task; the exit code says whether all were borne.
"""

import argparse
import signal
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
from rich.console import Console

from tests.faults.archives import MODELS, build_faulty_archives
from tests.faults.cell import ANSWERED, HEAD_START_SECONDS, Cell
from tests.faults.faults import (
    FAULTS,
    HEAD_SECONDS,
    MAX_WAITING_ROWS,
    ROWS_PER_WORKER,
    applies,
)
from tests.faults.matrix import Matrix, complaint_of, row
from tests.faults.unwinding import unwind_on_signals
from tests.live.running_service import RunningService, eventually, running_service
from tests.live.transports.over_grpc import Grpc, grpc_channel
from tests.live.transports.over_http import Http
from tests.live.transports.transport import Transport

KILLS_TORCHSERVE = "9 TorchServe is killed"
SIGTERM = "10 SIGTERM, calls in flight"


def main() -> None:
    """Run the matrix on one service."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="faults whose name has this")
    only = parser.parse_args().only
    unwind_on_signals()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        archives, log = Path(folder) / "archives", Path(folder) / "log"
        build_faulty_archives(archives, MODELS)
        with (
            running_service(
                archives,
                log,
                rows_per_worker=ROWS_PER_WORKER,
                max_waiting_rows=MAX_WAITING_ROWS,
                head_seconds=HEAD_SECONDS,
            ) as service,
            grpc_channel(service) as channel,
        ):
            transports: list[Transport] = [Grpc(channel), Http(service.ports["HTTP_PORT"])]
            cells = [Cell(service, transport, m) for transport in transports for m in MODELS]
            matrix = run(service, cells, only)
    matrix.show(Console(width=160))
    raise SystemExit(bool(matrix.complaints))


def run(service: RunningService, cells: Sequence[Cell], only: str) -> Matrix:
    """Every fault that is asked for, SIGTERM last."""
    matrix = Matrix([cell.name for cell in cells])
    for name, fault in FAULTS.items():
        if only not in name:
            continue
        began = time.monotonic()
        if name == KILLS_TORCHSERVE:
            service.wait_until_whole()
            service.torchserve().kill()
        complaints = row(fault, [cell for cell in cells if applies(name, cell)])
        matrix.note(name, complaints)
        failed = [f"{cell}: {text}" for cell, text in complaints.items() if text]
        print(f"{name}: {time.monotonic() - began:.1f} s", *failed, sep="\n  ", flush=True)
    if only in SIGTERM:
        service.wait_until_whole()
        matrix.note(SIGTERM, stopped(service, cells))
    return matrix


def stopped(service: RunningService, cells: Sequence[Cell]) -> dict[str, str]:
    """The service is told to stop: what is in flight is answered, and nothing is left."""
    processes = service.processes()

    def is_answered(cell: Cell) -> None:
        assert cell.ask("sleep 2") == [ANSWERED]

    with ThreadPoolExecutor(len(cells)) as pool:
        calls = [pool.submit(complaint_of, is_answered, cell) for cell in cells]
        time.sleep(HEAD_START_SECONDS)
        service.supervisor.send_signal(signal.SIGTERM)
        complaints = {cell.name: call.result() for cell, call in zip(cells, calls, strict=True)}
    assert service.supervisor.wait(timeout=60) == 0, "it did not end well"
    eventually(lambda: not any(map(psutil.Process.is_running, processes)), 10, what="none is left")
    return complaints


if __name__ == "__main__":
    main()
