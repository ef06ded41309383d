"""The training loop: forward, backward, update, report, save."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from salience.training.allocator import keep_freed_memory
from salience.training.checkpoint import RunState

logger = logging.getLogger(__name__)
Batch = TypeVar("Batch")


class Schedule(Protocol):
    """A learning-rate schedule, counted in steps."""

    @property
    def total(self) -> int:
        """Steps in the whole run."""

    def factor(self, step: int) -> float:
        """The share of the peak rate to use at `step`."""


@dataclass(frozen=True)
class LoopSettings:
    """How a run is reported, kept and bounded; intervals are in steps."""

    run_dir: Path
    report_every: int = 100
    save_every: int = 500
    clip_norm: float = 1.0
    average_decay: float = 0.998
    unit: str = "tokens"


class Throughput:
    """Counts tokens or images, and tells how many a second have gone by since it was made."""

    def __init__(self) -> None:
        self._count, self._loss, self._since = 0, 0.0, time.perf_counter()

    def add(self, loss: Tensor, count: int) -> None:
        """Count one batch."""
        self._count += count
        self._loss += loss.item() * count

    def report(self, unit: str) -> str:
        """The mean loss, and how many of those units a second."""
        seconds = time.perf_counter() - self._since
        return f"loss {self._loss / self._count:.3f}, {self._count / seconds:,.0f} {unit}/s"


def train(
    model: nn.Module,
    optimizers: Sequence[Optimizer],
    schedule: Schedule,
    batches: Callable[[int], Iterable[Batch]],
    mean_loss: Callable[[nn.Module, Batch], tuple[Tensor, int]],
    *,
    settings: LoopSettings,
) -> nn.Module:
    """Run to the schedule's end and return the averaged model.

    `batches(step)` goes on from the batch of that step, so a stopped run resumes where
    it was last saved. `mean_loss` gives a batch's loss per token or image, and their number.
    """
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(settings.average_decay))
    state = RunState(model, average, optimizers)
    checkpoint = settings.run_dir / "checkpoint.pt"
    peaks = [[group["lr"] for group in optimizer.param_groups] for optimizer in optimizers]
    done = state.restore(checkpoint) if checkpoint.exists() else 0
    throughput = Throughput()
    keep_freed_memory()
    model.train()
    for step, batch in enumerate(batches(done), start=done):
        if step >= schedule.total:
            break
        _set_rates(optimizers, peaks, schedule.factor(step))
        loss, count = mean_loss(model, batch)
        _update(model, optimizers, loss, settings.clip_norm)
        average.update_parameters(model)
        throughput.add(loss.detach(), count)
        if (step + 1) % settings.report_every == 0:
            logger.info(
                "step %d of %d: %s", step + 1, schedule.total, throughput.report(settings.unit)
            )
            throughput = Throughput()
        if (step + 1) % settings.save_every == 0:
            state.save(checkpoint, step + 1)
    state.save(checkpoint, schedule.total)
    return average.module


def _set_rates(
    optimizers: Sequence[Optimizer], peaks: Sequence[Sequence[float]], factor: float
) -> None:
    for optimizer, rates in zip(optimizers, peaks, strict=True):
        for group, peak in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = peak * factor


def _update(
    model: nn.Module, optimizers: Sequence[Optimizer], loss: Tensor, clip_norm: float
) -> None:
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
