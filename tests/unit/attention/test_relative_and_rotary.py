"""Positions that only matter by their distance."""

import cmath
import math

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from salience.attention import (
    MultiHeadAttention,
    RelativeAttention,
    RotaryAttention,
    causal_mask,
    rotated_by_position,
)

WIDTH, LENGTH = 8, 6


def inputs() -> Tensor:
    return torch.randn(2, LENGTH, WIDTH, generator=torch.Generator().manual_seed(1))


def made(kind: str) -> RotaryAttention | RelativeAttention:
    torch.manual_seed(5)
    if kind == "rotary":
        return RotaryAttention(width=WIDTH, num_heads=2)
    return RelativeAttention(width=WIDTH, num_heads=2, max_distance=2)


def test_pairs_turn_as_complex_numbers_do() -> None:
    vector = inputs()[0, 0].tolist()

    turned = rotated_by_position(torch.tensor([vector]), first_position=3)[0].tolist()

    for pair in range(WIDTH // 2):
        angle = 3 * 10_000 ** (-2 * pair / WIDTH)
        number = complex(*vector[2 * pair : 2 * pair + 2]) * cmath.exp(1j * angle)
        assert turned[2 * pair : 2 * pair + 2] == pytest.approx(
            [number.real, number.imag], abs=1e-5
        )


def test_the_product_of_turned_vectors_depends_on_their_distance_alone() -> None:
    query, key = inputs()[0, :1], inputs()[1, :1]

    def product(query_position: int, key_position: int) -> Tensor:
        return (
            rotated_by_position(query, first_position=query_position)
            * rotated_by_position(key, first_position=key_position)
        ).sum()

    assert_close(product(2, 7), product(102, 107), atol=1e-4, rtol=1e-4)
    assert not math.isclose(product(2, 7).item(), product(2, 8).item(), rel_tol=1e-2)


def test_without_distances_relative_attention_is_plain() -> None:
    relative = made("relative")
    assert isinstance(relative, RelativeAttention)
    torch.nn.init.zeros_(relative.distance_key.weight)
    plain = MultiHeadAttention(width=WIDTH, num_heads=2)
    plain.load_state_dict(relative.state_dict(), strict=False)
    visible = causal_mask(LENGTH)

    found = relative(inputs(), relative.remember(inputs()), visible=visible)

    assert_close(found, plain(inputs(), plain.remember(inputs()), visible=visible))


def test_relative_scores_are_those_of_the_papers_fourth_equation() -> None:
    relative = made("relative")
    assert isinstance(relative, RelativeAttention)
    memory, query = relative.remember(inputs()), relative.queries(inputs())
    distance_key = relative.distance_key.weight
    expected = torch.empty(LENGTH, LENGTH)
    for i in range(LENGTH):
        for j in range(LENGTH):
            clipped = max(-2, min(j - i, 2)) + 2
            key = memory.key[0, 1, j] + distance_key[clipped]
            expected[i, j] = query[0, 1, i] @ key / math.sqrt(WIDTH / 2)

    weights = relative.weights(
        inputs(), memory, visible=torch.ones(1, 1, LENGTH, LENGTH, dtype=torch.bool)
    )

    assert_close(weights[0, 1], expected.softmax(dim=-1))


@pytest.mark.parametrize("kind", ["rotary", "relative"])
def test_a_decoder_that_keeps_its_memory_finds_the_same(kind: str) -> None:
    attention = made(kind)
    whole = attention(inputs(), attention.remember(inputs()), visible=causal_mask(LENGTH))

    first = inputs()[:, :1]
    memory = attention.remember(first)
    steps = [attention(first, memory, visible=causal_mask(1))]
    for position in range(1, LENGTH):
        token = inputs()[:, position : position + 1]
        if isinstance(attention, RotaryAttention):
            newer = attention.remember(token, first_position=position)
        else:
            newer = attention.remember(token)
        memory = memory.extended(newer)
        visible = torch.ones(1, 1, 1, position + 1, dtype=torch.bool)
        steps.append(attention(token, memory, visible=visible))

    assert_close(torch.cat(steps, dim=1), whole)
