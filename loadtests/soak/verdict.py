"""What a soak found wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from loadtests.soak.calls import Call, failures
from loadtests.soak.growth import MEBIBYTE, Growth


@dataclass(frozen=True)
class Soak:
    """All that is known at the end."""

    calls: Sequence[Call]
    growth: Mapping[str, Growth]
    num_killed_clients: int
    is_ready: bool
    """Whether every model of the service answers after the load."""


def complaints(soak: Soak) -> Iterator[str]:
    """A sentence each; none when the service bore it."""
    if not soak.calls:
        yield "no call was made"
    for (name, kind), count in sorted(failures(soak.calls).items()):
        yield f"{name}: {count} failed with {kind}"
    if not soak.num_killed_clients:
        yield "no client was killed"
    if not soak.growth:
        yield "no memory was measured"
    for part, growth in soak.growth.items():
        if not growth.is_flat:
            yield (
                f"the {part} grows by {growth.per_hour / MEBIBYTE:.0f} MiB an hour,"
                f" more than {growth.allowed_per_hour / MEBIBYTE:.0f}"
            )
    if not soak.is_ready:
        yield "not every model answers at the end"
