import signal
import subprocess
import sys
from io import StringIO

from rich.console import Console

from tests.faults.matrix import Matrix


def matrix_of(complaint: str) -> Matrix:
    matrix = Matrix(["grpc a", "http a"])
    matrix.note("1 a fault", {"grpc a": "", "http a": ""})
    matrix.note("2 another", {"grpc a": "", "http a": complaint})
    return matrix


def shown(matrix: Matrix) -> str:
    console = Console(file=StringIO(), width=120)
    matrix.show(console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_a_matrix_whose_faults_were_all_borne_has_no_complaint() -> None:
    assert matrix_of("").complaints == []
    assert "4 of 4 borne" in shown(matrix_of(""))


def test_a_fault_that_was_not_borne_is_counted_and_told_with_its_cell() -> None:
    told = shown(matrix_of("it hung"))

    assert "3 of 4 borne" in told
    assert "FAILED" in told
    assert "2 another, http a: it hung" in told


def test_a_cell_that_a_fault_was_not_tried_with_is_neither_borne_nor_counted() -> None:
    matrix = matrix_of("")
    matrix.note("3 for one alone", {"http a": ""})

    assert "5 of 5 borne" in shown(matrix)
    assert shown(matrix).count("borne") == 6


def test_a_command_told_to_end_unwinds() -> None:
    program = (
        "import signal, tests.faults.unwinding as u\n"
        "u.unwind_on_signals()\n"
        "try:\n    signal.raise_signal(signal.SIGTERM)\n"
        "finally:\n    print('unwound')"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert (ended.stdout, ended.returncode) == ("unwound\n", 128 + signal.SIGTERM)
