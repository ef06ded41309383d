import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from salience.attention import Chosen, HardAttention, dot_product_scores, reinforce_loss

ATTENTION = HardAttention(dot_product_scores)
QUERY, KEY = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0], [2.0, 0.0], [1.0, 5.0]])
VALUE = torch.tensor([[10.0], [20.0], [30.0]])
EVERYTHING = torch.ones(1, 3, dtype=torch.bool)


def test_inference_takes_the_value_of_the_best_key() -> None:
    found = ATTENTION(QUERY, KEY, VALUE, visible=EVERYTHING)

    assert found.context.tolist() == [[20.0]]
    assert found.weights.tolist() == [[0.0, 1.0, 0.0]]
    best = torch.tensor([0.0, 2.0, 1.0]).log_softmax(dim=0)[1]
    assert_close(found.log_probability, best[None])


def test_the_best_key_is_one_that_is_visible() -> None:
    found = ATTENTION(QUERY, KEY, VALUE, visible=torch.tensor([[True, False, True]]))

    assert found.context.tolist() == [[30.0]]


def sampled(times: int, visible: Tensor) -> Chosen:
    generator = torch.Generator().manual_seed(4)
    return ATTENTION.sample(
        QUERY.expand(times, 1, 2),
        KEY.expand(times, 3, 2),
        VALUE.expand(times, 3, 1),
        visible=visible,
        generator=generator,
    )


def test_training_draws_each_key_as_often_as_it_is_probable() -> None:
    drawn = sampled(20_000, EVERYTHING)

    expected = torch.tensor([0.0, 2.0, 1.0]).softmax(dim=0)
    assert_close(drawn.weights.mean(dim=(0, 1)), expected, atol=0.02, rtol=0)
    assert_close(drawn.log_probability.exp(), drawn.weights @ expected)


def test_one_that_sees_nothing_finds_zeros_surely() -> None:
    drawn = sampled(2, ~EVERYTHING)

    assert drawn.context.tolist() == [[[0.0]], [[0.0]]]
    assert drawn.log_probability.tolist() == [[0.0], [0.0]]


def test_the_gradient_of_reinforce_is_that_of_the_expected_reward() -> None:
    query = QUERY.double().requires_grad_()
    rewards = torch.tensor([1.0, -2.0, 4.0], dtype=torch.float64)
    probabilities = dot_product_scores(query, KEY.double()).softmax(dim=-1)[0]
    (expected,) = torch.autograd.grad(-(probabilities @ rewards), query, retain_graph=True)

    average = torch.zeros_like(query)
    for key, reward in enumerate(rewards):
        loss = reinforce_loss(
            probabilities[key : key + 1].log(), reward[None], baseline=torch.tensor([0.7]).double()
        )
        (gradient,) = torch.autograd.grad(loss, query, retain_graph=True)
        average += probabilities[key].detach() * gradient

    assert_close(average, expected)


@pytest.mark.parametrize("sample", [False, True])
@pytest.mark.parametrize(("batch", "query_len", "key_len"), [(0, 2, 3), (2, 0, 3), (2, 2, 0)])
def test_nothing_to_look_at_and_nothing_that_looks_are_no_errors(
    batch: int, query_len: int, key_len: int, sample: bool
) -> None:
    query, key = torch.randn(batch, query_len, 4), torch.randn(batch, key_len, 4)
    visible = torch.ones(batch, query_len, key_len, dtype=torch.bool)

    found = (ATTENTION.sample if sample else ATTENTION)(query, key, key, visible=visible)

    assert found.context.shape == query.shape
    assert found.weights.shape == (batch, query_len, key_len)
    if not key_len:
        assert not found.context.any()
        assert not found.log_probability.any()
