"""The oracle is exhaustive search over a small made-up language."""

import itertools
import math

import pytest
import torch
from torch import Tensor

from salience.decoding.beam_search import BeamSettings, beam_search
from salience.decoding.generated import Generated

START, END, VOCABULARY, MAX_LENGTH = 1, 2, 5, 4


class Language:
    """Next-token probabilities that depend on the sentence and the token before."""

    def __init__(self, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        scores = torch.randn(2, VOCABULARY, VOCABULARY, generator=generator) * 2
        scores[..., START] = -torch.inf
        self.log_probabilities = scores.log_softmax(dim=-1)

    def step(self, newest: Tensor, sentences: Tensor) -> tuple[Tensor, Tensor]:
        return self.log_probabilities[sentences, newest[:, 0]], sentences

    def search(self, beam_size: int) -> list[Generated]:
        return beam_search(
            self.step,
            lambda sentences, rows: sentences[rows],
            torch.arange(2).repeat_interleave(beam_size),
            batch=2,
            settings=BeamSettings(START, END, MAX_LENGTH, beam_size),
        )

    def score(self, sentence: int, tokens: tuple[int, ...]) -> float:
        steps = itertools.pairwise((START, *tokens))
        return sum(float(self.log_probabilities[sentence, old, new]) for old, new in steps)

    def best(self, sentence: int) -> tuple[float, tuple[int, ...]]:
        """By mean log-probability, over everything that could be written."""
        words = [token for token in range(VOCABULARY) if token not in (START, END)]
        endings = [
            (*middle, END)
            for length in range(MAX_LENGTH)
            for middle in itertools.product(words, repeat=length)
        ]
        unfinished = list(itertools.product(words, repeat=MAX_LENGTH))
        return max(
            (self.score(sentence, tokens) / len(tokens), tokens) for tokens in endings + unfinished
        )


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_as_wide_as_the_language_finds_the_best_sequence(seed: int) -> None:
    language = Language(seed)

    found = language.search(beam_size=VOCABULARY**MAX_LENGTH)

    for sentence in range(2):
        score, tokens = language.best(sentence)
        assert found[sentence].score == pytest.approx(score, abs=1e-5)
        assert found[sentence].tokens == [token for token in tokens if token != END]


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_of_one_takes_the_best_token_each_time(seed: int) -> None:
    language = Language(seed)

    found = language.search(beam_size=1)[0]

    newest = START
    expected: list[int] = []
    while len(expected) < MAX_LENGTH:
        newest = int(language.log_probabilities[0, newest].argmax())
        if newest == END:
            break
        expected.append(newest)
    assert found.tokens == expected
    assert found.finished == (newest == END)
    assert not math.isnan(found.score)
