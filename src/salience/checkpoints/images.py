"""Image classifiers: their classes, how they see, and whether a conversion still does."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from salience.checkpoints.checkpoint import Checkpoint
from salience.checkpoints.labels import label_names
from salience.errors import ServingError, Unsupported
from salience.models.hugging_face import transformers
from salience.tasks.checkpoint_images import ENGINES
from salience.tasks.image_classification import ClassifyImages
from salience.tasks.image_item import ImageItem
from salience.tasks.loading import load_task
from salience.tasks.model_folder import ModelFolder

MAX_DIFFERENCE = 0.01
"""How far the probability of a class may be from the original's."""
LIMITS = {"max_items": 64, "max_bytes": 8_388_608, "max_pixels": 40_000_000}
SIZES = ((320, 240), (200, 300), (64, 64))


class ImageConversion:
    """Implements Conversion."""

    engines: tuple[str, ...] = ENGINES

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint

    def settings(self) -> Mapping[str, Any]:
        """Classes in the network's order, and what its image processor does."""
        return {
            "labels": label_names(self._checkpoint),
            "limits": LIMITS,
            "preprocessing": _preprocessing(self._processor()),
        }

    def write_files(self, folder: Path) -> None:
        """Nothing: what the processor does is in the settings."""

    def disagreement(self, folder: ModelFolder, engine: str) -> str:
        """Compare the probabilities of all classes for made-up images."""
        served = load_task(folder.path, engine=engine)
        assert isinstance(served, ClassifyImages)
        images = list(_samples())
        answers = served.answer([ImageItem(_png(one), len(served.model.labels)) for one in images])
        worst = 0.0
        for image, answer in zip(images, answers, strict=True):
            if isinstance(answer, ServingError):
                return answer.message
            told = {one.label: one.probability for one in answer.classes}
            ours = np.array([told[label] for label in served.model.labels])
            worst = max(worst, float(np.abs(ours - self._original(image)).max()))
        if worst <= MAX_DIFFERENCE:
            return ""
        return f"a probability moves by {worst:.3f}; {MAX_DIFFERENCE} would do"

    @torch.inference_mode()
    def _original(self, image: Image.Image) -> NDArray[np.float32]:
        pixels = self._processor()(images=image, return_tensors="pt")["pixel_values"]
        scores = self._checkpoint.network(pixel_values=pixels).logits[0]
        return scores.softmax(dim=-1).numpy()  # type: ignore[no-any-return]

    def _processor(self) -> Any:
        path = self._checkpoint.path
        if not (path / "preprocessor_config.json").is_file():
            raise Unsupported(f"{path} has no preprocessor_config.json: nothing says how it sees")
        return transformers().AutoImageProcessor.from_pretrained(
            path, local_files_only=True, trust_remote_code=False, backend="pil"
        )


def _preprocessing(processor: Any) -> dict[str, Any]:
    """The processor's own settings, in one form for all of them."""
    resize, crop = _resize_and_crop(processor)
    if crop is None and (resize is None or len(resize) != 2):
        raise Unsupported("the preprocessing leaves images of many sizes")
    normalizes = processor.do_normalize
    return {
        "resize": resize,
        "crop": crop,
        "resample": int(processor.resample),
        "factor": processor.rescale_factor if processor.do_rescale else 1.0,
        "mean": list(processor.image_mean) if normalizes else [0.0] * 3,
        "deviation": list(processor.image_std) if normalizes else [1.0] * 3,
    }


def _resize_and_crop(processor: Any) -> tuple[list[int] | None, list[int] | None]:
    resize = _sides(processor.size) if processor.do_resize else None
    share = getattr(processor, "crop_pct", None)
    if share and resize and len(resize) == 1:  # as ConvNeXT: a margin, but for large images
        [side] = resize
        return ([int(side / share)], [side, side]) if side < 384 else ([side, side], None)
    crops = getattr(processor, "do_center_crop", False)
    return resize, _sides(processor.crop_size) if crops else None


def _sides(size: Any) -> list[int]:
    """Height and width, or the shorter side alone."""
    known = dict(size)
    if known.get("shortest_edge"):
        return [int(known["shortest_edge"])]
    return [int(known["height"]), int(known["width"])]


def _samples() -> Iterator[Image.Image]:
    """Noise over a slope, of several shapes."""
    numbers = np.random.default_rng(0)
    for width, height in SIZES:
        slope = np.linspace(0, 200, width)[None, :, None] * np.array([1.0, 0.5, 0.2])
        noise = numbers.integers(0, 56, (height, width, 3))
        yield Image.fromarray((slope + noise).astype(np.uint8))


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
