"""Each check of the load tests passes a right answer and catches a wrong one."""

import pytest
from google.protobuf.duration_pb2 import Duration

from loadtests.checks import WrongAnswer, check_entities, check_stream, check_translations
from loadtests.sentences import Sentence
from salience.errors import InternalError
from salience.rpc_status import status_of
from salience.v1.entities_pb2 import (
    Entities,
    Entity,
    RecognizeEntitiesReply,
    RecognizeEntitiesResult,
)
from salience.v1.timing_pb2 import Timing
from salience.v1.translation_pb2 import (
    Suspicion,
    TranslateReply,
    TranslateResult,
    TranslateStreamReply,
    Translation,
)

BY_ADA = Sentence("é by Ada", frozenset({"Ada"}))
ADA = Entity(text="Ada", label="PER", start=5, end=8, start_byte=6, end_byte=9, score=0.9)
TIMING = Timing(inference_time=Duration(nanos=1))
BROKEN = status_of(InternalError("broken"))


def found(*entities: Entity, timing: Timing = TIMING) -> RecognizeEntitiesReply:
    result = RecognizeEntitiesResult(entities=Entities(entities=entities))
    return RecognizeEntitiesReply(
        results=[result], model="names", model_version="1.0", timing=timing
    )


def changed(**fields: object) -> Entity:
    entity = Entity()
    entity.CopyFrom(ADA)
    for name, value in fields.items():
        setattr(entity, name, value)
    return entity


def translated(*results: TranslateResult, version: str = "1.0") -> TranslateReply:
    return TranslateReply(results=results, model="x", model_version=version, timing=TIMING)


def piece(text: int, sentence: int, words: str = "ja") -> TranslateStreamReply:
    return TranslateStreamReply(
        text_index=text, sentence_index=sentence, translation=Translation(text=words)
    )


def test_right_answers_pass() -> None:
    check_entities(found(ADA), [BY_ADA])
    check_translations(translated(TranslateResult(translation=Translation(text="ja"))), [BY_ADA])
    check_stream([piece(0, 0), piece(0, 1), piece(1, 0)], [BY_ADA, BY_ADA])


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (found(), "not found"),
        (found(changed(start=4)), "is not at 4:8"),
        (found(changed(start_byte=5)), "not at its bytes"),
        (found(changed(score=0.0)), "score 0"),
        (found(changed(label="")), "label ''"),
        (found(ADA, timing=Timing()), "how long"),
        (RecognizeEntitiesReply(), "0 answers to 1 items"),
        (RecognizeEntitiesReply(results=[RecognizeEntitiesResult(error=BROKEN)]), "broken"),
    ],
)
def test_wrong_entities_are_caught(reply: RecognizeEntitiesReply, complaint: str) -> None:
    with pytest.raises(WrongAnswer, match=complaint):
        check_entities(reply, [BY_ADA])


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (translated(), "0 answers to 1 items"),
        (translated(TranslateResult(error=BROKEN)), "broken"),
        (translated(TranslateResult(translation=Translation(text=" "))), "blank"),
        (
            translated(
                TranslateResult(
                    translation=Translation(text="ja", suspicions=[Suspicion.SUSPICION_LENGTH])
                )
            ),
            "doubtful",
        ),
        (
            translated(TranslateResult(translation=Translation(text="ja")), version=""),
            "which model",
        ),
    ],
)
def test_wrong_translations_are_caught(reply: TranslateReply, complaint: str) -> None:
    with pytest.raises(WrongAnswer, match=complaint):
        check_translations(reply, [BY_ADA])


@pytest.mark.parametrize(
    ("replies", "complaint"),
    [
        ([], "0 answers to 2 items"),
        ([piece(0, 0)], "1 answers to 2 items"),
        ([piece(1, 0), piece(0, 0)], "out of order"),
        ([piece(0, 0), piece(0, 0), piece(1, 0)], "out of order"),
        ([piece(0, 0), piece(1, 0, "")], "blank"),
        ([piece(0, 0), TranslateStreamReply(text_index=1, error=BROKEN)], "broken"),
    ],
)
def test_a_wrong_stream_is_caught(replies: list[TranslateStreamReply], complaint: str) -> None:
    with pytest.raises(WrongAnswer, match=complaint):
        check_stream(replies, [BY_ADA, BY_ADA])
