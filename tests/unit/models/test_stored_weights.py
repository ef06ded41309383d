from pathlib import Path

import pytest
import torch

from salience.models.stored_weights import load_weights, num_parameters, save_weights

WEIGHTS = {
    "layer.weight": torch.randn(64, 32, generator=torch.Generator().manual_seed(1)),
    "layer.bias": torch.linspace(-2, 2, 64),
    "convolution.weight": torch.randn(8, 4, 3, 3, generator=torch.Generator().manual_seed(2)),
    "empty.weight": torch.zeros(4, 4),
}


def test_eight_bits_keep_each_row_within_half_a_step_of_its_own_scale(tmp_path: Path) -> None:
    save_weights(WEIGHTS, tmp_path / "weights.safetensors", eight_bits=True)

    restored = load_weights(tmp_path / "weights.safetensors")

    assert restored.keys() == WEIGHTS.keys()
    for name in ("layer.weight", "convolution.weight"):
        original = WEIGHTS[name].flatten(1)
        step = original.abs().amax(1, keepdim=True) / 127
        assert ((restored[name].flatten(1) - original).abs() <= 0.56 * step).all()
    assert torch.equal(restored["empty.weight"], torch.zeros(4, 4))
    assert torch.equal(restored["layer.bias"], WEIGHTS["layer.bias"].half().float())


def test_eight_bits_take_half_the_space_of_half_precision(tmp_path: Path) -> None:
    big = {"weight": torch.randn(500, 500)}
    save_weights(big, tmp_path / "half.safetensors")
    save_weights(big, tmp_path / "eight.safetensors", eight_bits=True)

    half, eight = ((tmp_path / f"{name}.safetensors").stat().st_size for name in ("half", "eight"))
    assert 0.5 <= eight / half < 0.51
    assert torch.equal(
        load_weights(tmp_path / "half.safetensors")["weight"], big["weight"].half().float()
    )


@pytest.mark.parametrize("eight_bits", [False, True])
def test_parameters_are_counted_without_their_scales(tmp_path: Path, *, eight_bits: bool) -> None:
    save_weights(WEIGHTS, tmp_path / "weights.safetensors", eight_bits=eight_bits)

    counted = num_parameters(tmp_path / "weights.safetensors")

    assert counted == sum(tensor.numel() for tensor in WEIGHTS.values())
