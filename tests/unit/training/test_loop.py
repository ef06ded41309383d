from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.testing import assert_close

from salience.training.loop import LoopSettings, train
from salience.training.optimizers import muon_and_adamw
from salience.training.schedule import WarmupStableDecay


def batches(start: int) -> Iterator[tuple[Tensor, Tensor]]:
    for step in range(start, 1_000):
        generator = torch.Generator().manual_seed(step)
        inputs = torch.randn(16, 4, generator=generator)
        yield inputs, inputs.sum(dim=1, keepdim=True)


def squared_error(model: nn.Module, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, int]:
    inputs, expected = batch
    return nn.functional.mse_loss(model(inputs), expected), len(inputs)


def train_to(steps: int, run_dir: Path, *, total: int = 40) -> nn.Module:
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
    run_dir.mkdir(exist_ok=True)
    return train(
        model,
        muon_and_adamw(model, learning_rate=0.02, weight_decay=0.0),
        WarmupStableDecay(total=steps, warmup=2, decay=1),
        batches,
        squared_error,
        settings=LoopSettings(run_dir, report_every=10, save_every=10, average_decay=0.5),
    )


def test_training_lowers_the_loss(tmp_path: Path) -> None:
    held_out = next(batches(999))

    before = squared_error(train_to(1, tmp_path / "short"), held_out)[0]
    after = squared_error(train_to(200, tmp_path / "long"), held_out)[0]

    assert after < before / 4


def test_a_resumed_run_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    unbroken = train_to(30, tmp_path / "unbroken")

    train_to(10, tmp_path / "broken")
    resumed = train_to(30, tmp_path / "broken")

    # The last step before the break ran in the decay of the shorter schedule.
    for ours, theirs in zip(resumed.parameters(), unbroken.parameters(), strict=True):
        assert_close(ours, theirs, atol=0.02, rtol=0.1)
