"""What memory a running service takes, process by process: `python -m loadtests.memory`.

RSS counts what processes share once for each of them, PSS shares it out: the sum of PSS is what
the service takes.
"""

import argparse
from collections import defaultdict
from typing import NamedTuple

import psutil
from rich.console import Console
from rich.table import Table

from loadtests.bench.service import Service, role_of

_MEBIBYTE = 2**20


class Memory(NamedTuple):
    """Of a group of processes, in bytes."""

    num_processes: int
    resident: int
    proportional: int

    def __add__(self, other: "Memory") -> "Memory":  # type: ignore[override]
        return Memory(*(mine + its for mine, its in zip(self, other, strict=True)))


def memory_by_role(processes: list[psutil.Process]) -> dict[str, Memory]:
    """The gateway, TorchServe, the workers, and the supervisor with the rest."""
    roles: defaultdict[str, Memory] = defaultdict(lambda: Memory(0, 0, 0))
    for process in processes:
        used = process.memory_full_info()
        roles[role_of(process.cmdline()) or "supervisor"] += Memory(1, used.rss, used.pss)
    return dict(roles)


def main() -> None:
    """Print a row for each part of the service, and their sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", default="localhost:8001", help="the service's gRPC address")
    service = Service(grpc=parser.parse_args().server, http="")
    children = service.processes()
    if not children:
        raise SystemExit("no service listens there on this machine")
    supervisor = children[0].parents()[0]
    parts = memory_by_role([supervisor, *children])
    table = Table("part", "processes", "RSS, MiB", "PSS, MiB", box=None)
    for name, used in [*parts.items(), ("together", sum(parts.values(), Memory(0, 0, 0)))]:
        table.add_row(
            name,
            str(used.num_processes),
            f"{used.resident / _MEBIBYTE:,.0f}",
            f"{used.proportional / _MEBIBYTE:,.0f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
