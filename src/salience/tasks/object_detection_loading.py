"""The folder of a model that detects objects, loaded for serving."""

from pathlib import Path
from typing import Any

from salience.engines.explaining_engine import ExplainingEngine
from salience.engines.pytorch_object_detector import PyTorchObjectDetector
from salience.errors import Unsupported
from salience.models.detections import DetectorSize
from salience.models.detectors import load_detector
from salience.tasks.model_folder import WEIGHTS, ModelFolder
from salience.tasks.object_detection import DetectObjects


def load_object_detection(
    folder: ModelFolder, engine: str, device: str, threads: int, wrap_engine: Any
) -> DetectObjects:
    """The task; PyTorch is the engine there is."""
    prepare_object_detection(folder, engine)
    settings = folder.settings
    size = DetectorSize(**settings["size"])
    network = load_detector(
        folder.path / WEIGHTS, settings["kind"], size, num_classes=len(settings["labels"])
    )
    running = PyTorchObjectDetector(network, device=device, threads=threads)
    return DetectObjects(
        model=folder.description(
            engine=running.name,
            device=running.device,
            explains=running.explains,
        ),
        engine=lambda explain: wrap_engine(ExplainingEngine(running) if explain else running),
        side=size.image_size,
        most_overlap=settings["most_overlap"],
    )


def prepare_object_detection(folder: ModelFolder, engine: str) -> Path:
    """PyTorch needs no files but the model's own."""
    if engine == PyTorchObjectDetector.name:
        return folder.path
    raise Unsupported(f"{folder.name} cannot run on the engine {engine}", field="engine")
