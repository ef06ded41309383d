"""Pictures made of seeds."""

from collections.abc import Callable, Sequence
from io import BytesIO
from math import isqrt
from typing import TypeAlias

import numpy as np
from jaxtyping import Float32, UInt8
from PIL import Image

from salience.engines.engine import Engine
from salience.engines.made_picture import MadePicture, Noise
from salience.errors import ServingError
from salience.tasks.explaining import check_explains
from salience.tasks.generation_item import GenerationItem
from salience.v1.images_pb2 import AttentionMap, GeneratedImage
from salience.v1.models_pb2 import Model

GenerationEngine: TypeAlias = Engine[MadePicture, Noise]


class GenerateImages:
    """Implements Task: seeds, alone or with what is asked about them, to GeneratedImages.

    Each picture is made alone: so it does not depend on its neighbours, not even in rounding.
    `engine` gives the engine that explains, or the one that does not.
    """

    def __init__(
        self, *, model: Model, engine: Callable[[bool], GenerationEngine], noise_width: int
    ) -> None:
        self.model = model
        self._engine = engine
        self._noise_width = noise_width

    def answer(
        self, items: Sequence[GenerationItem | int], /
    ) -> list[GeneratedImage | ServingError]:
        """Make the picture of every seed."""
        return [self._answer(GenerationItem.of(item)) for item in items]

    def _answer(self, item: GenerationItem) -> GeneratedImage | ServingError:
        try:
            check_explains(self.model, explain=item.explain)
        except ServingError as error:
            return error
        [made] = self._engine(item.explain).run([noise_of(item.seed, self._noise_width)])
        height, width, _ = made.pixels.shape
        return GeneratedImage(
            png=png_of(made.pixels),
            width=width,
            height=height,
            attention=_attention_map(made.attention, width, height) if item.explain else None,
        )


def noise_of(seed: int, width: int) -> Noise:
    """Drawn from a normal distribution: the same on every machine."""
    return np.random.default_rng(seed).standard_normal(width, dtype=np.float32)


def png_of(pixels: UInt8[np.ndarray, "rows columns 3"]) -> bytes:
    """A whole file."""
    content = BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def _attention_map(
    looked: Float32[np.ndarray, "places seen_places"], width: int, height: int
) -> AttentionMap:
    """The mean of what all places looked at."""
    side = isqrt(looked.shape[1])
    return AttentionMap(
        rows=side, columns=side, weights=looked.mean(axis=0).tolist(), width=width, height=height
    )
