import asyncio
import os
import subprocess
import sys

import psutil

from salience.supervisor.processes import reap_orphans
from tests.unit.supervisor.polling import until

PARENT_OF_A_SLEEPER = """
import subprocess, sys, time
from salience.supervisor.processes import die_with_parent
command = [sys.executable, "-c", "import time; time.sleep(600)"]
print(subprocess.Popen(command, preexec_fn=die_with_parent).pid, flush=True)
time.sleep(600)
"""

ADOPTER = """
import os, psutil, subprocess, sys, time
from salience.supervisor.processes import adopt_orphans, reap_orphans
adopt_orphans()
middle = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'pass'])"
subprocess.run([sys.executable, "-c", middle], check=True, start_new_session=True)
deadline = time.monotonic() + 20
adopted = psutil.Process().children()
while psutil.Process().children() and time.monotonic() < deadline:
    reap_orphans(except_for=())
print(len(adopted), len(psutil.Process().children()))
"""


def test_a_child_dies_with_its_parent_however_that_dies() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT_OF_A_SLEEPER], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        sleeper = psutil.Process(int(parent.stdout.readline()))
        parent.kill()

    asyncio.run(until(lambda: not sleeper.is_running() or sleeper.status() == "zombie"))


def test_orphans_are_adopted_and_reaped() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ADOPTER], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["1", "0"]


def ended_child(*, start_new_session: bool) -> subprocess.Popen[bytes]:
    """One that nobody has waited for yet."""
    command = [sys.executable, "-c", "raise SystemExit(7)"]
    child = subprocess.Popen(command, start_new_session=start_new_session)
    asyncio.run(until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE))
    return child


def test_a_child_that_somebody_waits_for_is_not_reaped() -> None:
    child = ended_child(start_new_session=True)

    reap_orphans(except_for=[child.pid])

    assert child.wait() == 7


def test_what_any_part_of_the_process_started_in_its_session_is_left_to_it() -> None:
    child = ended_child(start_new_session=False)

    reap_orphans(except_for=())

    assert child.wait() == 7


class Collector:
    """Waits for whatever is about to be reaped."""

    def __contains__(self, pid: object) -> bool:
        assert isinstance(pid, int)
        os.waitpid(pid, 0)
        return False


def test_a_child_that_is_collected_meanwhile_does_no_harm() -> None:
    child = ended_child(start_new_session=True)

    assert not reap_orphans(except_for=Collector())

    assert child.wait() == 0  # Popen's word for a child that somebody else has collected.
