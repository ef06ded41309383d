"""Seeds of the users of a load, another for each of every process."""

from itertools import count
from typing import Any

_APART = 1_000_000
_numbers = count()


def next_seed(environment: Any) -> int:
    """The next of this process: the first user of the second has another than that of the first."""
    worker = getattr(environment.runner, "worker_index", 0)
    return next(_numbers) + max(worker, 0) * _APART
