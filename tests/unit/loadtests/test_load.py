"""When calls arrive, and how long their texts are."""

import random
from itertools import count, islice
from types import SimpleNamespace

import pytest

from loadtests.load import seeds
from loadtests.load.arrivals import arrival_times
from loadtests.load.lengths import mixed_texts, text_of, texts_of
from loadtests.sentences import Sentence, read_sentences


def test_arrivals_have_their_rate_and_are_the_same_for_a_seed() -> None:
    times = list(islice(arrival_times(50.0, seed=3), 5000))

    assert times == list(islice(arrival_times(50.0, seed=3), 5000))
    assert times != list(islice(arrival_times(50.0, seed=4), 5000))
    assert times == sorted(times)
    assert 5000 / times[-1] == pytest.approx(50.0, rel=0.05)


def test_texts_have_the_lengths_of_the_mix() -> None:
    sentence = [Sentence("A b.", frozenset())]
    lengths = [one.text.count(".") for one in islice(mixed_texts(sentence, seed=1), 4000)]

    assert sum(length == 1 for length in lengths) / 4000 == pytest.approx(0.8, abs=0.03)
    assert sum(length >= 12 for length in lengths) / 4000 == pytest.approx(0.03, abs=0.01)


def test_names_are_looked_for_in_single_sentences_only() -> None:
    sentences = read_sentences("entities")

    assert text_of("short", sentences, random.Random(1)).names
    assert not text_of("long", sentences, random.Random(1)).names


def test_the_texts_of_a_length_are_always_the_same() -> None:
    assert texts_of("mixed", "entities") == texts_of("mixed", "entities")
    assert len(texts_of("medium", "entities", count=5)) == 5


def test_the_first_users_of_two_processes_do_not_do_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def first_seed(worker: int) -> int:
        monkeypatch.setattr(seeds, "_numbers", count())
        return seeds.next_seed(SimpleNamespace(runner=SimpleNamespace(worker_index=worker)))

    assert first_seed(0) != first_seed(1)
