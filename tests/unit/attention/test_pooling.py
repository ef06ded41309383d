import torch
from torch import nn
from torch.testing import assert_close

from salience.attention import AttentionPooling


def pooling(sharpness: float) -> AttentionPooling:
    torch.manual_seed(0)
    made = AttentionPooling(width=6, num_classes=4)
    nn.init.constant_(made.sharpness, sharpness)
    return made


def features() -> torch.Tensor:
    return torch.randn(3, 9, 6, generator=torch.Generator().manual_seed(1))


def test_it_starts_as_average_pooling_and_a_linear_layer() -> None:
    made = AttentionPooling(width=6, num_classes=4)

    pooled = made(features())

    assert_close(pooled.scores, made.classes(features().mean(dim=1)))
    assert_close(pooled.weights, torch.full((3, 9), 1 / 9))


def test_the_weights_of_an_image_sum_to_one_and_make_its_scores() -> None:
    made = pooling(2.0)

    pooled = made(features())

    assert_close(pooled.weights.sum(dim=1), torch.ones(3))
    seen = torch.einsum("bp,bpw->bw", pooled.weights, features())
    assert_close(pooled.scores, made.classes(seen))
    assert pooled.weights.std(dim=1).min() > 0.01


def test_it_looks_where_the_likely_class_is() -> None:
    made = pooling(1.0)
    nn.init.eye_(made.classes.weight)
    nn.init.zeros_(made.classes.bias)
    image = torch.zeros(1, 9, 6)
    image[0, 5, 2], image[0, 7, 1] = 20.0, 5.0

    weights = made(image).weights

    assert weights.argmax() == 5
    assert weights[0, 5] > weights[0, 7] > weights[0, 0]


def test_a_sharper_look_is_a_narrower_one() -> None:
    widths = [pooling(sharpness)(features()).weights.amax(dim=1) for sharpness in (0, 1, 4)]

    assert (widths[0] < widths[1]).all()
    assert (widths[1] < widths[2]).all()


def test_neighbours_in_a_batch_change_nothing() -> None:
    together = pooling(1.0)(features())
    alone = pooling(1.0)(features()[1:2])

    assert_close(together.scores[1:2], alone.scores)
    assert_close(together.weights[1:2], alone.weights)


def test_its_gradient_is_right() -> None:
    made = pooling(0.7).double()

    assert torch.autograd.gradcheck(lambda x: tuple(made(x)), features().double().requires_grad_())


def test_sharpness_can_be_learned_from_the_first_step() -> None:
    made = pooling(0.0)

    made(features()).scores.square().sum().backward()

    assert made.sharpness.grad is not None
    assert made.sharpness.grad.abs() > 1e-3
