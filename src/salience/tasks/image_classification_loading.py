"""The folder of a model that classifies images, loaded for serving."""

from pathlib import Path
from typing import Any

from salience.engines.onnx_image_classifier import OnnxImageClassifier
from salience.engines.pytorch_image_classifier import PyTorchImageClassifier
from salience.errors import Unsupported
from salience.models.image_classifiers import ImageNetwork, load_image_network, network_attends
from salience.tasks.image_classification import ClassifyImages
from salience.tasks.model_folder import WEIGHTS, ModelFolder
from salience.vision.centre_crop import CentreCrop

ONE_IMAGE = 1
"""In ONNX Runtime a core is no faster with more, and alone an image's answer is always the same."""
BATCH_SIZE_ON_CPU = 8
BATCH_SIZE_ON_GPU = 64


def load_image_classification(
    folder: ModelFolder, engine: str, device: str, threads: int, wrap_engine: Any
) -> ClassifyImages:
    """The task, with the engine of that name."""
    running = _engine(folder, engine, device, threads)
    return ClassifyImages(
        model=folder.description(
            engine=running.name,
            device=running.device,
            explains=network_attends(folder.settings),
        ),
        engine=wrap_engine(running),
        crop=CentreCrop(folder.settings["size"]["image_size"], folder.settings["crop"]),
        batch_size=_batch_size(running),
    )


def prepare_image_classification(folder: ModelFolder, engine: str) -> Path:
    """The folder with the engine's files; PyTorch needs none but the model's own."""
    if engine == PyTorchImageClassifier.name:
        return folder.path
    if engine == OnnxImageClassifier.name:
        return folder.derived(engine, lambda path: _convert(folder, path))
    raise Unsupported(f"{folder.name} cannot run on the engine {engine}", field="engine")


def _engine(
    folder: ModelFolder, engine: str, device: str, threads: int
) -> PyTorchImageClassifier | OnnxImageClassifier:
    prepared = prepare_image_classification(folder, engine)
    if engine == OnnxImageClassifier.name:
        return OnnxImageClassifier(prepared, threads=threads)
    return PyTorchImageClassifier(_network(folder), device=device, threads=threads)


def _batch_size(engine: PyTorchImageClassifier | OnnxImageClassifier) -> int:
    if engine.name == OnnxImageClassifier.name:
        return ONE_IMAGE
    return BATCH_SIZE_ON_CPU if engine.device == "cpu" else BATCH_SIZE_ON_GPU


def _convert(folder: ModelFolder, path: Path) -> None:
    from salience.engines.onnx_image_converter import convert_image_classifier

    convert_image_classifier(_network(folder), path)


def _network(folder: ModelFolder) -> ImageNetwork:
    return load_image_network(folder.settings, folder.path / WEIGHTS)
