"""The translation task over an engine that shouts instead of translating."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions
from salience.engines.engine import Tokens
from salience.errors import InputTooLong, InvalidInput, ServingError
from salience.text.subwords import END
from salience.v1.translation_pb2 import Suspicion, Translation
from tests.unit.tasks.shouting_translator import ShoutingTranslator, translator


def answer_one(text: str) -> Translation | ServingError:
    return translator(ShoutingTranslator()).answer([text])[0]


def test_the_white_space_between_sentences_is_kept() -> None:
    answer = answer_one("  Good morning.  How are you?\n\n\tFine. \n")

    assert isinstance(answer, Translation)
    assert answer.text == "  GOOD MORNING.  HOW ARE YOU?\n\n\tFINE. \n"


def test_bad_texts_get_errors_and_their_neighbours_answers() -> None:
    answers = translator(ShoutingTranslator()).answer(["Yes.", " ", "a" * 5_001, "No."])

    assert [getattr(answer, "text", None) for answer in answers] == ["YES.", None, None, "NO."]
    assert isinstance(answers[1], InvalidInput)
    assert answers[1].field == "texts[1]"
    assert isinstance(answers[2], InputTooLong)
    assert "5000" in answers[2].message


def test_a_sentence_too_long_for_the_model_is_split_and_nothing_is_cut() -> None:
    engine = ShoutingTranslator()
    text = "we walked along the river, " * 40

    answer = translator(engine, max_source_tokens=30).answer([text])[0]

    assert isinstance(answer, Translation)
    assert answer.text == text.upper()
    assert all(len(source) <= 30 for source in engine.sources)
    assert all(source[-1] == END for source in engine.sources)


@pytest.mark.parametrize("text", ["1984", "— 50 % —", "😀 👍🏽", "\u200b\u200b."])
def test_what_has_no_letters_is_returned_as_it_was(text: str) -> None:
    engine = ShoutingTranslator()

    answer = translator(engine).answer([text])[0]

    assert isinstance(answer, Translation)
    assert (answer.text, answer.score, engine.sources) == (text, 0.0, [])


def test_a_suspicion_about_one_sentence_is_reported_for_the_text() -> None:
    class Stuttering(ShoutingTranslator):
        def run(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
            return [Generated([500] * 12, -0.1, finished=False) for _ in batch]

    answer = translator(Stuttering()).answer(["This is a plain sentence."])[0]

    assert isinstance(answer, Translation)
    assert list(answer.suspicions) == [
        Suspicion.SUSPICION_REPETITION,
        Suspicion.SUSPICION_UNFINISHED,
    ]


@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_text_is_answered_in_its_place(texts: list[str]) -> None:
    answers = translator(ShoutingTranslator()).answer(texts)

    assert [isinstance(answer, ServingError) for answer in answers] == [
        not text.strip() for text in texts
    ]
