"""What Linux lets a supervisor do with processes."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Container

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

    True when some cannot be collected yet: the last of their threads is still ending.
    """
    ended = [
        child.pid
        for child in psutil.Process().children()
        if child.pid not in except_for and _has_ended(child)
    ]
    left = [pid for pid in ended if os.waitpid(pid, os.WNOHANG) == (0, 0)]
    return bool(left)


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
        os.killpg(group, signal.SIGKILL)
        await asyncio.sleep(0.02)


def _has_ended(process: psutil.Process) -> bool:
    return bool(process.status() == psutil.STATUS_ZOMBIE)
