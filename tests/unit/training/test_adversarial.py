import copy

import pytest
import torch

from salience.models.adversarial import AdversarialSize
from salience.training.adversarial import (
    AdversarialBatch,
    Adversaries,
    adversarial_batches,
    mean_loss,
    moved,
    without_normalization,
)

SMALL = AdversarialSize(noise_width=8, widths=(16, 8, 8))
PIXELS = torch.arange(5 * 16 * 16 * 3, dtype=torch.uint8).reshape(5, 16, 16, 3)


def batch(seed: int = 1) -> AdversarialBatch:
    return next(adversarial_batches(PIXELS, noise_width=8, batch_size=4, seed=seed, start=0))


def test_batches_go_on_from_any_step() -> None:
    def noises(start: int) -> list[float]:
        made = adversarial_batches(PIXELS, noise_width=8, batch_size=2, seed=1, start=start)
        return [next(made).noise.sum().item() for _ in range(4)]

    assert noises(0)[2:] == noises(2)[:2]
    assert len(set(noises(0))) == 4


def test_each_network_learns_from_its_own_loss_alone() -> None:
    """The discriminator's gradients are the same whether the generator learns or not."""
    torch.manual_seed(0)
    model = Adversaries(SMALL)
    standing_still = copy.deepcopy(model)
    standing_still.generator.requires_grad_(False)
    for each in (model, standing_still):
        torch.manual_seed(1)
        loss, count = mean_loss(each, batch())
        loss.backward()

    assert count == 4
    assert all(p.grad is not None for p in model.generator.parameters())
    discriminators = (model.discriminator.parameters(), standing_still.discriminator.parameters())
    for one, other in zip(*discriminators, strict=True):
        assert one.grad is not None
        assert other.grad is not None
        assert torch.allclose(one.grad, other.grad, atol=1e-6)


def test_the_discriminator_comes_to_tell_pictures_from_noise() -> None:
    torch.manual_seed(0)
    model = Adversaries(SMALL)
    optimizer = torch.optim.Adam(model.discriminator.parameters(), lr=1e-2, betas=(0.0, 0.9))
    for _ in range(15):
        mean_loss(model, batch())[0].backward()
        optimizer.step()
        model.zero_grad()

    drawn = PIXELS.permute(0, 3, 1, 2) / 127.5 - 1
    made = model.generator.pictures(torch.randn(5, 8))
    assert model.discriminator(drawn).mean() > model.discriminator(made).mean() + 0.5


@torch.no_grad()
def test_without_normalization_the_generator_is_the_same() -> None:
    torch.manual_seed(0)
    generator = Adversaries(SMALL).eval().generator
    noise = torch.randn(2, 8)
    before = generator.pictures(noise)

    plain = without_normalization(generator)

    assert torch.allclose(plain.pictures(noise), before, atol=1e-5)
    assert not any("parametrizations" in name for name in plain.state_dict())
    assert torch.linalg.matrix_norm(plain.seed.weight, 2).item() == pytest.approx(1, abs=0.2)


def test_a_moved_picture_is_white_where_nothing_was_and_passes_gradients() -> None:
    torch.manual_seed(0)
    pictures = torch.full((64, 3, 16, 16), -1.0, requires_grad=True)

    changed = moved(pictures)
    changed.sum().backward()

    assert set(changed.unique().tolist()) == {-1.0, 0.0, 1.0}
    shares = [(changed == value).float().mean().item() for value in (0.0, 1.0)]
    assert shares == pytest.approx([0.25, 0.2], abs=0.1)
    assert pictures.grad is not None
    assert pictures.grad.sum().item() == (changed == -1).sum().item()
