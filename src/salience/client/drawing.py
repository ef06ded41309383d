"""Explained answers drawn with matplotlib, which the extra `plots` brings."""

import io
from collections.abc import Sequence
from functools import singledispatch
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread
from numpy.typing import NDArray
from PIL import Image, ImageOps

from salience.client.explained import check_explained
from salience.v1.entities_pb2 import Entities
from salience.v1.explanations_pb2 import Alignment
from salience.v1.images_pb2 import AttentionMap, Classification, Detection, GeneratedImage
from salience.v1.summarization_pb2 import Summary
from salience.v1.translation_pb2 import Translation

MOST_BARS = 12
WARMEST_PERCENTILE = 98
"""Of a made picture's map: one place may draw most of what all look at."""
_HEAT = "Oranges"
_MOST_COVER = 0.7
"""Of an image by the map over it."""


def draw(answer: Any, *, image: bytes | None = None) -> Figure:
    """A figure of where a model looked for an answer.

    Translations are matrices, a panel for each sentence; entities and summaries are bars of
    what weighed most; images are maps, those of found objects over the `image` if its file is
    given. Raises InvalidInput for an answer that was not explained.
    """
    check_explained(answer)
    return _drawn(answer, image)


@singledispatch
def _drawn(answer: Any, image: bytes | None) -> Figure:
    raise NotImplementedError(type(answer).__name__)  # Every task registers its own below.


@_drawn.register
def _(answer: Translation, image: bytes | None) -> Figure:
    widest = max((len(one.source) for one in answer.alignments), default=1)
    tallest = sum(len(one.target) for one in answer.alignments)
    figure, panels = _panels(len(answer.alignments), width=2 + widest / 4, height=2 + tallest / 3)
    for axes, alignment in zip(panels, answer.alignments, strict=True):
        _matrix(axes, alignment)
    return figure


@_drawn.register
def _(answer: Entities, image: bytes | None) -> Figure:
    figure, panels = _panels(len(answer.entities), width=6, height=3 * len(answer.entities))
    for axes, entity in zip(panels, answer.entities, strict=True):
        seen = answer.pieces[entity.attention.first_piece :]
        weights = list(entity.attention.weights)
        _bars(axes, [piece.text for piece in seen[: len(weights)]], weights)
        axes.set_title(f"{entity.label} {entity.text}")
    return figure


@_drawn.register
def _(answer: Summary, image: bytes | None) -> Figure:
    figure, [axes] = _panels(1, width=8, height=4)
    if answer.weighed:
        names = [sentence.text[:60] for sentence in answer.weighed]
        _bars(axes, names, [sentence.score for sentence in answer.weighed])
    else:
        _bars(axes, [piece.text for piece in answer.pieces], list(answer.piece_weights))
    axes.set_title(answer.text[:80])
    return figure


@_drawn.register
def _(answer: Classification, image: bytes | None) -> Figure:
    figure, [axes] = _panels(1, width=4, height=4)
    if answer.attention.overlay:
        axes.imshow(_pixels(answer.attention.overlay))
    axes.set_title(answer.classes[0].label)
    axes.set_axis_off()
    return figure


@_drawn.register
def _(answer: Detection, image: bytes | None) -> Figure:
    figure, panels = _panels(len(answer.objects), width=4, height=3 * len(answer.objects))
    whole = (0, answer.width, answer.height, 0)
    seen = None if image is None else _upright(image)
    for axes, found in zip(panels, answer.objects, strict=True):
        if seen is not None:
            axes.imshow(seen, extent=whole)
        weights = _weights(found.attention)
        axes.imshow(weights, cmap=_HEAT, extent=whole, alpha=_MOST_COVER * weights / weights.max())
        right, below = found.left + found.width, found.top + found.height
        across = [found.left, right, right, found.left, found.left]
        axes.plot(across, [found.top, found.top, below, below, found.top], color="blue")
        axes.set_title(f"{found.label} {found.score:.2f}")
    return figure


@_drawn.register
def _(answer: GeneratedImage, image: bytes | None) -> Figure:
    figure = Figure(figsize=(6, 3), layout="constrained")
    made, looked = (figure.add_subplot(1, 2, 1 + number) for number in range(2))
    made.imshow(_pixels(answer.png))
    weights = _weights(answer.attention)
    looked.imshow(weights, cmap=_HEAT, vmax=float(np.percentile(weights, WARMEST_PERCENTILE)))
    for axes in (made, looked):
        axes.set_axis_off()
    return figure


def _weights(attention: AttentionMap) -> NDArray[np.float64]:
    return np.reshape(attention.weights, (attention.rows, -1))


def _upright(image: bytes) -> Image.Image:
    """The image of a file, turned as its camera says."""
    return ImageOps.exif_transpose(Image.open(io.BytesIO(image))).convert("RGB")


def _pixels(content: bytes) -> Any:
    """The pixels of a PNG."""
    return imread(io.BytesIO(content), format="png")


def _panels(count: int, *, width: float, height: float) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(width, max(height, 2)), layout="constrained")
    if not count:
        figure.text(0.5, 0.5, "nothing was found", horizontalalignment="center")
    return figure, [figure.add_subplot(max(count, 1), 1, 1 + number) for number in range(count)]


def _matrix(axes: Axes, alignment: Alignment) -> None:
    weights = np.reshape(alignment.weights, (len(alignment.target), len(alignment.source)))
    axes.imshow(weights, cmap=_HEAT, vmin=0, vmax=1)
    names = [piece.text or "(end)" for piece in alignment.source]
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(alignment.target)), [piece.text for piece in alignment.target])


def _bars(axes: Axes, names: Sequence[str], weights: Sequence[float]) -> None:
    """What weighs most, in the order of the text."""
    most = sorted(np.argsort(np.negative(weights), kind="stable")[:MOST_BARS].tolist())
    places = range(len(most))
    axes.barh(places, [weights[index] for index in most], color="tab:orange")
    axes.set_yticks(places, [names[index] for index in most])
    axes.invert_yaxis()
