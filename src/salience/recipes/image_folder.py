"""What the recipes that train on a folder of images share: the backbone, tuned to new classes.

The first layers of EfficientNet-Lite0 stay as the model image-classification has them. The last
ones learn with a new attention pooling, from another view of every image in each epoch. In the
end the attention's sharpness is fitted to the images for validation.
"""

import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import AdamW

from salience.data.image_folder import ImageFile, ImageParts, read_image_folder
from salience.models.image_classifier import ImageClassifier, classifier_size
from salience.models.stored_weights import load_weights
from salience.tasks.image_classification_loading import load_image_classification
from salience.tasks.model_folder import WEIGHTS, ModelFolder
from salience.training.attention_sharpness import fit_sharpness
from salience.training.image_views import ViewVariety, random_view
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.schedule import WarmupStableDecay
from salience.v1.images_pb2 import Classification
from salience.vision.centre_crop import CentreCrop
from salience.vision.decoding import ImageLimits, Picture, decode_image

logger = logging.getLogger(__name__)
LIMITS = ImageLimits(max_bytes=2**30, max_pixels=2**28)
MOST_TO_FIT = 500
PRETRAINED = Path(__file__).parents[3] / "model_store" / "image-classification"


@dataclass(frozen=True)
class TuningSettings:
    """How the backbone is tuned. `first_tuned` is the first of its 16 blocks that learns."""

    epochs: int = 4
    batch_size: int = 32
    first_tuned: int = 9
    learning_rate: float = 2e-4
    new_learning_rate: float = 2e-3
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    average_decay: float = 0.995
    variety: ViewVariety = field(default_factory=ViewVariety)
    seed: int = 1


class ImageBatch(NamedTuple):
    """Pixels [batch, side, side, 3] and the number of each image's class."""

    pixels: Tensor
    classes: Tensor


def train_on_folder(
    folder: Path,
    run_dir: Path,
    *,
    name: str,
    steps: int | None = None,
    settings: TuningSettings | None = None,
) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    settings = settings or TuningSettings()
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(settings.seed)
    parts = read_image_folder(folder)
    model = pretrained_classifier(len(parts.labels), settings.first_tuned)
    per_epoch = -(-len(parts.train) // settings.batch_size)
    total = settings.epochs * per_epoch if steps is None else steps
    averaged = train(
        model,
        [_optimizer(model, settings)],
        WarmupStableDecay(total=total, warmup=1 + total // 10, decay=1 + total * 9 // 10),
        lambda start: batches(parts, model.size.image_size, settings, start),
        lambda network, batch: mean_loss(network, batch, settings.label_smoothing),
        settings=LoopSettings(
            run_dir,
            report_every=25,
            save_every=100,
            average_decay=settings.average_decay,
            unit="images",
        ),
    )
    assert isinstance(averaged, ImageClassifier)
    _fit_sharpness(averaged, parts)
    write_model(averaged, _description(name, parts, averaged), run_dir)
    _report(run_dir, parts)


def pretrained_classifier(num_classes: int, first_tuned: int) -> ImageClassifier:
    """The committed backbone, its first layers fixed, with a new pooling on top."""
    size = classifier_size(ModelFolder(PRETRAINED).settings["size"])
    model = ImageClassifier(size, num_classes=num_classes)
    stored = load_weights(PRETRAINED / WEIGHTS)
    own = {key: value for key, value in stored.items() if key.startswith("backbone.")}
    model.load_state_dict(own, strict=False)
    nn.init.zeros_(model.pooling.classes.weight)
    nn.init.zeros_(model.pooling.classes.bias)
    for part in (model.backbone.stem, *list(model.backbone.blocks)[:first_tuned]):
        part.requires_grad_(requires_grad=False)
    return model


def batches(
    parts: ImageParts, side: int, settings: TuningSettings, start: int
) -> Iterator[ImageBatch]:
    """Batches without end, from number `start`; each epoch has its own order and views."""
    numbers = {label: number for number, label in enumerate(parts.labels)}
    per_epoch = -(-len(parts.train) // settings.batch_size)
    for step in range(start, 2**62):
        epoch, batch = divmod(step, per_epoch)
        order = np.random.default_rng([settings.seed, epoch]).permutation(len(parts.train))
        rows = order[batch * settings.batch_size : (batch + 1) * settings.batch_size]
        generator = np.random.default_rng([settings.seed, epoch, batch])
        images = [parts.train[row] for row in rows]
        views = [_view(image, side, settings.variety, generator) for image in images]
        classes = torch.tensor([numbers[image.label] for image in images])
        yield ImageBatch(torch.from_numpy(np.stack(views)), classes)


def _fit_sharpness(model: ImageClassifier, parts: ImageParts) -> None:
    """By the images for validation, or the first of them in a random order."""
    order = np.random.default_rng(0).permutation(len(parts.validation))
    images = [parts.validation[row] for row in order[:MOST_TO_FIT]]
    if not images:
        nn.init.zeros_(model.pooling.sharpness)
        return
    crop = CentreCrop(model.size.image_size)
    numbers = {label: number for number, label in enumerate(parts.labels)}
    pixels = np.stack([crop.pixels(_picture(image, crop.enough)) for image in images])
    with torch.no_grad():
        features = torch.cat([model.features(one) for one in torch.from_numpy(pixels).split(1)])
    classes = torch.tensor([numbers[image.label] for image in images])
    fit_sharpness(model.pooling, features, classes)
    logger.info("the attention's sharpness is %.3f", model.pooling.sharpness.item())


def mean_loss(model: nn.Module, batch: ImageBatch, smoothing: float) -> tuple[Tensor, int]:
    """Cross entropy per image, and the number of images."""
    assert isinstance(model, ImageClassifier)
    scores = model.pooling(model.features(batch.pixels)).scores
    loss = nn.functional.cross_entropy(scores, batch.classes, label_smoothing=smoothing)
    return loss, len(batch.classes)


def _view(image: ImageFile, side: int, variety: ViewVariety, generator: np.random.Generator) -> Any:
    return random_view(_picture(image, 2 * side).image, side, variety, generator)


def _picture(image: ImageFile, enough: int) -> Picture:
    content, field = image.path.read_bytes(), str(image.path)
    return decode_image(content, limits=LIMITS, field=field, enough=enough)


def _optimizer(model: ImageClassifier, settings: TuningSettings) -> AdamW:
    tuned = [p for p in model.backbone.parameters() if p.requires_grad]
    groups = [
        {"params": tuned, "lr": settings.learning_rate},
        {"params": list(model.pooling.parameters()), "lr": settings.new_learning_rate},
    ]
    return AdamW(groups, weight_decay=settings.weight_decay)


def _description(name: str, parts: ImageParts, model: ImageClassifier) -> dict[str, Any]:
    shared = {**ModelFolder(PRETRAINED).settings}
    shared.pop("default")
    own = {"name": name, "version": "1.0", "labels": parts.labels, "size": asdict(model.size)}
    return shared | own


def _report(run_dir: Path, parts: ImageParts) -> None:
    """Log how many images the stored model names rightly."""
    task = load_image_classification(ModelFolder(run_dir), "pytorch", "cpu", 1, lambda e: e)
    for part, images in (("validation", parts.validation), ("test", parts.test)):
        answers = task.answer([image.path.read_bytes() for image in images])
        right = sum(_is_right(*pair) for pair in zip(answers, images, strict=True))
        logger.info("%s: %d of %d images are named rightly", part, right, len(images))


def _is_right(answer: Any, image: ImageFile) -> bool:
    return isinstance(answer, Classification) and answer.classes[0].label == image.label
