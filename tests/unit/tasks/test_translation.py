"""The translation task over an engine that shouts instead of translating."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salience.decoding.generated import Generated
from salience.engines.engine import Tokens
from salience.errors import InputTooLong, InvalidInput, ServingError
from salience.tasks.translation import TranslateTexts
from salience.text.subwords import END, Subwords
from salience.v1.models_pb2 import Limits, Model
from salience.v1.translation_pb2 import Suspicion, Translation

SUBWORDS = Subwords(Path(__file__).parents[3] / "model_store/translation-en-de/subwords.model")
MODEL = Model(name="shouting", source_languages=["en"], limits=Limits(max_characters=5_000))


class ShoutingEngine:
    """Implements Engine: gives a sentence back in capitals; keeps what it was sent."""

    name, device = "shouting", "cpu"

    def __init__(self) -> None:
        self.sources: list[Tokens] = []

    def run(self, batch: Sequence[Tokens]) -> list[Generated]:
        self.sources.extend(batch)
        sentences = SUBWORDS.decode([tokens[:-1] for tokens in batch])
        shouted = SUBWORDS.encode([sentence.upper() for sentence in sentences])
        return [Generated(tokens, -0.1, finished=True) for tokens in shouted]


def translator(engine: ShoutingEngine, max_source_tokens: int = 60) -> TranslateTexts:
    return TranslateTexts(
        model=MODEL, engine=engine, subwords=SUBWORDS, max_source_tokens=max_source_tokens
    )


def answer_one(text: str) -> Translation | ServingError:
    return translator(ShoutingEngine()).answer([text])[0]


def test_the_white_space_between_sentences_is_kept() -> None:
    answer = answer_one("  Good morning.  How are you?\n\n\tFine. \n")

    assert isinstance(answer, Translation)
    assert answer.text == "  GOOD MORNING.  HOW ARE YOU?\n\n\tFINE. \n"


def test_bad_texts_get_errors_and_their_neighbours_answers() -> None:
    answers = translator(ShoutingEngine()).answer(["Yes.", " ", "a" * 5_001, "No."])

    assert [getattr(answer, "text", None) for answer in answers] == ["YES.", None, None, "NO."]
    assert isinstance(answers[1], InvalidInput)
    assert answers[1].field == "texts[1]"
    assert isinstance(answers[2], InputTooLong)
    assert "5000" in answers[2].message


def test_a_sentence_too_long_for_the_model_is_split_and_nothing_is_cut() -> None:
    engine = ShoutingEngine()
    text = "we walked along the river, " * 40

    answer = translator(engine, max_source_tokens=30).answer([text])[0]

    assert isinstance(answer, Translation)
    assert answer.text == text.upper()
    assert all(len(source) <= 30 for source in engine.sources)
    assert all(source[-1] == END for source in engine.sources)


@pytest.mark.parametrize("text", ["1984", "— 50 % —", "😀 👍🏽", "\u200b\u200b."])
def test_what_has_no_letters_is_returned_as_it_was(text: str) -> None:
    engine = ShoutingEngine()

    answer = translator(engine).answer([text])[0]

    assert isinstance(answer, Translation)
    assert (answer.text, engine.sources) == (text, [])


def test_a_suspicion_about_one_sentence_is_reported_for_the_text() -> None:
    class StutteringEngine(ShoutingEngine):
        def run(self, batch: Sequence[Tokens]) -> list[Generated]:
            return [Generated([500] * 12, -0.1, finished=False) for _ in batch]

    answer = translator(StutteringEngine()).answer(["This is a plain sentence."])[0]

    assert isinstance(answer, Translation)
    assert list(answer.suspicions) == [
        Suspicion.SUSPICION_REPETITION,
        Suspicion.SUSPICION_UNFINISHED,
    ]


@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_text_is_answered_in_its_place(texts: list[str]) -> None:
    answers = translator(ShoutingEngine()).answer(texts)

    assert [isinstance(answer, ServingError) for answer in answers] == [
        not text.strip() for text in texts
    ]
