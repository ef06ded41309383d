from collections.abc import Sequence
from pathlib import Path

import pytest

from salience.decoding.allowed_words import Lexicon
from salience.decoding.generated import Generated
from salience.engines.engine import Tokens
from salience.engines.headline_request import HeadlineRequest
from salience.errors import InputTooLong, InvalidInput
from salience.tasks.headlines import WriteHeadlines
from salience.tasks.summary_item import SummaryItem
from salience.text.summary_length import SummaryLength
from salience.text.word_pieces import WordPieces
from salience.v1.models_pb2 import Limits, Model
from salience.v1.summarization_pb2 import Summary

STORE = Path(__file__).parents[3] / "model_store"


def looks_at_first_and_last(length: int) -> list[float]:
    return [0.5, *[0.0] * (length - 2), 0.5]


class SaysTheFirstPieces:
    """An engine whose line is the beginning of the text, and then something else."""

    name, device = "repeats", "cpu"

    def __init__(self, *, count: int, also: Sequence[int] = ()) -> None:
        self.requests: list[HeadlineRequest] = []
        self._count = count
        self._also = also

    def run(self, batch: Sequence[Tokens]) -> list[Generated]:
        asked = [HeadlineRequest.of(tokens) for tokens in batch]
        self.requests += asked
        return [
            Generated(
                [*request.pieces[: self._count], *self._also],
                0.0,
                finished=True,
                attention=[looks_at_first_and_last(len(request.pieces))] * 2,
            )
            for request in asked
        ]


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(STORE / "entities-en" / "tokenizer.json")


def task(pieces: WordPieces, engine: SaysTheFirstPieces) -> WriteHeadlines:
    return WriteHeadlines(
        model=Model(name="headline-en", limits=Limits(max_characters=200)),
        engine=lambda explain: engine,
        pieces=pieces,
        lexicon=Lexicon(pieces.pieces, ["about", "we"]),
        style=1,
        max_tokens=64,
    )


def test_a_line_is_written_as_the_text_writes(pieces: WordPieces) -> None:
    engine = SaysTheFirstPieces(count=4)

    answers = task(pieces, engine).answer(
        [SummaryItem("ELMo, state-of-the-art"), SummaryItem("Über uns")]
    )

    assert answers == [Summary(text="ELMo, state"), Summary(text="Über uns")]
    assert {request.style for request in engine.requests} == {1}


def test_what_slips_through_is_told_once(pieces: WordPieces) -> None:
    (split,) = pieces.split(["9 9 about"])
    engine = SaysTheFirstPieces(count=1, also=(split.tokens % len(pieces)).tolist())

    (answer,) = task(pieces, engine).answer([SummaryItem("We sing")])

    assert answer == Summary(text="We 9 9 about", unsupported=["9"])


@pytest.mark.parametrize(
    ("length", "max_words"),
    [
        (SummaryLength(), 0),
        (SummaryLength(words=5), 5),
        (SummaryLength(ratio=0.5), 2),
        (SummaryLength(ratio=0.01), 1),
        (SummaryLength(sentences=3), 0),
    ],
)
def test_a_length_reaches_the_engine_as_words(
    pieces: WordPieces, length: SummaryLength, max_words: int
) -> None:
    engine = SaysTheFirstPieces(count=2)

    task(pieces, engine).answer([SummaryItem("one two three four five", length)])

    assert engine.requests[0].max_words == max_words


def test_bad_texts_get_errors_and_their_neighbours_lines(pieces: WordPieces) -> None:
    items = [
        SummaryItem(" "),
        SummaryItem("we sing"),
        SummaryItem("x" * 201),
        SummaryItem("we sing", SummaryLength(words=0)),
    ]

    empty, line, too_long, no_words = task(pieces, SaysTheFirstPieces(count=9)).answer(items)

    assert isinstance(empty, InvalidInput)
    assert empty.field == "texts[0]"
    assert line == Summary(text="We sing")
    assert isinstance(too_long, InputTooLong)
    assert isinstance(no_words, InvalidInput)


def test_a_text_without_a_readable_piece_has_an_empty_line(pieces: WordPieces) -> None:
    assert task(pieces, SaysTheFirstPieces(count=9)).answer([SummaryItem("\u200b\u0301")]) == [
        Summary()
    ]


def test_a_line_that_is_explained_tells_the_pieces_it_looked_at(pieces: WordPieces) -> None:
    writer = task(pieces, SaysTheFirstPieces(count=2))
    writer.model.explains = True
    text = "Über uns alle"

    explained, plain = writer.answer([SummaryItem(text, explain=True), SummaryItem(text)])

    assert isinstance(explained, Summary)
    assert isinstance(plain, Summary)
    assert explained.text == plain.text
    first, *_, last = explained.pieces
    assert text[first.start : first.end] == first.text
    assert text.encode()[last.start_byte : last.end_byte].decode() == last.text
    assert list(explained.piece_weights) == looks_at_first_and_last(len(explained.pieces))
    assert not plain.pieces
    assert not plain.piece_weights
