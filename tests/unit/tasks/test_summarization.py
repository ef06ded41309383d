from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salience.errors import InputTooLong, InvalidInput, ServingError, Unsupported
from salience.tasks.sentence_scores import SentenceScorer
from salience.tasks.summarization import ChooseSentences
from salience.tasks.summary_item import SummaryItem
from salience.text.placed_sentences import placed_sentences
from salience.text.summary_length import SummaryLength
from salience.text.word_pieces import WordPieces
from salience.v1.models_pb2 import Limits, Model
from salience.v1.summarization_pb2 import Summary
from tests.unit.tasks.length_engine import LongestSaysMost

PIECES = WordPieces(Path(__file__).parents[3] / "model_store" / "entities-en" / "tokenizer.json")
PARTS = st.sampled_from(
    [
        "Ann saw it. ",
        "Zoe\u0308 ran far away! ",
        "東京です。",
        "👩‍👩‍👧‍👦 ",
        "\r\n",
        "...",
        "\0",
        "\u200d",
        "No? ",
    ]
)
ANY_TEXT = st.lists(PARTS | st.text(), min_size=1).map("".join).filter(str.strip)
LENGTHS = st.one_of(
    st.just(SummaryLength()),
    st.integers(1, 5).map(lambda count: SummaryLength(sentences=count)),
    st.integers(1, 30).map(lambda count: SummaryLength(words=count)),
    st.floats(0, 1, exclude_min=True).map(lambda share: SummaryLength(ratio=share)),
)


def task(lead_preference: float = 0.0) -> ChooseSentences:
    return ChooseSentences(
        model=Model(source_languages=["en"], limits=Limits(max_characters=50_000)),
        scorer=SentenceScorer(LongestSaysMost(PIECES), PIECES, max_tokens=512),
        lead_preference=lead_preference,
    )


def summary(text: str, length: SummaryLength | None = None, lead: float = 0.0) -> Summary:
    (answer,) = task(lead).answer([SummaryItem(text, length or SummaryLength())])
    assert isinstance(answer, Summary)
    return answer


@given(ANY_TEXT, LENGTHS)
def test_sentences_are_slices_of_the_text_and_of_its_bytes_in_order(
    text: str, length: SummaryLength
) -> None:
    encoded, index = text.encode(), -1
    found = summary(text, length)
    for sentence in found.sentences:
        assert sentence.text == text[sentence.start : sentence.end]
        assert sentence.text == encoded[sentence.start_byte : sentence.end_byte].decode()
        assert index < sentence.index
        assert 0 < sentence.score < 1
        index = sentence.index
    assert index >= 0
    assert found.text == " ".join(sentence.text for sentence in found.sentences)


@given(ANY_TEXT, st.integers(1, 30))
def test_the_words_asked_for_are_not_exceeded_but_by_one_sentence_alone(
    text: str, words: int
) -> None:
    found = summary(text, SummaryLength(words=words))

    assert len(found.text.split()) <= words or len(found.sentences) == 1


def test_the_best_sentences_come_in_the_order_of_the_text() -> None:
    text = "It is a very long first one. Short. And this one is long, too. No."

    found = summary(text, SummaryLength(sentences=2))

    assert found.text == "It is a very long first one. And this one is long, too."
    assert [sentence.index for sentence in found.sentences] == [0, 2]


def test_a_text_alone_leaves_the_length_to_the_model() -> None:
    (answer,) = task().answer(["Yes. It is so. No."])

    assert isinstance(answer, Summary)
    assert answer.text == "It is so."


def test_a_preference_for_the_beginning_moves_the_choice_to_the_front() -> None:
    text = "A good start. " + "Then some more. " * 20 + "And this is the end of it all."

    assert summary(text, SummaryLength(sentences=1)).sentences[0].index == 21
    assert summary(text, SummaryLength(sentences=1), lead=0.5).sentences[0].index == 0


def test_a_line_of_signs_is_only_chosen_when_there_is_nothing_else() -> None:
    dashes = "- " * 60

    assert summary(f"{dashes}\nYes.").text == "Yes."
    assert summary(dashes).text == dashes.strip()


def test_a_bad_item_does_not_spoil_its_neighbours() -> None:
    wrong = SummaryItem("It is so.", SummaryLength(ratio=2.0))

    before, empty, long, ratio, after = task().answer(["Yes.", " ", "x" * 50_001, wrong, "No."])

    assert isinstance(empty, InvalidInput)
    assert empty.field == "texts[1]"
    assert isinstance(long, InputTooLong)
    assert isinstance(ratio, InvalidInput)
    assert ratio.field == "ratio"
    assert [one.text for one in (before, after) if not isinstance(one, ServingError)] == [
        "Yes.",
        "No.",
    ]


@pytest.mark.parametrize("number", [3, 40])
def test_an_answer_does_not_depend_on_its_neighbours(number: int) -> None:
    texts = [f"It is so. {'And then some. ' * length}" for length in range(1, number)]

    assert task().answer(texts) == [task().answer([text])[0] for text in texts]


def test_a_long_document_gets_more_sentences() -> None:
    text = "One more of them. " * 500

    assert len(summary(text).sentences) == 10
    assert len(list(placed_sentences(text, "en"))) == 500


def test_every_sentence_tells_its_weight_when_that_is_asked() -> None:
    chooser = task()
    chooser.model.explains = True
    text = "Ann saw it. Zoë ran far away and was never seen again! No?"
    length = SummaryLength(sentences=1)

    explained, plain = chooser.answer(
        [SummaryItem(text, length, explain=True), SummaryItem(text, length)]
    )

    assert isinstance(explained, Summary)
    assert isinstance(plain, Summary)
    assert explained.sentences == plain.sentences
    assert [one.index for one in explained.weighed] == [0, 1, 2]
    assert max(explained.weighed, key=lambda one: one.score) == explained.sentences[0]
    assert not plain.weighed


def test_a_model_that_cannot_explain_says_so() -> None:
    (answer,) = task().answer([SummaryItem("Ann saw it.", explain=True)])

    assert isinstance(answer, Unsupported)
    assert answer.field == "explain"
