"""Both kinds of local attention against the paper's formulas, key by key."""

import math

import pytest
import torch
from torch.testing import assert_close

from salience.attention import (
    LocalMonotonicAttention,
    LocalPredictiveAttention,
    SoftAttention,
    dot_product_scores,
)

KEY_LEN, HALF_WIDTH = 9, 2
EVERYTHING = torch.ones(1, 4, KEY_LEN, dtype=torch.bool)


@pytest.fixture
def sequences() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    query, key = (torch.randn(1, length, 3, generator=generator) for length in (4, KEY_LEN))
    return query, key, torch.randn(1, KEY_LEN, 2, generator=generator)


def softmax_within(scores: list[float], centre: float) -> list[float]:
    inside = [abs(place - centre) <= HALF_WIDTH for place in range(len(scores))]
    powers = [math.exp(score) if seen else 0.0 for score, seen in zip(scores, inside, strict=True)]
    return [power / sum(powers) for power in powers]


@pytest.mark.parametrize("first", [0, 4])
def test_a_monotonic_window_follows_the_query(
    first: int, sequences: tuple[torch.Tensor, torch.Tensor, torch.Tensor]
) -> None:
    attention = LocalMonotonicAttention(dot_product_scores, half_width=HALF_WIDTH)

    found = attention(*sequences, visible=EVERYTHING, first_place=first)

    scores = dot_product_scores(*sequences[:2])[0].tolist()
    expected = [softmax_within(row, first + number) for number, row in enumerate(scores)]
    assert_close(found.weights[0], torch.tensor(expected))
    assert_close(found.context, found.weights @ sequences[2])


def test_a_window_over_everything_is_global_attention(
    sequences: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
) -> None:
    local = LocalMonotonicAttention(dot_product_scores, half_width=KEY_LEN)

    found = local(*sequences, visible=EVERYTHING)

    expected = SoftAttention(dot_product_scores)(*sequences, visible=EVERYTHING)
    assert_close(found.context, expected.context)


def test_a_predicted_window_fades_away_from_its_centre(
    sequences: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
) -> None:
    torch.manual_seed(2)
    attention = LocalPredictiveAttention(
        dot_product_scores, query_width=3, hidden_width=4, half_width=HALF_WIDTH
    )

    found = attention(*sequences, visible=EVERYTHING)

    scores = dot_product_scores(*sequences[:2])[0].tolist()
    hidden = torch.tanh(sequences[0][0] @ attention.hidden.weight.T)
    centres = (KEY_LEN * torch.sigmoid(hidden @ attention.place.weight[0])).tolist()
    spread = HALF_WIDTH / 2
    expected = [
        [
            weight * math.exp(-((place - centre) ** 2) / (2 * spread**2))
            for place, weight in enumerate(softmax_within(row, centre))
        ]
        for row, centre in zip(scores, centres, strict=True)
    ]
    assert_close(found.weights[0], torch.tensor(expected))
    assert_close(found.context, found.weights @ sequences[2])


def test_the_predicted_place_is_within_what_is_visible(
    sequences: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
) -> None:
    attention = LocalPredictiveAttention(
        dot_product_scores, query_width=3, hidden_width=4, half_width=HALF_WIDTH
    )
    torch.nn.init.constant_(attention.place.weight, 100.0)

    places = attention.places(sequences[0].abs() * 10, visible=EVERYTHING & (torch.arange(9) < 4))

    assert (places <= 4).all()


def looking_at_the_middle(half_width: int) -> LocalPredictiveAttention:
    attention = LocalPredictiveAttention(
        dot_product_scores, query_width=3, hidden_width=4, half_width=half_width
    )
    torch.nn.init.zeros_(attention.place.weight)
    return attention


def test_half_precision_looks_at_the_same_of_two_thousand_keys() -> None:
    attention, visible = looking_at_the_middle(2), torch.ones(1, 1, 2_002, dtype=torch.bool)
    query, key = torch.zeros(1, 1, 3), torch.zeros(1, 2_002, 3)
    whole = attention(query, key, key, visible=visible)

    halves = query.bfloat16(), key.bfloat16(), key.bfloat16()
    found = attention.bfloat16()(*halves, visible=visible)

    assert found.weights.dtype == torch.bfloat16
    assert_close(found.weights.float(), whole.weights, atol=1e-3, rtol=0)
    assert found.weights.argmax() == 1_001


def test_the_predicted_place_is_counted_from_the_first_visible_key(
    sequences: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
) -> None:
    attention, visible = looking_at_the_middle(1), EVERYTHING & (torch.arange(KEY_LEN) >= 5)

    found = attention(*sequences, visible=visible)

    assert attention.places(sequences[0], visible=visible).tolist() == [[7.0] * 4]
    assert (found.weights[..., 6:] > 0).all()


@pytest.mark.parametrize("half_width", [0, -1])
def test_a_predicted_window_without_width_is_refused(half_width: int) -> None:
    with pytest.raises(ValueError, match=str(half_width)):
        looking_at_the_middle(half_width)
