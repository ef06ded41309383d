"""`make bench GUARDED=1`: what is left of the served rates with everything on that can be off.

Of two gateways before the same workers one has mutual TLS, keys that have scopes and limits,
and rows that are sent again when their worker dies. The callers' TLS counts, too.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from loadtests.bench.guarded_gateways import guards_in
from loadtests.bench.pairs import Price, measured

LEAST_RATIO = 0.97


def main() -> None:
    """Measure, and print the verdict."""
    with tempfile.TemporaryDirectory() as folder:
        found = measured("guards", __doc__, guards_in(Path(folder)))
    raise SystemExit(verdict(found))


def verdict(found: Sequence[Price]) -> int:
    """Say what fell by more than it may; the exit code."""
    fallen = [price for price in found if price.ratio < LEAST_RATIO]
    for price in fallen:
        print(f"{price.task} over {price.protocol} fell by {1 - price.ratio:.1%}")
    promised = f"by no more than {1 - LEAST_RATIO:.0%}"
    print(f"with everything on the rates fell {promised}: {'no' if fallen else 'yes'}")
    return 1 if fallen else 0


if __name__ == "__main__":
    main()
