"""Ending well when told to: what was started is stopped on the way out."""

import signal
import sys


def unwind_on_signals() -> None:
    """Leave by SystemExit, through every `finally`, at SIGTERM and SIGHUP too."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
