"""What EfficientNet-Lite0 sees in pictures: the features before its classes."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32, UInt8
from torch import nn

from salience.models.image_classifier import classifier_size, load_image_classifier

SIDE = 112
"""Pixels that a picture is enlarged to."""
BATCH = 64


class ImageFeatures:
    """The network in a classifier's folder, up to the mean over its last map."""

    def __init__(self, folder: Path) -> None:
        settings = json.loads((folder / "model.json").read_text())
        self._network = load_image_classifier(
            folder / "weights.safetensors",
            classifier_size(settings["size"]),
            num_classes=len(settings["labels"]),
        )

    @torch.inference_mode()
    def of(
        self, pictures: Sequence[UInt8[np.ndarray, "side side 3"]]
    ) -> Float32[np.ndarray, "pictures width"]:
        """Of each picture; all are of one size."""
        found = []
        for start in range(0, len(pictures), BATCH):
            pixels = torch.from_numpy(np.stack(pictures[start : start + BATCH]))
            enlarged = nn.functional.interpolate(
                pixels.permute(0, 3, 1, 2).float(), SIDE, mode="bilinear"
            )
            map_of = self._network.features(enlarged.permute(0, 2, 3, 1).round().byte())
            found.append(map_of.mean(dim=1).numpy())
        return np.concatenate(found)
