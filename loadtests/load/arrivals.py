"""When calls arrive that wait for nobody: an open loop, the same for the same seed."""

import random
from collections.abc import Iterator


def arrival_times(rate: float, *, seed: int) -> Iterator[float]:
    """Seconds from the start of each arrival, at random moments, `rate` a second on average."""
    moments, time = random.Random(seed), 0.0
    while True:
        time += moments.expovariate(rate)
        yield time
