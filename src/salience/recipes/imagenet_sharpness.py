"""What sharper attention does to the model image-classification: `python -m` this, with DIR.

`DIR/vision` holds `imagenet_samples_400.tar`. Prints a table in Markdown.
"""

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from salience.attention import AttentionPooling, Pooled
from salience.data.labelled_images import LabelledImages
from salience.models.image_classifier import (
    ImageClassifier,
    classifier_size,
    load_image_classifier,
)
from salience.recipes.image_classification import TEST_SETS
from salience.recipes.image_folder import PRETRAINED
from salience.tasks.model_folder import WEIGHTS, ModelFolder
from salience.vision.centre_crop import CentreCrop
from salience.vision.decoding import ImageLimits, decode_image

SHARPNESSES = (0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1)
BATCH = 50


class Sharpened(NamedTuple):
    """Top-1 and top-5 in percent, the mean cross entropy, and the mean of the largest weights."""

    top1: float
    top5: float
    loss: float
    largest_weight: float


def main() -> None:
    """Measure every sharpness on the model's own test set."""
    folder = ModelFolder(PRETRAINED)
    size = classifier_size(folder.settings["size"])
    labels: list[str] = folder.settings["labels"]
    network = load_image_classifier(PRETRAINED / WEIGHTS, size, num_classes=len(labels))
    samples = list(LabelledImages(Path(sys.argv[1]) / TEST_SETS[0].file, "test"))
    classes = torch.tensor([labels.index(sample.label) for sample in samples])
    features = features_of(network, [sample.content for sample in samples])
    print("| sharpness | top-1 % | top-5 % | loss | largest weight |\n|---:|---:|---:|---:|---:|")
    for sharpness in SHARPNESSES:
        row = sharpened(network.pooling, features, classes, sharpness)
        print(f"| {sharpness:g} | {row.top1:.2f} | {row.top5:.2f} | {row.loss:.3f} |", end="")
        print(f" {row.largest_weight:.3f} |")


@torch.inference_mode()
def features_of(network: ImageClassifier, files: list[bytes]) -> Tensor:
    """The maps of the images, [images, places, width]."""
    crop = CentreCrop(network.size.image_size)
    limits = ImageLimits(max_bytes=2**24, max_pixels=2**26)
    pictures = [decode_image(file, limits=limits, enough=crop.enough) for file in files]
    pixels = torch.from_numpy(np.stack([crop.pixels(picture) for picture in pictures]))
    return torch.cat([network.features(batch) for batch in pixels.split(BATCH)])


@torch.inference_mode()
def sharpened(
    pooling: AttentionPooling, features: Tensor, classes: Tensor, sharpness: float
) -> Sharpened:
    """How good the answers are with that sharpness."""
    nn.init.constant_(pooling.sharpness, sharpness)
    pooled = [pooling(batch) for batch in features.split(BATCH)]
    scores, weights = Pooled(*(torch.cat(parts) for parts in zip(*pooled, strict=True)))
    right = scores.topk(5).indices == classes[:, None]
    return Sharpened(
        100 * right[:, 0].float().mean().item(),
        100 * right.any(dim=1).float().mean().item(),
        nn.functional.cross_entropy(scores, classes).item(),
        weights.amax(dim=1).mean().item(),
    )


if __name__ == "__main__":
    main()
