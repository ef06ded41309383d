import pytest
import torch
from torch import nn
from torch.testing import assert_close

from salience.attention import (
    CrossAttention,
    MultiHeadAttention,
    RelativeAttention,
    RotaryAttention,
    SelfAttention,
    causal_mask,
)


def test_it_agrees_with_pytorch_given_the_same_weights() -> None:
    torch.manual_seed(1)
    ours = MultiHeadAttention(width=8, num_heads=2)
    theirs = nn.MultiheadAttention(8, 2, batch_first=True)
    parts = (ours.query, ours.key, ours.value)
    theirs.in_proj_weight.data = torch.cat([part.weight for part in parts])
    theirs.in_proj_bias.data = torch.cat([part.bias for part in parts])
    theirs.out_proj.load_state_dict(ours.output.state_dict())
    inputs, memory = torch.randn(2, 3, 8), torch.randn(2, 5, 8)
    everything = torch.ones(1, 1, 1, 5, dtype=torch.bool)

    remembered = ours.remember(memory)
    answer = ours(inputs, remembered, visible=everything)
    weights = ours.weights(inputs, remembered, visible=everything)

    expected, expected_weights = theirs(inputs, memory, memory, average_attn_weights=False)
    assert_close(answer, expected)
    assert_close(weights, expected_weights)


def test_a_memory_can_grow_and_be_reordered() -> None:
    attention = MultiHeadAttention(width=4, num_heads=1)
    memory = torch.randn(2, 3, 4)

    grown = attention.remember(memory[:, :2]).extended(attention.remember(memory[:, 2:]))
    swapped = grown.rows(torch.tensor([1, 0]))

    assert_close(grown.key, attention.remember(memory).key)
    assert_close(swapped.value[0], grown.value[1])


@pytest.mark.parametrize(
    "attention",
    [
        MultiHeadAttention(width=8, num_heads=2),
        RotaryAttention(width=8, num_heads=2),
        RelativeAttention(width=8, num_heads=2, max_distance=2),
    ],
    ids=lambda attention: type(attention).__name__,
)
@pytest.mark.parametrize(("batch", "query_len", "key_len"), [(0, 2, 3), (2, 0, 3), (2, 2, 0)])
def test_nothing_is_a_batch_a_query_and_a_memory_too(
    batch: int, query_len: int, key_len: int, attention: MultiHeadAttention
) -> None:
    memory = attention.remember(torch.randn(batch, key_len, 8))
    visible = torch.ones(batch, 1, query_len, key_len, dtype=torch.bool)

    found = attention.attend(torch.randn(batch, query_len, 8), memory, visible=visible)

    assert_close(found.outputs, attention.output.bias.expand(batch, query_len, 8).clone())
    assert found.weights.shape == (batch, 2, query_len, key_len)


@pytest.mark.parametrize("num_heads", [3, 0, -2])
@pytest.mark.parametrize("kind", [MultiHeadAttention, SelfAttention, CrossAttention])
def test_heads_that_do_not_divide_the_width_are_refused(
    kind: type[MultiHeadAttention | SelfAttention | CrossAttention], num_heads: int
) -> None:
    with pytest.raises(ValueError, match=f"width of 8 .* {num_heads} heads"):
        kind(width=8, num_heads=num_heads)


def test_heads_of_an_odd_width_cannot_turn() -> None:
    with pytest.raises(ValueError, match="and have 3"):
        RotaryAttention(width=6, num_heads=2)


def test_a_cache_looked_at_by_its_last_two_tokens_answers_as_the_whole() -> None:
    attention, tokens = MultiHeadAttention(width=8, num_heads=2), torch.randn(2, 5, 8)
    whole = attention(tokens, attention.remember(tokens), visible=causal_mask(5))

    cache = attention.remember(tokens[:, :3]).extended(attention.remember(tokens[:, 3:]))
    found = attention(tokens[:, 3:], cache, visible=causal_mask(2, 5))

    assert_close(found, whole[:, 3:])
