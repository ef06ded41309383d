"""TorchServe by itself with the misbehaving model, its faults observed from outside.

`python -m tests.faults.bare_torchserve` prints a row for each fault, as docs/reliability.md has
them. It takes some three minutes: TorchServe is started by its own launcher on free ports of
loopback, with one worker and batches of up to four.
"""

import tempfile
from pathlib import Path

from tests.faults.bare_faults import FAULTS
from tests.faults.bare_server import bare_torchserve
from tests.faults.unwinding import unwind_on_signals


def main() -> None:
    """Print what each fault came to."""
    unwind_on_signals()
    with (
        tempfile.TemporaryDirectory(prefix="bare-torchserve-") as folder,
        bare_torchserve(Path(folder)) as bare,
    ):
        for name, fault in FAULTS.items():
            bare.wait_until_ready()
            print(f"| {name} | {fault(bare)} |", flush=True)


if __name__ == "__main__":
    main()
