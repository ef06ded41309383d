"""Searching as the caller of the translation task asks, and the alternatives it finds."""

import math
from collections.abc import Sequence

import pytest

from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions
from salience.engines.engine import Tokens
from salience.errors import InvalidInput
from salience.tasks.joined_translation import TranslatedSentence, Version, joined_translation
from salience.tasks.translation_item import TranslationItem, TranslationOptions
from salience.v1.translation_pb2 import Translation
from tests.unit.tasks.shouting_translator import SUBWORDS, ShoutingTranslator, translator


def with_alternatives_of(text: str, num_alternatives: int) -> Translation:
    options = TranslationOptions(num_alternatives=num_alternatives)
    answer = translator(ShoutingTranslator()).answer([TranslationItem(text, options)])[0]
    assert isinstance(answer, Translation)
    return answer


def test_a_text_alone_is_searched_for_as_the_model_does() -> None:
    engine = ShoutingTranslator()

    translator(engine).answer(["Hello there.", TranslationItem("Good day.")])

    assert [options for options, _ in engine.batches] == [DecodingOptions(4, 1, 0.8)]


def test_texts_with_the_same_options_share_a_batch_and_others_do_not() -> None:
    engine = ShoutingTranslator()
    greedy = TranslationOptions(beam_size=1)
    items = [
        TranslationItem("One came.", greedy),
        TranslationItem("Two came.", TranslationOptions(beam_size=6, length_penalty=0.0)),
        TranslationItem("Three came.", greedy),
    ]

    answers = translator(engine).answer(items)

    assert [getattr(answer, "text", None) for answer in answers] == [
        *("ONE CAME.", "TWO CAME.", "THREE CAME.")
    ]
    assert [(options, len(batch)) for options, batch in engine.batches] == [
        (DecodingOptions(1, 1, 0.8), 2),
        (DecodingOptions(6, 1, 0.0), 1),
    ]


def test_an_alternative_joins_the_sentences_of_its_rank() -> None:
    answer = with_alternatives_of(" It rained.  We left. ", 2)

    assert answer.text == " IT RAINED.  WE LEFT. "
    assert [alternative.text for alternative in answer.alternatives] == [
        " IT RAINED.!  WE LEFT.! ",
        " IT RAINED.!!  WE LEFT.!! ",
    ]
    assert answer.score == pytest.approx(-0.1)
    assert [one.score for one in answer.alternatives] == pytest.approx([-0.2, -0.3])


def test_what_is_not_translated_stays_in_the_alternatives() -> None:
    answer = with_alternatives_of("Count:\n1, 2, 3\nDone.", 1)

    assert [alternative.text for alternative in answer.alternatives] == ["COUNT:!\n1, 2, 3\nDONE.!"]


def test_a_text_without_words_has_no_alternatives() -> None:
    assert with_alternatives_of("1984", 3) == Translation(text="1984")


def test_the_score_of_a_text_weighs_its_sentences_by_their_tokens() -> None:
    class SureOfShortOnes(ShoutingTranslator):
        def run(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
            return [
                Generated([500] * 3, -0.2, finished=True)  # four tokens with the END
                if len(source) < 5
                else Generated([500] * 6, -1.0, finished=False)
                for source in batch
            ]

    answer = translator(SureOfShortOnes()).answer(["Yes. The dog was asleep in the garden."])[0]

    assert isinstance(answer, Translation)
    assert answer.score == pytest.approx((4 * -0.2 + 6 * -1.0) / 10)


def test_hypotheses_that_read_the_same_are_one() -> None:
    """A text can be cut into subwords in several ways."""
    whole = SUBWORDS.encode(["good"])[0]
    in_letters = [*SUBWORDS.encode(["g"])[0], *(SUBWORDS.encode([f"a{c}"])[0][-1] for c in "ood")]
    assert whole != in_letters
    assert SUBWORDS.decode([whole]) == SUBWORDS.decode([in_letters])

    class Spelling(ShoutingTranslator):
        def run(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
            best, *others = [
                Generated(tokens, -0.1, finished=True)
                for tokens in (whole, in_letters, SUBWORDS.encode(["fine"])[0])
            ]
            return [best._replace(alternatives=tuple(others)) for _ in batch]

    options = TranslationOptions(num_alternatives=2)
    answer = translator(Spelling()).answer([TranslationItem("gut", options)])[0]

    assert isinstance(answer, Translation)
    assert answer.text == "good"
    assert [alternative.text for alternative in answer.alternatives] == ["fine"]


def test_a_sentence_with_fewer_versions_gives_its_best_instead() -> None:
    one, two = Version("One. ", -0.3, 3), Version("Uno. ", -0.9, 3)
    only = TranslatedSentence([Version("Two.", -0.2, 2)])

    joined = joined_translation("", [TranslatedSentence([one, two]), only])

    assert [alternative.text for alternative in joined.alternatives] == ["Uno. Two."]
    assert joined.alternatives[0].score == pytest.approx((-0.9 - 0.2) / 5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (TranslationOptions(beam_size=9), "beam_size is 9; it may be from 1 to 8"),
        (
            TranslationOptions(num_alternatives=4),
            "num_alternatives is 4; with a beam of 4 it may be up to 3",
        ),
        (
            TranslationOptions(beam_size=1, num_alternatives=1),
            "num_alternatives is 1; with a beam of 1 it may be up to 0",
        ),
        (TranslationOptions(length_penalty=2.5), "length_penalty is 2.5; it may be from 0 to 2"),
        (TranslationOptions(length_penalty=-0.5), "length_penalty is -0.5; it may be from 0 to 2"),
        (
            TranslationOptions(length_penalty=math.nan),
            "length_penalty is nan; it may be from 0 to 2",
        ),
    ],
)
def test_options_out_of_range_are_refused_by_name(
    options: TranslationOptions, message: str
) -> None:
    good, refused = translator(ShoutingTranslator()).answer(
        ["Hello.", TranslationItem("Hello.", options)]
    )

    assert isinstance(good, Translation)
    assert isinstance(refused, InvalidInput)
    assert (refused.field, refused.message) == (message.split()[0], message)


def test_options_are_checked_without_a_model_as_far_as_that_goes() -> None:
    TranslationOptions(num_alternatives=7).check()

    with pytest.raises(InvalidInput, match="it may be up to 7"):
        TranslationOptions(num_alternatives=8).check()
