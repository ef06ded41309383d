from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from salience.training.loop import LoopSettings, train
from salience.training.optimizers import muon_and_adamw
from salience.training.schedule import WarmupStableDecay

Batch: TypeAlias = tuple[Tensor, Tensor]


def batches(start: int) -> Iterator[Batch]:
    for step in range(start, 1_000):
        generator = torch.Generator().manual_seed(step)
        inputs = torch.randn(16, 4, generator=generator)
        yield inputs, inputs.sum(dim=1, keepdim=True)


def squared_error(model: nn.Module, batch: Batch) -> tuple[Tensor, int]:
    inputs, expected = batch
    return nn.functional.mse_loss(model(inputs), expected), len(inputs)


class Interrupted(Exception):
    pass


def train_to(
    steps: int, run_dir: Path, *, batches: Callable[[int], Iterator[Batch]] = batches
) -> nn.Module:
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
    run_dir.mkdir(exist_ok=True)
    return train(
        model,
        muon_and_adamw(model, learning_rate=0.02, weight_decay=0.0),
        WarmupStableDecay(total=steps, warmup=2, decay=10),
        batches,
        squared_error,
        settings=LoopSettings(run_dir, report_every=10, save_every=10, average_decay=0.5),
    )


def test_training_lowers_the_loss(tmp_path: Path) -> None:
    held_out = next(batches(999))

    before = squared_error(train_to(1, tmp_path / "short"), held_out)[0]
    after = squared_error(train_to(200, tmp_path / "long"), held_out)[0]

    assert after < before / 4


def test_an_interrupted_run_goes_on_from_its_checkpoint_as_if_nothing_had_happened(
    tmp_path: Path,
) -> None:
    starts: list[int] = []

    def until_step_25(start: int) -> Iterator[Batch]:
        yield from islice(batches(start), 25)
        raise Interrupted

    def noting_the_start(start: int) -> Iterator[Batch]:
        starts.append(start)
        return batches(start)

    with pytest.raises(Interrupted):
        train_to(40, tmp_path / "broken", batches=until_step_25)
    resumed = train_to(40, tmp_path / "broken", batches=noting_the_start)

    assert starts == [20]
    unbroken = train_to(40, tmp_path / "unbroken")
    for ours, theirs in zip(resumed.parameters(), unbroken.parameters(), strict=True):
        assert_close(ours, theirs)
