"""What the recipes that learn CIFAR-10 share, to compare the same convolutions with attention.

CIFAR-10 states no licence: its models are for research, and are named so. Here it is stored as
JPEG files, so published figures do not transfer exactly.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from salience.data.labelled_images import LabelledImages
from salience.evaluation.evaluation_set import EvaluationSet
from salience.models.image_classifiers import CONVOLUTIONS
from salience.models.small_convolutions import ConvolutionsSize, SmallConvolutions
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.muon import Muon
from salience.training.precision import fastest_autocast
from salience.training.schedule import WarmupStableDecay
from salience.training.small_pictures import PictureBatch, SmallPictures

ARCHIVE = Path("vision/cifar10_jpeg.tar.xz")
TEST_SETS = (EvaluationSet("CIFAR-10", ARCHIVE),)
SAMPLE = EvaluationSet("sample", Path("tests/data/emoji_of_cifar_classes.tar"))
STEPS = 3_200
BATCH_SIZE = 500
LEARNING_RATE = 0.01
LABEL_SMOOTHING = 0.2
SEED = 1


def train_on_cifar(
    data_dir: Path, run_dir: Path, name: str, *, attention: bool, steps: int
) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    pictures = SmallPictures.decoded(list(LabelledImages(data_dir / ARCHIVE, "train")))
    size = ConvolutionsSize(attention=attention)
    model = SmallConvolutions(size, num_classes=len(pictures.labels))
    averaged = train(
        model,
        optimizers(model),
        WarmupStableDecay(total=steps, warmup=1 + steps // 5, decay=1 + steps * 4 // 5),
        lambda start: pictures.batches(batch_size=BATCH_SIZE, seed=SEED, start=start),
        mean_loss,
        settings=LoopSettings(
            run_dir, report_every=25, save_every=100, average_decay=0.98, unit="images"
        ),
    )
    described = {**_description(name, pictures.labels), "size": asdict(size)}
    write_model(averaged, described, run_dir)


def optimizers(model: nn.Module) -> Sequence[Optimizer]:
    """Muon for what convolves many channels, AdamW for the rest."""
    filters = [p for name, p in model.named_parameters() if p.ndim == 4 and "blocks." in name]
    hidden = [p for p in filters if p.size(1) > 2]
    chosen = {id(p) for p in hidden}
    others = [p for p in model.parameters() if id(p) not in chosen]
    return [
        Muon(hidden, learning_rate=LEARNING_RATE, weight_decay=0.01),
        AdamW(others, lr=LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def mean_loss(model: nn.Module, batch: PictureBatch) -> tuple[Tensor, int]:
    """Cross entropy per picture, and the number of pictures."""
    assert isinstance(model, SmallConvolutions)
    with fastest_autocast():
        scores = model.scores(batch.pixels).scores
    loss = nn.functional.cross_entropy(scores, batch.classes, label_smoothing=LABEL_SMOOTHING)
    return loss, len(batch.classes)


def _description(name: str, labels: Sequence[str]) -> dict[str, Any]:
    return {
        "name": name,
        "task": "image_classification",
        "network": CONVOLUTIONS,
        "demonstration": True,
        "version": "1.0",
        "source_languages": [],
        "target_languages": [],
        "limits": {"max_items": 64, "max_bytes": 2**23, "max_pixels": 40_000_000},
        "default_engine": "pytorch",
        "crop": 1.0,
        "labels": list(labels),
    }
