import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.rpc.code_pb2 import Code

from salience.logs import JsonFormatter, TextFormatter
from salience.rpc_status import error_of
from salience.tracing.batch_times import BATCH_TIMES_HEADER, BatchTimes
from salience.v1.models_pb2 import Model
from salience.worker.placement import Placement
from salience.worker.provenance import FILE_NAME, Provenance, UnsupportedArchive
from tests.unit.worker.fakes import FakeContext, ShoutingHandler, handle, status


@pytest.fixture
def handler() -> ShoutingHandler:
    return ShoutingHandler()


@pytest.fixture
def _log_levels() -> Iterator[None]:
    """Loading a model sets the levels of its whole process, and how lines are written."""
    loggers = [logging.getLogger(name) for name in (None, "salience")]
    levels = [logger.level for logger in loggers]
    formatters = [(handler, handler.formatter) for handler in logging.getLogger().handlers]
    yield
    for handler, formatter in formatters:
        handler.setFormatter(formatter)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def archive_folder(path: Path) -> FakeContext:
    content = Provenance("0.1.0", "unknown", {})
    (path / FILE_NAME).write_text(content.to_json())
    return FakeContext(system_properties={"model_dir": str(path), "gpu_id": None})


def test_the_items_of_every_row_run_in_one_batch(handler: ShoutingHandler) -> None:
    assert handle(handler, b"a b", b"c") == [b"A|B", b"C"]
    assert handler.batches == [["a", "b", "c"]]


def test_a_row_that_cannot_be_read_gets_one_error_and_its_neighbours_are_served(
    handler: ShoutingHandler,
) -> None:
    first, bad, last = handle(handler, b"a b", b"unreadable", b"c")

    assert (first, last) == (b"A|B", b"C")
    assert status(bad).code == Code.INVALID_ARGUMENT


def test_a_row_without_raw_bytes_is_refused(handler: ShoutingHandler) -> None:
    [reply] = handler.handle([{"body": {"decoded": "json"}}], FakeContext(headers=[{}]))

    assert status(reply).code == Code.INVALID_ARGUMENT


def test_a_refused_item_names_its_place_in_its_own_row(handler: ShoutingHandler) -> None:
    _, second = handle(handler, b"a b c", b"d ?")

    shouted, refused = second.split(b"|", 1)
    assert shouted == b"D"
    assert error_of(status(refused)).field == "words[1]"


def test_an_item_that_breaks_the_model_stands_alone(
    handler: ShoutingHandler, caplog: pytest.LogCaptureFixture
) -> None:
    good, spoiled = handle(
        handler, b"a b c", b"d poison", headers={"X-Salience-Request-Id": "request-7"}
    )

    shouted, broken = spoiled.split(b"|", 1)
    assert (good, shouted) == (b"A|B|C", b"D")
    assert status(broken).code == Code.INTERNAL
    assert [getattr(record, "request_id", "") for record in caplog.records] == ["request-7"]


def test_what_broke_the_model_is_logged_and_not_told(
    handler: ShoutingHandler, caplog: pytest.LogCaptureFixture
) -> None:
    [reply] = handle(handler, b"poison")

    assert status(reply).message == "the model failed on this item"
    assert "a secret of the model" in caplog.text


def test_a_row_whose_deadline_has_passed_costs_no_work(handler: ShoutingHandler) -> None:
    [reply] = handle(handler, b"a", headers={"x-salience-deadline": str(time.time() - 1)})

    assert status(reply).code == Code.DEADLINE_EXCEEDED
    assert handler.batches == []


def test_a_row_whose_deadline_is_ahead_is_answered(handler: ShoutingHandler) -> None:
    headers = {"x-salience-deadline": str(time.time() + 60)}

    assert handle(handler, b"a", headers=headers) == [b"A"]


def test_a_deadline_that_is_no_number_is_refused(handler: ShoutingHandler) -> None:
    [reply] = handle(handler, b"a", headers={"x-salience-deadline": "soon"})

    assert status(reply).code == Code.INVALID_ARGUMENT


def test_a_row_in_a_trace_is_told_when_what_was_done_with_its_batch(
    handler: ShoutingHandler,
) -> None:
    sampled = {"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}
    context = FakeContext(headers=[sampled, {}, {"traceparent": "nonsense"}])
    before = time.time_ns()

    handler.handle([{"body": bytearray(b"a b")}] * 3, context)

    [(index, headers)] = context.response_headers.items()
    times = BatchTimes.of_header(headers[BATCH_TIMES_HEADER])
    assert index == 0
    assert times
    assert (times.num_rows, times.num_items) == (3, 6)
    assert before <= times.read_ns <= times.predict_ns <= times.reply_ns <= times.end_ns


def test_a_description_is_answered_without_work(handler: ShoutingHandler) -> None:
    [reply] = handle(handler, b"", headers={"x-salience-method": "describe"})

    assert Model.FromString(reply).name == "shouting"
    assert handler.batches == []


@pytest.mark.usefixtures("_log_levels")
def test_the_model_is_loaded_where_and_how_it_is_told(
    handler: ShoutingHandler, tmp_path: Path
) -> None:
    context = archive_folder(tmp_path)
    context.model_yaml_config = {"salience": {"engine": "fast", "threads": 3}}

    handler.initialize(context)

    assert handler.placement == Placement(device="cpu", threads=3, engine="fast")


@pytest.mark.usefixtures("_log_levels")
def test_a_loaded_worker_does_not_log_every_request(
    handler: ShoutingHandler, tmp_path: Path
) -> None:
    handler.initialize(archive_folder(tmp_path))

    assert not logging.getLogger("ts.protocol").isEnabledFor(logging.INFO)
    assert logging.getLogger("salience.worker").isEnabledFor(logging.INFO)


@pytest.mark.usefixtures("_log_levels")
def test_a_loaded_worker_logs_as_the_service_does(
    handler: ShoutingHandler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for written, formatter in (("json", JsonFormatter), ("text", TextFormatter)):
        monkeypatch.setenv("SALIENCE_LOG_FORMAT", written)
        handler.initialize(archive_folder(tmp_path))

        assert all(type(h.formatter) is formatter for h in logging.getLogger().handlers)


@pytest.mark.usefixtures("_log_levels")
def test_an_archive_of_another_version_is_not_loaded(
    handler: ShoutingHandler, tmp_path: Path
) -> None:
    context = archive_folder(tmp_path)
    written = json.loads((tmp_path / FILE_NAME).read_text())
    (tmp_path / FILE_NAME).write_text(json.dumps(written | {"package_version": "9.9.0"}))

    with pytest.raises(UnsupportedArchive, match=r"9\.9\.0"):
        handler.initialize(context)
    assert handler.placement is None
