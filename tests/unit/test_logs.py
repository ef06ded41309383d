import json
import logging

import pytest

from salience.logs import JsonFormatter, TextFormatter, as_json_line

FORMATTERS = [JsonFormatter(), TextFormatter()]


def record(message: str, **extra: object) -> logging.LogRecord:
    fields = {"name": "salience.test", "levelname": "ERROR", "msg": message}
    return logging.makeLogRecord({**fields, **extra})


def read(text: str) -> str:
    known: dict[str, str] = {}
    try:
        return known[text]
    except KeyError as error:
        raise ValueError(f"cannot read {text}") from error


def failed_on(text: str) -> logging.LogRecord:
    """What is logged when the model broke on a text that its exceptions quote."""
    with pytest.raises(ValueError, match="cannot") as raised:
        read(text)
    error = raised.value
    return record("an item broke the model", exc_info=(type(error), error, error.__traceback__))


def test_a_json_line_has_the_ids_of_its_request_and_trace() -> None:
    line = JsonFormatter().format(
        record("lost", request_id="r-1", trace_id="ab" * 16, model="entities-en")
    )

    entry = json.loads(line)
    assert entry.pop("time")
    assert entry == {
        "level": "ERROR",
        "logger": "salience.test",
        "message": "lost",
        "request_id": "r-1",
        "trace_id": "ab" * 16,
        "model": "entities-en",
    }


def test_what_is_not_known_is_left_out() -> None:
    assert "trace_id" not in JsonFormatter().format(record("lost", trace_id=""))
    assert TextFormatter("%(message)s").format(record("lost", trace_id="")) == "lost"


def test_a_line_of_text_ends_with_the_ids() -> None:
    line = TextFormatter("%(message)s").format(record("lost", request_id="r-1", trace_id="ab"))

    assert line == "lost [request_id=r-1 trace_id=ab]"


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_a_traceback_has_places_and_types_but_not_the_texts_of_callers(
    formatter: logging.Formatter,
) -> None:
    line = formatter.format(failed_on("my secret"))

    assert "secret" not in line
    assert line.index("KeyError") < line.index("ValueError")
    assert "test_logs.py" in line


def test_json_takes_one_line_whatever_is_in_it() -> None:
    assert "\n" not in JsonFormatter().format(failed_on("a"))


def test_a_line_of_another_program_becomes_an_object() -> None:
    entry = json.loads(as_json_line(b'WARNING: "odd" \xff\n', logger="TorchServe"))

    assert (entry["logger"], entry["message"]) == ("TorchServe", 'WARNING: "odd" \ufffd')


def test_a_line_that_is_an_object_is_passed_on_as_it_is() -> None:
    line = JsonFormatter().format(record("lost")).encode() + b"\n"

    assert as_json_line(line, logger="TorchServe") is line
