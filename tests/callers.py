"""Callers who call one time after the other, for as long as something happens to the service."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

NUM_CALLERS = 4


@contextmanager
def calling_again_and_again(call: Callable[[], None]) -> Iterator[None]:
    """Until the end of the block, which raises what a call raised."""
    enough = Event()

    def go_on() -> None:
        while not enough.is_set():
            call()

    with ThreadPoolExecutor(NUM_CALLERS) as pool:
        callers = [pool.submit(go_on) for _ in range(NUM_CALLERS)]
        try:
            yield
        finally:
            enough.set()
    for caller in callers:
        caller.result()
