import numpy as np

from salience.data.conll import TaggedSentence
from salience.data.iob2 import names
from salience.training.sentence_variety import PICTURES, SentenceVariety, Variety

NOTHING = Variety(joined=0, renamed=0, pictured=0, lowercased=0, uppercased=0)
SENTENCES = [TaggedSentence((f"Word{n}", "in", "Rome"), ("O", "O", "B-LOC")) for n in range(49)] + [
    TaggedSentence(("New", "York", "is", "it"), ("B-LOC", "I-LOC", "O", "O"))
]


def vary(**changes: float) -> list[TaggedSentence]:
    variety = Variety(**{**vars(NOTHING), **changes})
    return list(SentenceVariety(SENTENCES, variety).version(np.random.default_rng(1)))


def test_without_chance_nothing_changes() -> None:
    assert vary() == SENTENCES


def test_joining_keeps_all_words_in_order_and_stays_short() -> None:
    joined = vary(joined=1, longest_words=9)

    assert [len(sentence.words) for sentence in joined] == [9] * 16 + [7]
    assert [word for sentence in joined for word in sentence.words] == [
        word for sentence in SENTENCES for word in sentence.words
    ]


def test_case_changes_the_words_and_keeps_the_tags() -> None:
    lower, upper = vary(lowercased=1)[0], vary(uppercased=1)[0]

    assert lower == TaggedSentence(("word0", "in", "rome"), SENTENCES[0].tags)
    assert upper == TaggedSentence(("WORD0", "IN", "ROME"), SENTENCES[0].tags)


def test_a_name_is_replaced_by_one_that_the_corpus_has() -> None:
    renamed = vary(renamed=1)

    found = {row.words[start:end] for row in renamed for _, start, end in names(row.tags)}
    assert found <= {("Rome",), ("New", "York")}
    assert renamed[-1].words[-2:] == ("is", "it")
    assert all(len(words) == len(tags) for words, tags in renamed)


def test_a_picture_follows_a_name_and_is_none() -> None:
    for sentence in vary(pictured=1):
        ((_, _, end),) = names(sentence.tags)
        assert sentence.words[end] in PICTURES
        assert sentence.tags[end] == "O"
