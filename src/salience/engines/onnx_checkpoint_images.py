"""Writes the image classifiers of Hugging Face checkpoints as ONNX files."""

from pathlib import Path

import onnx
import torch

from salience.engines.onnx_export import ExportedInput, exported
from salience.engines.onnx_image_classifier import INPUT, MODEL_FILE, OUTPUTS
from salience.models.hugging_face_images import PixelClassifier


def convert_pixel_classifier(
    network: PixelClassifier, folder: Path, *, height: int, width: int
) -> None:
    """Write a classifier of images of one size into the empty folder `folder`."""
    example = torch.zeros(2, height, width, 3, dtype=torch.uint8)
    pixels = ExportedInput(INPUT, example, {0: torch.export.Dim("batch")})
    onnx.save(exported(network, [pixels], OUTPUTS), folder / MODEL_FILE)
