import torch
from torch.nn import functional
from torch.testing import assert_close

from salience.attention import attention_weights, scaled_dot_product

EVERYTHING = torch.ones(1, 1, 1, 3, dtype=torch.bool)


def test_equal_keys_average_the_values() -> None:
    query, key = torch.randn(1, 1, 1, 4), torch.zeros(1, 1, 3, 4)
    value = torch.tensor([[[[1.0], [2.0], [6.0]]]])

    context = scaled_dot_product(query, key, value, visible=EVERYTHING)

    assert_close(context, torch.tensor([[[[3.0]]]]))


def test_a_query_that_may_look_nowhere_gets_zeros() -> None:
    query, key, value = torch.randn(1, 1, 1, 4), torch.randn(1, 1, 3, 4), torch.randn(1, 1, 3, 2)

    context = scaled_dot_product(query, key, value, visible=~EVERYTHING)

    assert_close(context, torch.zeros(1, 1, 1, 2))


def test_it_agrees_with_pytorch_where_pytorch_is_defined() -> None:
    generator = torch.Generator().manual_seed(1)
    query, key, value = (torch.randn(2, 3, 5, 8, generator=generator) for _ in range(3))
    visible = torch.rand(2, 1, 5, 5, generator=generator) < 0.7
    visible[..., 0] = True

    context = scaled_dot_product(query, key, value, visible=visible)

    expected = functional.scaled_dot_product_attention(query, key, value, attn_mask=visible)
    assert_close(context, expected)


def test_the_weights_of_a_query_sum_to_one_and_skip_what_is_hidden() -> None:
    visible = torch.tensor([[[[True, False, True]]]])

    weights = attention_weights(torch.randn(1, 2, 4, 8), torch.randn(1, 2, 3, 8), visible=visible)

    assert_close(weights.sum(dim=-1), torch.ones(1, 2, 4))
    assert_close(weights[..., 1], torch.zeros(1, 2, 4))
