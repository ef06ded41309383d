"""Each fault with each task over each protocol, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby

from rich.console import Console
from rich.table import Table

from tests.faults.cell import Cell

Fault = Callable[[Cell], None]


@dataclass
class Matrix:
    """What was not borne, by fault and cell."""

    cells: Sequence[str]
    outcomes: dict[str, dict[str, str]] = field(default_factory=dict)
    """The complaint of each cell it was tried with; empty where the fault was borne."""

    def note(self, fault: str, complaints: Mapping[str, str]) -> None:
        """Take note of a row."""
        self.outcomes[fault] = dict(complaints)

    @property
    def num_tried(self) -> int:
        return sum(map(len, self.outcomes.values()))

    @property
    def complaints(self) -> list[str]:
        """A line for each fault that was not borne."""
        return [
            f"{fault}, {cell}: {complaint}"
            for fault, row in self.outcomes.items()
            for cell, complaint in row.items()
            if complaint
        ]

    def show(self, console: Console) -> None:
        """Print the table, its sum and the complaints."""
        table = Table("fault", *self.cells, box=None)
        for fault, row in self.outcomes.items():
            table.add_row(fault, *(_told(row.get(cell)) for cell in self.cells))
        console.print(table)
        num_borne = self.num_tried - len(self.complaints)
        console.print(f"{num_borne} of {self.num_tried} borne", highlight=False)
        for complaint in self.complaints:
            console.print(complaint, markup=False, highlight=False)


def _told(complaint: str | None) -> str:
    if complaint is None:
        return ""
    return "FAILED" if complaint else "borne"


def complaint_of(fault: Fault, cell: Cell) -> str:
    """Why a fault was not borne; empty when it was."""
    try:
        fault(cell)
    except Exception as error:  # Whatever it is, the other cells go on.
        return f"{type(error).__name__}: {error}"
    return ""


def row(fault: Fault, cells: Sequence[Cell]) -> dict[str, str]:
    """The complaints: the tasks at once, the protocols one after the other."""
    complaints: dict[str, str] = {}
    for _, group in groupby(cells, key=lambda cell: cell.transport.name):
        some = list(group)
        some[0].service.wait_until_whole()
        with ThreadPoolExecutor(len(some)) as pool:
            found = pool.map(lambda cell: complaint_of(fault, cell), some)
            complaints |= {cell.name: text for cell, text in zip(some, found, strict=True)}
    return complaints
