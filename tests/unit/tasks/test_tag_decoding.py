from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salience.data.iob2 import may_follow
from salience.tasks.tag_decoding import TagDecoder

DECODER = TagDecoder(["PER", "LOC"])


def log_probabilities(*rows: dict[str, float]) -> np.ndarray:
    """The named tags have the given probabilities, the others almost none."""
    table = np.full((len(rows), len(DECODER.tags)), 1e-9, dtype=np.float32)
    for number, row in enumerate(rows):
        for tag, probability in row.items():
            table[number, DECODER.tags.index(tag)] = probability
    return np.log(table)


def valid(tags: tuple[int, ...]) -> bool:
    names = ["O", *(DECODER.tags[tag] for tag in tags)]
    return all(may_follow(tag, before) for before, tag in pairwise(names))


@given(st.integers(1, 4), st.integers(0, 10_000))
def test_no_valid_sequence_is_more_probable(length: int, seed: int) -> None:
    scores = np.log(np.random.default_rng(seed).dirichlet(np.ones(5), length)).astype(np.float32)

    chosen = DECODER.best_tags(scores)

    def probability(tags: tuple[int, ...]) -> float:
        return float(scores[range(length), tags].sum())

    best = max(filter(valid, product(range(5), repeat=length)), key=probability)
    assert valid(tuple(chosen))
    assert probability(tuple(chosen)) == pytest.approx(probability(best))


def test_nothing_has_no_tags() -> None:
    empty = np.empty((0, 5), dtype=np.float32)

    assert DECODER.best_tags(empty) == []
    assert DECODER.spans(empty) == []


def test_names_side_by_side_stay_apart() -> None:
    scores = log_probabilities({"B-PER": 1}, {"I-PER": 1}, {"B-PER": 1}, {"O": 1}, {"B-LOC": 1})

    assert [span[:3] for span in DECODER.spans(scores)] == [
        ("PER", 0, 2),
        ("PER", 2, 3),
        ("LOC", 4, 5),
    ]


def test_a_name_is_as_sure_as_its_least_sure_part() -> None:
    scores = log_probabilities({"B-PER": 0.9, "O": 0.1}, {"I-PER": 0.6, "O": 0.4})

    (span,) = DECODER.spans(scores)

    assert span[:3] == ("PER", 0, 2)
    assert span.score == pytest.approx(0.6)


def test_what_cannot_go_on_begins_anew_or_ends() -> None:
    scores = log_probabilities({"O": 0.9, "B-LOC": 0.1}, {"I-LOC": 0.6, "O": 0.3, "B-LOC": 0.1})

    assert [DECODER.tags[tag] for tag in DECODER.best_tags(scores)] == ["O", "O"]
