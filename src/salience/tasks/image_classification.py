"""What images of any size and format show."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeAlias

import numpy as np

from salience.engines.engine import Engine
from salience.engines.seen_image import Pixels, SeenImage
from salience.errors import ServingError
from salience.tasks.deadlines import check_deadline
from salience.tasks.explaining import check_explains
from salience.tasks.image_item import ImageItem
from salience.v1.images_pb2 import AttentionMap, Classification, ImageClass
from salience.v1.models_pb2 import Model
from salience.vision.centre_crop import Box, CentreCrop
from salience.vision.decoding import ImageLimits, decode_image
from salience.vision.described_crop import DescribedCrop
from salience.vision.overlay import overlay_png

ImageEngine: TypeAlias = Engine[SeenImage, Pixels]

NUM_DECODERS = 2
"""Threads that decode while the engine runs; Pillow lets go of Python's lock."""


class PreparedImage(NamedTuple):
    """An image as the engine takes it, and what its answer needs besides."""

    pixels: Pixels
    width: int
    height: int
    box: Box
    num_answers: int
    explain: bool


class ClassifyImages:
    """Implements Task: images, alone or with what is asked about them, to Classifications.

    At most `batch_size` images run together; all have one shape, and none sees another.
    """

    def __init__(
        self,
        *,
        model: Model,
        engine: ImageEngine,
        crop: CentreCrop | DescribedCrop,
        batch_size: int,
    ) -> None:
        self.model = model
        self._engine = engine
        self._crop = crop
        self._batch_size = batch_size
        limits = model.limits
        self._limits = ImageLimits(limits.max_bytes, limits.max_pixels)
        self._decoders = ThreadPoolExecutor(NUM_DECODERS, thread_name_prefix="decode")

    def answer(self, items: Sequence[ImageItem | bytes], /) -> list[Classification | ServingError]:
        """Classify every image; some are decoded while others are in the engine."""
        answers: dict[int, Classification | ServingError] = {}
        waiting: dict[int, PreparedImage] = {}
        for index, prepared in enumerate(self._prepared(items)):
            if isinstance(prepared, ServingError):
                answers[index] = prepared
            else:
                waiting[index] = prepared
            if len(waiting) == self._batch_size:
                answers |= self._classified(waiting)
                waiting = {}
        answers |= self._classified(waiting)
        return [answers[index] for index in range(len(items))]

    def _prepared(
        self, items: Sequence[ImageItem | bytes]
    ) -> Iterator[PreparedImage | ServingError]:
        fields = (f"images[{index}]" for index in range(len(items)))
        return self._decoders.map(self._prepare, map(ImageItem.of, items), fields)

    def _prepare(self, item: ImageItem, field: str) -> PreparedImage | ServingError:
        try:
            check_deadline(item.deadline_seconds)
            check_explains(self.model, explain=item.explain)
            num_answers = item.num_answers(len(self.model.labels))
            picture = decode_image(
                item.content, limits=self._limits, field=field, enough=self._crop.enough
            )
        except ServingError as error:
            return error
        width, height = picture.width, picture.height
        box = self._crop.box(width, height)
        pixels = self._crop.pixels(picture)
        return PreparedImage(pixels, width, height, box, num_answers, item.explain)

    def _classified(self, images: dict[int, PreparedImage]) -> dict[int, Classification]:
        if not images:
            return {}
        seen = self._engine.run([image.pixels for image in images.values()])
        return {
            index: self._classification(image, one)
            for (index, image), one in zip(images.items(), seen, strict=True)
        }

    def _classification(self, image: PreparedImage, seen: SeenImage) -> Classification:
        likeliest = np.argsort(-seen.probabilities, kind="stable")[: image.num_answers]
        return Classification(
            classes=[
                ImageClass(label=self.model.labels[index], probability=seen.probabilities[index])
                for index in likeliest
            ],
            width=image.width,
            height=image.height,
            attention=_attention_map(seen, image) if image.explain else None,
        )


def _attention_map(seen: SeenImage, image: PreparedImage) -> AttentionMap:
    rows, columns = seen.attention.shape
    return AttentionMap(
        rows=rows,
        columns=columns,
        weights=seen.attention.ravel().tolist(),
        overlay=overlay_png(image.pixels, seen.attention),
        **image.box._asdict(),
    )
