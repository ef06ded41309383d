"""Each check of summaries and images passes a right answer and catches a wrong one."""

import pytest
from google.protobuf.duration_pb2 import Duration

from loadtests.checks import WrongAnswer, check_classes, check_summaries, check_summary_stream
from loadtests.pictures import Picture
from loadtests.sentences import Sentence
from salience.errors import InternalError
from salience.rpc_status import status_of
from salience.v1.images_pb2 import (
    Classification,
    ClassifyImagesReply,
    ClassifyImagesResult,
    ImageClass,
)
from salience.v1.summarization_pb2 import (
    SummarizeReply,
    SummarizeResult,
    SummarizeStreamReply,
    Summary,
    SummarySentence,
)
from salience.v1.timing_pb2 import Timing

DOCUMENT = Sentence("É un. Two. Three.", frozenset())
FIRST = SummarySentence(text="É un.", index=0, start=0, end=5, start_byte=0, end_byte=6, score=0.5)
THIRD = SummarySentence(
    text="Three.", index=2, start=11, end=17, start_byte=12, end_byte=18, score=1.0
)
MISPLACED = SummarySentence(text="Three.", index=2, start=12, end=17, score=1.0)
SHOE = Picture(b"", "shoe")
TIMING = Timing(inference_time=Duration(nanos=1))
BROKEN = status_of(InternalError("broken"))


def summarized(*sentences: SummarySentence, text: str | None = None) -> SummarizeReply:
    whole = " ".join(one.text for one in sentences) if text is None else text
    result = SummarizeResult(summary=Summary(text=whole, sentences=sentences))
    return SummarizeReply(results=[result], model="s", model_version="1.0", timing=TIMING)


def piece(document: int, sentence: SummarySentence) -> SummarizeStreamReply:
    return SummarizeStreamReply(text_index=document, sentence=sentence)


def classified(**probabilities: float) -> ClassifyImagesReply:
    classes = [ImageClass(label=label, probability=p) for label, p in probabilities.items()]
    result = ClassifyImagesResult(classification=Classification(classes=classes))
    return ClassifyImagesReply(results=[result], model="i", model_version="1.0", timing=TIMING)


def test_right_answers_pass() -> None:
    check_summaries(summarized(FIRST, THIRD), [DOCUMENT], num_sentences=2)
    stream = [piece(0, FIRST), piece(0, THIRD), piece(1, THIRD)]
    check_summary_stream(stream, [DOCUMENT, DOCUMENT], num_sentences=2)
    check_classes(classified(shoe=0.6, hat=0.4), [SHOE])


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (SummarizeReply(), "0 answers to 1 items"),
        (SummarizeReply(results=[SummarizeResult(error=BROKEN)]), "broken"),
        (summarized(), "0 sentences"),
        (summarized(FIRST, THIRD, THIRD), "3 sentences"),
        (summarized(THIRD, FIRST), "out of order"),
        (summarized(MISPLACED), "is not at 12:17"),
        (summarized(FIRST, text="Un."), "not made of its sentences"),
        (SummarizeReply(results=summarized(FIRST).results), "which model"),
    ],
)
def test_wrong_summaries_are_caught(reply: SummarizeReply, complaint: str) -> None:
    with pytest.raises(WrongAnswer, match=complaint):
        check_summaries(reply, [DOCUMENT], num_sentences=2)


@pytest.mark.parametrize(
    ("replies", "complaint"),
    [
        ([piece(0, FIRST)], "1 answers to 2 items"),
        ([piece(1, FIRST), piece(0, FIRST)], "documents came out of order"),
        ([piece(0, FIRST), SummarizeStreamReply(text_index=1, error=BROKEN)], "broken"),
        ([piece(0, MISPLACED), piece(1, FIRST)], "is not at"),
        ([piece(0, THIRD), piece(0, FIRST), piece(1, FIRST)], "out of order"),
    ],
)
def test_a_wrong_stream_is_caught(replies: list[SummarizeStreamReply], complaint: str) -> None:
    with pytest.raises(WrongAnswer, match=complaint):
        check_summary_stream(replies, [DOCUMENT, DOCUMENT], num_sentences=2)


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (ClassifyImagesReply(), "0 answers to 1 items"),
        (ClassifyImagesReply(results=[ClassifyImagesResult(error=BROKEN)]), "broken"),
        (classified(), "is taken for"),
        (classified(hat=0.9), "is taken for"),
        (classified(shoe=0.4, hat=0.6), "probabilities"),
        (classified(shoe=0.9, hat=0.8), "probabilities"),
    ],
)
def test_wrong_classes_are_caught(reply: ClassifyImagesReply, complaint: str) -> None:
    with pytest.raises(WrongAnswer, match=complaint):
        check_classes(reply, [SHOE])
