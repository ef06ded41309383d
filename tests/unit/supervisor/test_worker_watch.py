import asyncio
import subprocess
from dataclasses import dataclass

import psutil
import pytest

from salience.supervisor.management import Workers
from salience.supervisor.worker_watch import STOPPED, TOO_LARGE, LocalProcess, WorkerWatch
from tests.unit.supervisor.polling import until


@dataclass
class FakeProcess:
    state: str = psutil.STATUS_SLEEPING
    size: int = 100
    killed: bool = False

    def status(self) -> str:
        return self.state

    def resident_bytes(self) -> int:
        return self.size

    def kill(self) -> None:
        self.killed = True


class Machine:
    """Processes by number, and a clock."""

    def __init__(self, **processes: FakeProcess) -> None:
        self.processes = {int(name.lstrip("p")): fake for name, fake in processes.items()}
        self.now = 0.0
        self.watch = WorkerWatch(2.0, 1000, find_process=self.find, clock=lambda: self.now)

    def find(self, pid: int) -> FakeProcess:
        if pid not in self.processes:
            raise psutil.NoSuchProcess(pid)
        return self.processes[pid]

    def look(self, *, not_ready: int = -1) -> None:
        pids = tuple(pid for pid in self.processes if pid != not_ready)
        self.watch.look("entities-en", Workers(len(pids), len(self.processes), pids))

    @property
    def killed(self) -> set[int]:
        return {pid for pid, process in self.processes.items() if process.killed}


@pytest.mark.parametrize("state", [psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP])
def test_a_worker_that_stays_stopped_is_replaced(state: str) -> None:
    machine = Machine(p1=FakeProcess(), p2=FakeProcess(state))

    for machine.now in (0.0, 1.9):
        machine.look()
        assert machine.killed == set()
    machine.now = 2.0
    machine.look()

    assert machine.killed == {2}
    assert machine.watch.num_killed == {STOPPED: 1}


def test_a_worker_that_goes_on_in_time_is_left_alone() -> None:
    machine = Machine(p1=FakeProcess(psutil.STATUS_STOPPED))

    machine.look()
    machine.processes[1].state = psutil.STATUS_RUNNING
    machine.now = 1.9
    machine.look()
    machine.processes[1].state = psutil.STATUS_STOPPED
    machine.now = 3.0
    machine.look()

    assert machine.killed == set()


def test_of_the_workers_that_are_too_large_one_at_a_time_is_replaced() -> None:
    machine = Machine(p1=FakeProcess(), p2=FakeProcess(size=1001), p3=FakeProcess(size=5000))

    machine.look()

    assert machine.killed == {2}
    assert machine.watch.num_killed == {TOO_LARGE: 1}


def test_a_large_worker_stays_while_another_starts() -> None:
    machine = Machine(p1=FakeProcess(), p2=FakeProcess(size=1001))

    machine.look(not_ready=1)

    assert machine.killed == set()


def test_a_worker_that_has_just_ended_is_no_trouble() -> None:
    Machine().watch.look("entities-en", Workers(1, 1, (7,)))


def test_a_real_process_is_seen_to_stop_and_is_killed() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        psutil.Process(process.pid).suspend()
        seen = LocalProcess(process.pid)
        asyncio.run(until(lambda: seen.status() == psutil.STATUS_STOPPED))
        assert 0 < seen.resident_bytes() < 2**30

        watch = WorkerWatch(stopped_seconds=0, max_bytes=2**40)
        watch.look("entities-en", Workers(1, 1, (process.pid,)))

        assert process.wait(timeout=10) == -9
