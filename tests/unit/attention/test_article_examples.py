"""The article's two worked examples, with the numbers that its own code computes."""

import torch
from torch.testing import assert_close

from salience.attention import SoftAttention, scaled_dot_product_scores

ATTENTION = SoftAttention(scaled_dot_product_scores)


def test_the_cat_and_the_mouse() -> None:
    query = torch.tensor([[1.0, 0.8]])
    key = torch.tensor([[0.9, 0.1], [0.8, 0.2], [0.7, 0.9]])
    value = torch.tensor([[1.0, 0.1], [0.9, 0.2], [0.8, 0.3]])

    found = ATTENTION(query, key, value, visible=torch.ones(1, 3, dtype=torch.bool))

    assert_close(found.weights, torch.tensor([[0.2984, 0.2942, 0.4073]]), atol=5e-5, rtol=0)
    assert_close(found.context, torch.tensor([[0.8891, 0.2109]]), atol=5e-5, rtol=0)


def test_the_apple_and_the_orange() -> None:
    query = torch.tensor([[2.0, 3.0, 1.0]])
    key = torch.tensor([[1.0, 2.0, 1.0], [1.0, 1.0, 2.0]])

    found = ATTENTION(query, key, key, visible=torch.ones(1, 2, dtype=torch.bool))

    assert_close(found.weights, torch.tensor([[0.7604, 0.2396]]), atol=5e-5, rtol=0)
