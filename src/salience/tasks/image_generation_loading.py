"""The folder of a model that makes pictures, loaded for serving."""

from pathlib import Path
from typing import Any

from salience.engines.explaining_engine import ExplainingEngine
from salience.engines.pytorch_image_generator import PyTorchImageGenerator
from salience.errors import Unsupported
from salience.models.adversarial import adversarial_size, load_generator
from salience.tasks.image_generation import GenerateImages
from salience.tasks.model_folder import WEIGHTS, ModelFolder


def load_image_generation(
    folder: ModelFolder, engine: str, device: str, threads: int, wrap_engine: Any
) -> GenerateImages:
    """The task; PyTorch is the engine there is."""
    prepare_image_generation(folder, engine)
    size = adversarial_size(folder.settings["size"])
    running = PyTorchImageGenerator(
        load_generator(folder.path / WEIGHTS, size), device=device, threads=threads
    )
    return GenerateImages(
        model=folder.description(
            engine=running.name, device=running.device, explains=running.explains
        ),
        engine=lambda explain: wrap_engine(ExplainingEngine(running) if explain else running),
        noise_width=size.noise_width,
    )


def prepare_image_generation(folder: ModelFolder, engine: str) -> Path:
    """PyTorch needs no files but the model's own."""
    if engine == PyTorchImageGenerator.name:
        return folder.path
    raise Unsupported(f"{folder.name} cannot run on the engine {engine}", field="engine")
