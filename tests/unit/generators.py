"""A generator that needs no training, as the folder of a model."""

from dataclasses import asdict
from pathlib import Path

import torch

from salience.models.adversarial import AdversarialSize, Generator
from salience.recipes.emoji import description
from salience.training.model_files import write_model


def write_generator(folder: Path, *, attention: bool = True) -> None:
    """Pictures of 32 pixels, of random weights."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    size = AdversarialSize(noise_width=8, widths=(16, 8, 8, 8), attention=attention)
    write_model(Generator(size), {**description(folder.name), "size": asdict(size)}, folder)
