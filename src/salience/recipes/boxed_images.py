"""What the recipes that train on pictures with boxes share.

The first stages of EfficientNet-Lite0 come from the model image-classification and learn more
slowly than what is new.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW

from salience.data.voc_boxes import BoxedImages
from salience.models.detections import DetectorSize
from salience.models.detectors import DETECTORS
from salience.models.stored_weights import load_weights
from salience.recipes.image_folder import PRETRAINED
from salience.tasks.model_folder import WEIGHTS
from salience.training.boxed_batches import BoxedBatch, BoxedPicture, boxed_batches, boxed_picture
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.schedule import WarmupStableDecay

PIXELS_OF_A_PHOTO = 40_000_000


@dataclass(frozen=True)
class DetectionSettings:
    """How a detector is trained."""

    name: str
    kind: str
    mean_loss: Callable[[Any, BoxedBatch], tuple[Tensor, int]]
    most_overlap: float
    steps: int
    size: DetectorSize = field(default_factory=DetectorSize)
    batch_size: int = 8
    learning_rate: float = 4e-4
    pretrained_rate: float = 1e-4
    weight_decay: float = 1e-4
    seed: int = 1


def train_on_boxes(
    archive: Path, run_dir: Path, settings: DetectionSettings, *, steps: int | None
) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(settings.seed)
    pictures, labels = training_pictures(archive)
    model = pretrained_detector(settings.kind, settings.size, num_classes=len(labels))
    total = steps or settings.steps
    averaged = train(
        model,
        [_optimizer(model, settings)],
        WarmupStableDecay(total=total, warmup=1 + total // 20, decay=1 + total // 3),
        lambda start: boxed_batches(
            pictures,
            side=settings.size.image_size,
            batch_size=settings.batch_size,
            seed=settings.seed,
            start=start,
        ),
        settings.mean_loss,
        settings=LoopSettings(
            run_dir, report_every=25, save_every=100, average_decay=0.995, unit="images"
        ),
    )
    write_model(averaged, _description(settings, labels), run_dir)


def training_pictures(archive: Path) -> tuple[list[BoxedPicture], list[str]]:
    """The pictures of the training set, and their labels by name."""
    examples = list(BoxedImages(archive, "train"))
    labels = sorted({box.label for example in examples for box in example.boxes})
    return [boxed_picture(example, labels) for example in examples], labels


def pretrained_detector(kind: str, size: DetectorSize, *, num_classes: int) -> nn.Module:
    """A new detector on the committed backbone's first stages."""
    model = DETECTORS[kind](size, num_classes=num_classes)
    stored = load_weights(PRETRAINED / WEIGHTS)
    wanted = {name for name in model.state_dict() if name.startswith("backbone.")}
    taken = {
        name: weights
        for name, weights in stored.items()
        if name in wanted and not name.startswith("backbone.head.")
    }
    model.load_state_dict(taken, strict=False)
    return model


def _optimizer(model: nn.Module, settings: DetectionSettings) -> AdamW:
    pretrained = ("backbone.stem.", "backbone.blocks.")
    old = [p for name, p in model.named_parameters() if name.startswith(pretrained)]
    new = [p for name, p in model.named_parameters() if not name.startswith(pretrained)]
    groups = [
        {"params": old, "lr": settings.pretrained_rate},
        {"params": new, "lr": settings.learning_rate},
    ]
    return AdamW(groups, weight_decay=settings.weight_decay)


def _description(settings: DetectionSettings, labels: list[str]) -> dict[str, Any]:
    return {
        "name": settings.name,
        "task": "object_detection",
        "kind": settings.kind,
        "demonstration": True,
        "version": "1.0",
        "source_languages": [],
        "target_languages": [],
        "limits": {"max_items": 64, "max_bytes": 2**23, "max_pixels": PIXELS_OF_A_PHOTO},
        "default_engine": "pytorch",
        "most_overlap": settings.most_overlap,
        "labels": labels,
        "size": asdict(settings.size),
    }
