"""glimpsed-digits: which digit stands somewhere in a picture, told by glimpses of it.

Where to look is learned by REINFORCE, from whether the digit was told rightly; what it is, from
the digit itself. The digits are those that come with scikit-learn, 8 pixels wide.
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.optim import AdamW

from salience.attention import reinforce_loss
from salience.evaluation.evaluation_set import EvaluationSet
from salience.models.glimpse_network import GlimpseNetwork, GlimpseSize
from salience.models.image_classifiers import GLIMPSES
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.schedule import WarmupStableDecay
from salience.training.small_pictures import PictureBatch

TEST_SET = Path(__file__).parents[3] / "tests" / "data" / "translated_digits.tar.xz"
TEST_SETS = (EvaluationSet("translated digits", TEST_SET),)
SAMPLE = EvaluationSet("sample", TEST_SET)
NUM_TEST = 360
BATCH_SIZE = 128
LEARNING_RATE = 1e-3
SHARE_OF_LOOKING = 0.1
SEED = 1


DESCRIPTION = {
    "name": "glimpsed-digits",
    "task": "image_classification",
    "network": GLIMPSES,
    "demonstration": True,
    "version": "1.0",
    "source_languages": [],
    "target_languages": [],
    "limits": {"max_items": 64, "max_bytes": 2**23, "max_pixels": 40_000_000},
    "default_engine": "pytorch",
    "crop": 1.0,
    "labels": [str(digit) for digit in range(10)],
}


def run(data_dir: Path, run_dir: Path, *, steps: int = 12_000) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    del data_dir  # scikit-learn brings the digits
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    size = GlimpseSize()
    model = GlimpseNetwork(size, num_classes=10)
    averaged = train(
        model,
        [AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.01)],
        WarmupStableDecay(total=steps, warmup=1 + steps // 20, decay=1 + steps // 2),
        lambda start: batches(size.image_size, start),
        mean_loss,
        settings=LoopSettings(run_dir, report_every=250, average_decay=0.995, unit="images"),
    )
    write_model(averaged, {**DESCRIPTION, "size": asdict(size)}, run_dir)


def batches(side: int, start: int) -> Iterator[PictureBatch]:
    """Batches without end, from number `start`; the digits stand elsewhere each time."""
    digits = load_digits()
    for number in range(start, 2**62):
        generator = np.random.default_rng((SEED, number))
        rows = generator.integers(len(digits.target) - NUM_TEST, size=BATCH_SIZE)
        pixels = np.stack([translated(digits.images[row], side, generator) for row in rows])
        classes = torch.from_numpy(digits.target[rows])
        yield PictureBatch(torch.from_numpy(pixels), classes)


def translated(
    digit: NDArray[np.float64], side: int, generator: np.random.Generator
) -> NDArray[np.uint8]:
    """A digit of [8, 8] values from 0 to 16, somewhere in a black picture [side, side, 3]."""
    picture = np.zeros((side, side, 3), np.uint8)
    top, left = generator.integers(0, side - len(digit) + 1, size=2)
    picture[top : top + len(digit), left : left + len(digit)] = (digit * 255 / 16)[..., None]
    return picture


def mean_loss(model: nn.Module, batch: PictureBatch) -> tuple[Tensor, int]:
    """What naming, looking and expecting cost, and the number of pictures."""
    assert isinstance(model, GlimpseNetwork)
    seen = model.look(batch.pixels)
    naming = nn.functional.cross_entropy(seen.scores, batch.classes)
    right = (seen.scores.argmax(dim=1) == batch.classes).float()
    reward, expected = right[:, None].expand_as(seen.places[..., 0]), seen.expected_reward
    looking = reinforce_loss(seen.log_probability[:, 1:], reward[:, 1:], baseline=expected[:, 1:])
    expecting = nn.functional.mse_loss(expected, reward)
    return naming + SHARE_OF_LOOKING * looking + expecting, len(batch.classes)
