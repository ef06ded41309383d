import pytest
import torch
from torch import nn

from salience.training.muon import Muon, orthogonalized


@pytest.mark.parametrize("shape", [(3, 8, 8), (2, 8, 20), (2, 20, 8)])
def test_singular_values_come_near_one_and_the_singular_vectors_stay(
    shape: tuple[int, int, int],
) -> None:
    matrices = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    left, values, right = torch.linalg.svd(orthogonalized(matrices), full_matrices=False)
    expected_left, _, expected_right = torch.linalg.svd(matrices, full_matrices=False)

    assert values.min() > 0.4
    assert values.max() < 1.4
    polar = expected_left @ expected_right
    assert (
        torch.nn.functional.cosine_similarity((left @ right).flatten(1), polar.flatten(1)).min()
        > 0.99
    )


def test_its_step_is_that_of_pytorch() -> None:
    ours, theirs = (nn.Parameter(torch.ones(6, 10)) for _ in range(2))
    muon = Muon([ours], learning_rate=0.02, weight_decay=0.1)
    reference = torch.optim.Muon(
        [theirs], lr=0.02, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"
    )
    generator = torch.Generator().manual_seed(2)
    for _ in range(3):
        gradient = torch.randn(6, 10, generator=generator)
        ours.grad, theirs.grad = gradient.clone(), gradient.clone()
        muon.step()
        reference.step()

    torch.testing.assert_close(ours, theirs, atol=2e-3, rtol=0)  # theirs is in bfloat16


def test_a_matrix_without_a_gradient_stays() -> None:
    still = nn.Parameter(torch.ones(2, 2))

    Muon([still], learning_rate=1.0, weight_decay=0.5).step()

    assert still.equal(torch.ones(2, 2))


def test_a_resumed_run_goes_on_with_its_momentum() -> None:
    weights = [nn.Parameter(torch.ones(4, 4)) for _ in range(2)]
    muons = [Muon([weight], learning_rate=0.1, weight_decay=0.0) for weight in weights]
    gradients = torch.randn(2, 4, 4, generator=torch.Generator().manual_seed(3))
    for weight, muon in zip(weights, muons, strict=True):
        weight.grad = gradients[0].clone()
        muon.step()
    fresh = Muon([weights[1]], learning_rate=0.1, weight_decay=0.0)
    fresh.load_state_dict(muons[1].state_dict())
    for weight, muon in zip(weights, [muons[0], fresh], strict=True):
        weight.grad = gradients[1].clone()
        muon.step()

    assert weights[0].equal(weights[1])


def test_filters_are_the_rows_of_a_matrix() -> None:
    filters, rows = nn.Parameter(torch.ones(4, 3, 2, 2)), nn.Parameter(torch.ones(4, 12))
    gradient = torch.randn(4, 12, generator=torch.Generator().manual_seed(4))
    filters.grad, rows.grad = gradient.clone().view(4, 3, 2, 2), gradient

    Muon([filters, rows], learning_rate=0.1, weight_decay=0.0).step()

    torch.testing.assert_close(filters.flatten(1), rows)
