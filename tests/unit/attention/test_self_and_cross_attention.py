import torch
from torch import Tensor, nn
from torch.testing import assert_close

from salience.attention import (
    CrossAttention,
    MultiHeadAttention,
    SelfAttention,
    SoftAttention,
    bidirectional_mask,
    causal_mask,
    dot_product_scores,
)


def theirs(ours: MultiHeadAttention) -> nn.MultiheadAttention:
    """PyTorch's, with the same weights."""
    made = nn.MultiheadAttention(8, 2, batch_first=True)
    parts = (ours.query, ours.key, ours.value)
    made.in_proj_weight.data = torch.cat([part.weight for part in parts])
    made.in_proj_bias.data = torch.cat([part.bias for part in parts])
    made.out_proj.load_state_dict(ours.output.state_dict())
    return made


def sequence(length: int) -> Tensor:
    return torch.randn(2, length, 8, generator=torch.Generator().manual_seed(length))


def test_causal_self_attention_agrees_with_pytorch() -> None:
    ours, inputs = SelfAttention(width=8, num_heads=2), sequence(5)
    hidden = ~causal_mask(5)[0, 0]

    expected, weights = theirs(ours.attention)(
        inputs, inputs, inputs, attn_mask=hidden, average_attn_weights=False
    )

    assert_close(ours(inputs, visible=causal_mask(5)), expected)
    assert_close(ours.weights(inputs, visible=causal_mask(5)), weights)


def test_cross_attention_agrees_with_pytorch() -> None:
    ours, inputs, memory = CrossAttention(width=8, num_heads=2), sequence(3), sequence(5)

    expected, weights = theirs(ours.attention)(inputs, memory, memory, average_attn_weights=False)

    visible = bidirectional_mask(3, 5)
    assert_close(ours(inputs, memory, visible=visible), expected)
    assert_close(ours.weights(inputs, memory, visible=visible), weights)


def test_soft_attention_agrees_with_pytorch_but_for_the_scale() -> None:
    query, memory = sequence(3), sequence(5)

    found = SoftAttention(dot_product_scores)(
        query, memory, memory, visible=bidirectional_mask(3, 5)[0]
    )

    expected = nn.functional.scaled_dot_product_attention(query, memory, memory, scale=1.0)
    assert_close(found.context, expected)
