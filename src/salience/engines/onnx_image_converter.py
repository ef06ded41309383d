"""Writes an image classifier as an ONNX file, in single precision."""

from copy import deepcopy
from pathlib import Path

import onnx
import torch

from salience.engines.onnx_export import ExportedInput, exported
from salience.engines.onnx_image_classifier import INPUT, MODEL_FILE, OUTPUTS
from salience.models.image_classifiers import ImageNetwork


def convert_image_classifier(network: ImageNetwork, folder: Path) -> None:
    """Write `network` into the empty folder `folder`."""
    side = network.size.image_size
    pixels = ExportedInput(
        INPUT, torch.zeros(2, side, side, 3, dtype=torch.uint8), {0: torch.export.Dim("batch")}
    )
    copy = deepcopy(network).cpu().float().eval()
    onnx.save(exported(copy, [pixels], OUTPUTS), folder / MODEL_FILE)
