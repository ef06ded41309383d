"""Until when somebody waits for an answer."""

import time

from salience.errors import DeadlineExceeded


def check_deadline(deadline_seconds: float | None) -> None:
    """Raise DeadlineExceeded when nobody waits any more; Unix time, None for ever."""
    if deadline_seconds is not None and time.time() > deadline_seconds:
        raise DeadlineExceeded("the deadline passed before the work began")
