"""An image classifier made from a Hugging Face checkpoint, loaded for serving."""

from pathlib import Path
from typing import Any

from salience.engines.onnx_image_classifier import OnnxImageClassifier
from salience.engines.pytorch_image_classifier import PyTorchImageClassifier
from salience.errors import Unsupported
from salience.models.patch_attention import NUM_SPECIAL
from salience.tasks.image_classification import ClassifyImages
from salience.tasks.image_classification_loading import BATCH_SIZE_ON_CPU, BATCH_SIZE_ON_GPU
from salience.tasks.model_folder import ModelFolder
from salience.vision.described_crop import DescribedCrop

ENGINES = (OnnxImageClassifier.name, PyTorchImageClassifier.name)
"""The fastest first."""
_FORM = 2
"""With the map of attention."""


def load_checkpoint_images(
    folder: ModelFolder, engine: str, device: str, threads: int, wrap_engine: Any
) -> ClassifyImages:
    """The task, with the engine of that name."""
    running = _engine(folder, engine, device, threads)
    seen = folder.settings["preprocessing"]
    return ClassifyImages(
        model=folder.description(
            engine=running.name,
            device=running.device,
            explains=folder.settings["architecture"] in NUM_SPECIAL,
        ),
        engine=wrap_engine(running),
        crop=DescribedCrop(
            resize=tuple(seen["resize"]) if seen["resize"] else None,
            crop=tuple(seen["crop"]) if seen["crop"] else None,
            resample=seen["resample"],
        ),
        batch_size=BATCH_SIZE_ON_CPU if running.device == "cpu" else BATCH_SIZE_ON_GPU,
    )


def prepare_checkpoint_images(folder: ModelFolder, engine: str) -> Path:
    """The folder with the engine's files; PyTorch needs none but the model's own."""
    if engine == PyTorchImageClassifier.name:
        return folder.path
    if engine in ENGINES:
        return folder.derived(engine, lambda path: _convert(folder, path), form=_FORM)
    raise Unsupported(f"{folder.name} cannot run on the engine {engine}", field="engine")


def _engine(
    folder: ModelFolder, engine: str, device: str, threads: int
) -> OnnxImageClassifier | PyTorchImageClassifier:
    prepared = prepare_checkpoint_images(folder, engine)
    if engine != PyTorchImageClassifier.name:
        return OnnxImageClassifier(prepared, threads=threads)
    return PyTorchImageClassifier(_network(folder), device=device, threads=threads)


def _convert(folder: ModelFolder, path: Path) -> None:
    from salience.engines.onnx_checkpoint_images import convert_pixel_classifier

    seen = folder.settings["preprocessing"]
    height, width = seen["crop"] or seen["resize"]
    convert_pixel_classifier(_network(folder), path, height=height, width=width)


def _network(folder: ModelFolder) -> Any:
    from salience.models.hugging_face_images import load_pixel_classifier  # brings transformers

    seen = folder.settings["preprocessing"]
    return load_pixel_classifier(
        folder.path,
        folder.settings["architecture"],
        factor=seen["factor"],
        mean=seen["mean"],
        deviation=seen["deviation"],
    )
