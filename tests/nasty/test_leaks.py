"""What goes wrong inside stays inside: nothing of it, and no caller's text, is told or logged."""

import logging
from collections.abc import Iterator

import grpc
import pytest
from aiohttp import web

from tests.unit.gateway.fake_torchserve import SeenRow, torchserve_error
from tests.unit.gateway.harness import Harness, running_harness, translate_body

TEXT = "the patient's name is Ada Lovelace"
INSIDE = "/srv/secret/handler.py token=hunter2"
TRACE = f'Traceback (most recent call last):\n  File "{INSIDE}", line 1\nKeyError: {TEXT!r}'
FAILURES = {
    "an error with a trace": lambda: torchserve_error(500, "InternalServerException", TRACE),
    "an unknown status": lambda: torchserve_error(418, "Teapot", TRACE),
    "a reply that is no message": lambda: web.Response(body=TRACE.encode()),
    "a page": lambda: web.Response(text=f"<pre>{TRACE}</pre>", content_type="text/html"),
    "an empty reply": lambda: web.Response(body=b""),
    "a worker that died": lambda: torchserve_error(507, "InternalServerException", TRACE),
}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Harness]:
    with running_harness(resend_seconds=0.2) as harness:
        yield harness


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_tells_nothing_of_the_inside(
    gateway: Harness, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    def fail(row: SeenRow) -> web.Response | None:
        return FAILURES[name]() if TEXT in row.items else None

    gateway.fake.answer_instead = fail

    with caplog.at_level(logging.DEBUG):
        reply = gateway.http("POST", "/v1/translate", translate_body(TEXT))
        with pytest.raises(grpc.RpcError) as failed:
            gateway.translate(TEXT)

    told = f"{reply.body!r} {dict(reply.headers)} {failed.value}"
    for part in (INSIDE, "hunter2", "Traceback", "KeyError", TEXT):
        assert part not in told
    logged = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert TEXT not in logged


def test_what_is_logged_of_a_call_that_succeeds_is_not_its_text(
    gateway: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.fake.forget()
    with caplog.at_level(logging.DEBUG):
        assert gateway.translate(TEXT).results[0].translation.text == TEXT.upper()

    assert TEXT not in caplog.text
