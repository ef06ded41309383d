from pathlib import Path

from salience.data.conll import TaggedSentence
from salience.data.iob2 import iob2_tags
from salience.text.word_pieces import WordPieces
from salience.training.tagged_examples import IGNORED, tagged_batch, tagged_examples

PIECES = WordPieces(Path(__file__).parents[3] / "model_store" / "entities-en" / "tokenizer.json")
TAGS = iob2_tags(["PER", "LOC", "ORG"])


def tags_of(*rows: tuple[str, str]) -> list[str]:
    words, tags = zip(*rows, strict=True)
    (example,) = tagged_examples([TaggedSentence(words, tags)], PIECES, TAGS)
    return ["" if tag == IGNORED else TAGS[tag] for tag in example.tags]


def test_only_the_first_piece_of_a_word_is_tagged() -> None:
    assert tags_of(("Hi", "O"), ("Schwarzenegger", "B-PER")) == ["", "O", "B-PER", "", "", ""]


def test_the_parts_of_an_abbreviation_continue_its_name() -> None:
    assert tags_of(("U.S.", "B-LOC"), (".", "O")) == [
        *("", "B-LOC", "I-LOC", "I-LOC", "I-LOC", "O", "")
    ]


def test_a_batch_is_as_long_as_its_longest_example() -> None:
    sentences = [TaggedSentence(("in", "Rome"), ("O", "B-LOC")), TaggedSentence(("Hi",), ("O",))]

    batch = tagged_batch(tagged_examples(sentences, PIECES, TAGS))

    assert batch.tokens.shape == batch.tags.shape == (2, 4)
    assert batch.lengths.tolist() == [4, 3]
    assert batch.tags[1].tolist() == [IGNORED, 0, IGNORED, IGNORED]
