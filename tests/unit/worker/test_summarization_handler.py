from collections.abc import Sequence

import pytest
from google.rpc.code_pb2 import Code
from summarization_handler import SummarizationHandler

from salience.errors import InvalidInput, ServingError
from salience.tasks.summary_item import SummaryItem
from salience.v1.models_pb2 import Model
from salience.v1.summarization_pb2 import SummarizeReply, SummarizeRequest, Summary
from tests.unit.worker.fakes import FakeContext


class RepeatsTheLength:
    """Implements Task: the summary says what was asked for; refuses empty texts."""

    model = Model(name="fake", version="1.2")

    def answer(self, items: Sequence[SummaryItem]) -> list[Summary | ServingError]:
        return [
            Summary(text=f"{item.text} {item.length}") if item.text else InvalidInput("empty")
            for item in items
        ]


def replies(*requests: SummarizeRequest) -> list[SummarizeReply]:
    handler = SummarizationHandler()
    handler.task = RepeatsTheLength()
    handler.model = RepeatsTheLength.model
    rows = [{"body": bytearray(request.SerializeToString())} for request in requests]
    bodies = handler.handle(rows, FakeContext(headers=[{}] * len(rows)))
    return [SummarizeReply.FromString(body) for body in bodies]


def test_the_length_of_a_request_goes_with_each_of_its_texts() -> None:
    [first, second] = replies(
        SummarizeRequest(texts=["a", "b"], words=7), SummarizeRequest(texts=["c"], ratio=0.5)
    )

    assert [result.summary.text for result in first.results] == [
        "a SummaryLength(sentences=None, words=7, ratio=None)",
        "b SummaryLength(sentences=None, words=7, ratio=None)",
    ]
    assert second.results[0].summary.text == (
        "c SummaryLength(sentences=None, words=None, ratio=0.5)"
    )


def test_without_a_length_the_model_decides() -> None:
    [reply] = replies(SummarizeRequest(texts=["a"]))

    assert "sentences=None, words=None, ratio=None" in reply.results[0].summary.text
    assert (reply.model, reply.model_version) == ("fake", "1.2")


@pytest.mark.parametrize(
    "wrong",
    [
        SummarizeRequest(texts=["a", "b"], ratio=2.0),
        SummarizeRequest(texts=["a", "b"], words=0),
        SummarizeRequest(texts=["a", "b"], sentences=0),
    ],
)
def test_a_wrong_length_is_one_error_of_its_own_request(wrong: SummarizeRequest) -> None:
    [bad, good] = replies(wrong, SummarizeRequest(texts=["c"], sentences=1))

    [result] = bad.results
    assert result.error.code == Code.INVALID_ARGUMENT
    assert wrong.WhichOneof("length") in result.error.message
    assert good.results[0].summary.text.startswith("c ")


def test_an_item_that_cannot_be_answered_has_an_error_in_its_place() -> None:
    [reply] = replies(SummarizeRequest(texts=["", "b"]))

    assert reply.results[0].error.code == Code.INVALID_ARGUMENT
    assert reply.results[1].summary.text.startswith("b ")
