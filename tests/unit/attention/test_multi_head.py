import torch
from torch import nn
from torch.testing import assert_close

from salience.attention import MultiHeadAttention


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
