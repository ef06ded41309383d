"""`salience translate` and `salience entities` against a service."""

import json
import subprocess
import sys

import pytest

from salience.errors import InternalError, Overloaded, Unsupported
from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import FakeService


def test_each_argument_is_a_text(run: Run, service: FakeService) -> None:
    result = run("translate", "--server", service.target, "good morning", "good night")

    assert result.stdout == "GOOD MORNING\nGOOD NIGHT\n"
    assert result.exit_code == 0


def test_each_line_of_standard_input_is_a_text(run: Run, service: FakeService) -> None:
    result = run("translate", "--server", service.target, stdin="one\ntwo\n")

    assert result.stdout == "ONE\nTWO\n"
    assert [list(call.texts) for call in service.calls] == [["one", "two"]]


def test_a_document_is_one_text(run: Run, service: FakeService) -> None:
    result = run("translate", "--server", service.target, "--document", stdin="one\n\ntwo\n")

    assert result.stdout == "ONE\n\nTWO\n"
    assert [list(call.texts) for call in service.calls] == [["one\n\ntwo\n"]]


def test_the_languages_and_the_model_are_options(run: Run, service: FakeService) -> None:
    run(
        *("translate", "--server", service.target, "--from", "fr", "--to", "zh"),
        *("--model", "x", "salut"),
    )

    (call,) = service.calls
    assert (call.source_language, call.target_language, call.model) == ("fr", "zh", "x")


def test_many_texts_go_in_calls_of_bounded_size(run: Run, service: FakeService) -> None:
    lines = [f"line {number}" for number in range(70)]

    result = run("translate", "--server", service.target, stdin="\n".join(lines))

    assert result.stdout.splitlines() == [line.upper() for line in lines]
    assert [len(call.texts) for call in service.calls] == [32, 32, 6]


def test_an_entity_is_one_line_of_columns(run: Run, service: FakeService) -> None:
    result = run("entities", "--server", service.target, "nobody", "by Ada\u0301 here")

    assert result.stdout == "2\tPER\t3\t6\t0.500\tAda\n"


def test_where_the_model_looked_for_a_name_is_in_the_json(run: Run, service: FakeService) -> None:
    result = run("entities", "--server", service.target, "--json", "--explain", "Ada")

    [ada] = json.loads(result.stdout)["entities"]["entities"]
    assert ada["attention"] == {"first_piece": 0, "weights": [1.0]}


def test_json_is_what_http_sends_one_object_a_text(run: Run, service: FakeService) -> None:
    result = run("entities", "--server", service.target, "--json", "nobody", "Ada")

    nobody, ada = map(json.loads, result.stdout.splitlines())
    assert nobody == {"entities": {"entities": [], "pieces": []}}
    assert ada["entities"]["entities"][0] == {
        "text": "Ada",
        "label": "PER",
        "start": 0,
        "end": 3,
        "score": 0.5,
        "start_byte": 0,
        "end_byte": 3,
    }


def test_a_bad_text_keeps_its_line_and_is_named_on_standard_error(
    run: Run, service: FakeService
) -> None:
    result = run("translate", "--server", service.target, stdin="one\n\ntwo\n")

    assert result.stdout == "ONE\n\nTWO\n"
    assert result.stderr == "salience: text 2: the text is empty\n"
    assert result.exit_code == 2


def test_a_call_that_fails_for_its_texts_fails_each_of_them(run: Run, service: FakeService) -> None:
    service.failures = [Unsupported("the text is not English", field="texts[0]")]
    lines = "\n".join(f"line {number}" for number in range(33))

    result = run("translate", "--server", service.target, stdin=lines)

    assert result.stdout == "\n" * 32 + "LINE 32\n"
    assert "text 32: the text is not English" in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (InternalError("broken"), 1),
        (Unsupported("no model translates xx to de", field="source_language"), 2),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    run: Run, service: FakeService, error: Overloaded, exit_code: int
) -> None:
    service.failures = [error]

    result = run("translate", "--server", service.target, "hello")

    assert result.stdout == ""
    assert result.stderr.endswith(f"{error.message}\n")
    assert result.stderr.count("\n") == 1
    assert result.exit_code == exit_code


def test_no_service_is_one_line_and_exit_code_1(run: Run) -> None:
    result = run("translate", "--server", "127.0.0.1:1", "hello")

    assert "cannot be reached" in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("stdin", "message"),
    [("", "there is no text"), (b"caf\xe9\n", "standard input is not UTF-8 at byte 3")],
)
def test_bad_standard_input_is_refused(run: Run, stdin: str | bytes, message: str) -> None:
    result = run("translate", stdin=stdin)

    assert message in result.stderr
    assert result.exit_code == 2


def test_an_engine_is_for_local_use_only(run: Run) -> None:
    result = run("translate", "--engine", "pytorch", "hello")

    assert "--local" in result.stderr
    assert result.exit_code == 2


def test_translating_by_a_service_never_imports_torch(service: FakeService) -> None:
    program = (
        "import sys, typer\n"
        "from salience.cli.commands import app\n"
        f"app(['translate', '--server', '{service.target}', 'hello'], standalone_mode=False)\n"
        "sys.exit('torch' in sys.modules)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "HELLO\n")
