"""What the recipes that learn to draw people share, to compare a generator with attention.

Their distance is measured to the pictures that they learn from, as is usual: it tells how like
these all pictures together are, not whether they are new.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch.optim import Adam
from torch.optim.swa_utils import update_bn

from salience.data.emoji import EmojiPictures
from salience.evaluation.evaluation_set import EvaluationSet
from salience.models.adversarial import AdversarialSize
from salience.training.adversarial import (
    Adversaries,
    adversarial_batches,
    mean_loss,
    without_normalization,
)
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.schedule import WarmupStableDecay

ARCHIVE = Path("vision/emoji_twitter64_rgba.npz")
CATEGORY = "People & Body"
TEST_SETS = (EvaluationSet(f"emoji of {CATEGORY}", ARCHIVE, part=CATEGORY),)
SAMPLE = EvaluationSet("sample", Path("tests/data/emoji_of_people.npz"), part=CATEGORY)
STEPS = 5_000
BATCH_SIZE = 64
GENERATOR_RATE, DISCRIMINATOR_RATE = 2e-4, 4e-4
SEED = 1
BATCHES_FOR_NORMS = 50


def train_on_emoji(
    data_dir: Path, run_dir: Path, name: str, *, attention: bool, steps: int
) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    pixels = torch.from_numpy(EmojiPictures(data_dir / ARCHIVE, CATEGORY).pixels)
    size = AdversarialSize(attention=attention)
    model = Adversaries(size)
    rates = ((model.generator, GENERATOR_RATE), (model.discriminator, DISCRIMINATOR_RATE))
    averaged = train(
        model,
        [Adam(network.parameters(), lr=rate, betas=(0.0, 0.9)) for network, rate in rates],
        WarmupStableDecay(total=steps, warmup=1, decay=1 + steps // 3),
        lambda start: adversarial_batches(
            pixels,
            noise_width=size.noise_width,
            batch_size=BATCH_SIZE,
            seed=SEED,
            start=start,
        ),
        mean_loss,
        settings=LoopSettings(
            run_dir,
            report_every=100,
            save_every=500,
            clip_norm=float("inf"),
            average_decay=0.999,
            unit="images",
        ),
    )
    assert isinstance(averaged, Adversaries)
    generator = without_normalization(averaged.generator)
    noises = [torch.randn(BATCH_SIZE, size.noise_width) for _ in range(BATCHES_FOR_NORMS)]
    update_bn(noises, generator)  # what was counted was another's features: the latest weights'
    write_model(generator, {**description(name), "size": asdict(size)}, run_dir)


def description(name: str) -> dict[str, Any]:
    """Its `model.json`, but for the size."""
    return {
        "name": name,
        "task": "image_generation",
        "demonstration": True,
        "version": "1.0",
        "source_languages": [],
        "target_languages": [],
        "limits": {"max_items": 64},
        "default_engine": "pytorch",
        "labels": [],
    }
