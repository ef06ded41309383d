"""The oracle is exhaustive search over a small made-up language."""

import itertools
import math

import pytest
import torch
from torch import Tensor

from salience.decoding.beam_search import BeamSettings, beam_search
from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions

START, END, VOCABULARY, MAX_LENGTH = 1, 2, 5, 4
EVERYTHING = VOCABULARY**MAX_LENGTH


class Language:
    """Next-token probabilities that depend on the sentence and the token before.

    Nothing empty can be said: END never comes first.
    """

    def __init__(self, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        scores = torch.randn(2, VOCABULARY, VOCABULARY, generator=generator) * 2
        scores[..., START] = -torch.inf
        self.as_the_model_says = scores.log_softmax(dim=-1)
        scores[:, START, END] = -torch.inf
        self.log_probabilities = scores.log_softmax(dim=-1)

    def step(self, newest: Tensor, sentences: Tensor) -> tuple[Tensor, Tensor]:
        return self.as_the_model_says[sentences, newest[:, 0]], sentences

    def search(
        self, beam_size: int, num_hypotheses: int = 1, length_penalty: float = 1.0
    ) -> list[Generated]:
        options = DecodingOptions(beam_size, num_hypotheses, length_penalty)
        return beam_search(
            self.step,
            lambda sentences, rows: sentences[rows],
            torch.arange(2).repeat_interleave(beam_size),
            batch=2,
            settings=BeamSettings(START, END, MAX_LENGTH, options),
        )

    def total(self, sentence: int, tokens: tuple[int, ...]) -> float:
        steps = itertools.pairwise((START, *tokens))
        return sum(float(self.log_probabilities[sentence, old, new]) for old, new in steps)

    def ranked(self, sentence: int, length_penalty: float) -> list[tuple[int, ...]]:
        """Everything that could be written, the best first."""
        words = [token for token in range(VOCABULARY) if token not in (START, END)]
        endings = [
            (*middle, END)
            for length in range(1, MAX_LENGTH)
            for middle in itertools.product(words, repeat=length)
        ]
        unfinished = list(itertools.product(words, repeat=MAX_LENGTH))
        return sorted(
            endings + unfinished,
            key=lambda tokens: self.rank(sentence, tokens, length_penalty),
            reverse=True,
        )

    def rank(self, sentence: int, tokens: tuple[int, ...], length_penalty: float) -> float:
        return self.total(sentence, tokens) / math.pow(len(tokens), length_penalty)


def written(output: Generated) -> tuple[int, ...]:
    return (*output.tokens, END) if output.finished else tuple(output.tokens)


@pytest.mark.parametrize("length_penalty", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_beam_as_wide_as_the_language_finds_the_best_sequence(
    seed: int, length_penalty: float
) -> None:
    language = Language(seed)

    found = language.search(EVERYTHING, length_penalty=length_penalty)

    for sentence in range(2):
        assert written(found[sentence]) == language.ranked(sentence, length_penalty)[0]
        assert found[sentence].alternatives == ()


@pytest.mark.parametrize("length_penalty", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("seed", range(5))
def test_the_alternatives_are_the_next_best_sequences_in_order(
    seed: int, length_penalty: float
) -> None:
    language = Language(seed)

    found = language.search(EVERYTHING, num_hypotheses=6, length_penalty=length_penalty)

    for sentence in range(2):
        outputs = [written(one) for one in (found[sentence], *found[sentence].alternatives)]
        best = language.ranked(sentence, length_penalty)[:6]
        assert len(set(outputs)) == 6
        assert [language.rank(sentence, one, length_penalty) for one in outputs] == pytest.approx(
            [language.rank(sentence, one, length_penalty) for one in best], abs=1e-5
        )


@pytest.mark.parametrize("length_penalty", [0.0, 1.0, 2.0])
def test_the_score_is_the_mean_log_probability_whatever_the_penalty(length_penalty: float) -> None:
    language = Language(seed=0)

    found = language.search(4, num_hypotheses=4, length_penalty=length_penalty)

    for sentence in range(2):
        for one in (found[sentence], *found[sentence].alternatives):
            tokens = written(one)
            mean = language.total(sentence, tokens) / len(tokens)
            assert one.score == pytest.approx(mean, abs=1e-5)
            assert one.length == len(tokens)


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
