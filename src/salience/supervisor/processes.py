"""What Linux lets a supervisor do with processes."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Container
from contextlib import suppress

import psutil

_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent died, as PID 1 is anyway."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """For `preexec_fn`: the child is killed when the supervisor dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def reap_orphans(except_for: Container[int | None]) -> bool:
    """Collect adopted children that have ended; others are waited for elsewhere.

    Adopted are those of other sessions: what this process starts and waits for by itself
    is in its own, or one of `except_for`.
    True when some cannot be collected yet: the last of their threads is still ending.
    """
    some_left = False
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess, ProcessLookupError, ChildProcessError):
            is_adopted = child.pid not in except_for and os.getsid(child.pid) != os.getsid(0)
            if is_adopted and _has_ended(child):
                some_left |= os.waitpid(child.pid, os.WNOHANG) == (0, 0)
    return some_left


def members_of_group(group: int) -> list[psutil.Process]:
    """The processes of a group that are still running."""
    running = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and not _has_ended(process):
                running.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return running


async def kill_group(group: int) -> None:
    """Kill every process of a group, and return when none is left."""
    while members_of_group(group):
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        await asyncio.sleep(0.02)


def _has_ended(process: psutil.Process) -> bool:
    return bool(process.status() == psutil.STATUS_ZOMBIE)
