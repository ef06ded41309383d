"""The forward algorithm and the decoder, against all sequences written out."""

from itertools import pairwise, product

import numpy as np
import pytest
import torch

from salience.data.iob2 import OUTSIDE, iob2_tags, may_follow
from salience.models.conditional_random_field import ConditionalRandomField
from salience.tasks.crf_decoding import CrfTagDecoder

LABELS = ("PER", "LOC")
TAGS = iob2_tags(LABELS)


@pytest.fixture
def field() -> ConditionalRandomField:
    field = ConditionalRandomField(len(TAGS))
    generator = torch.Generator().manual_seed(4)
    for parameter in field.parameters():
        parameter.requires_grad_(False).normal_(generator=generator)
    return field


def is_valid(tags: list[str]) -> bool:
    return all(map(may_follow, tags, [OUTSIDE, *tags]))


def total(field: ConditionalRandomField, scores: torch.Tensor, tags: tuple[int, ...]) -> float:
    steps = sum(float(field.transitions[a, b]) for a, b in pairwise(tags))
    own = sum(float(row[tag]) for row, tag in zip(scores, tags, strict=True))
    return own + steps + float(field.first[tags[0]])


def test_a_likelihood_is_the_sequences_share_of_all_sequences(
    field: ConditionalRandomField,
) -> None:
    scores = torch.randn(2, 4, len(TAGS), generator=torch.Generator().manual_seed(5))
    real = torch.tensor([[True] * 4, [True, True, False, False]])
    tags = torch.tensor([[1, 2, 0, 3], [0, 1, 0, 0]])

    found = field.log_likelihood(scores, tags, real)

    for row, length in ((0, 4), (1, 2)):
        every = [
            total(field, scores[row, :length], sequence)
            for sequence in product(range(len(TAGS)), repeat=length)
        ]
        ours = total(field, scores[row, :length], tuple(tags[row, :length].tolist()))
        assert found[row].item() == pytest.approx(ours - np.logaddexp.reduce(every), abs=1e-4)


def test_the_decoder_finds_the_best_valid_sequence_and_how_probable_its_tags_are(
    field: ConditionalRandomField,
) -> None:
    scores = torch.randn(4, len(TAGS), generator=torch.Generator().manual_seed(6))
    decoder = CrfTagDecoder(LABELS, *(p.numpy() for p in field.parameters()))
    valid = {
        sequence: total(field, scores, sequence)
        for sequence in product(range(len(TAGS)), repeat=4)
        if is_valid([TAGS[tag] for tag in sequence])
    }

    best = decoder.best_tags(scores.numpy())
    marginals = decoder.log_marginals(scores.numpy())

    assert tuple(best) == max(valid, key=lambda sequence: valid[sequence])
    partition = np.logaddexp.reduce(list(valid.values()))
    for place, tag in product(range(4), range(len(TAGS))):
        through = [score for sequence, score in valid.items() if sequence[place] == tag]
        expected = np.exp(np.logaddexp.reduce(through) - partition) if through else 0.0
        assert np.exp(marginals[place, tag]) == pytest.approx(expected, abs=1e-4)


def test_names_come_with_the_probability_of_their_least_sure_tag(
    field: ConditionalRandomField,
) -> None:
    scores = torch.zeros(3, len(TAGS))
    scores[0, TAGS.index("B-PER")] = scores[1, TAGS.index("I-PER")] = 30.0
    scores[2, TAGS.index(OUTSIDE)] = 30.0
    decoder = CrfTagDecoder(LABELS, *(p.numpy() for p in field.parameters()))

    (span,) = decoder.spans(scores.numpy())

    assert span[:3] == ("PER", 0, 2)
    assert span.score == pytest.approx(1.0, abs=1e-3)
