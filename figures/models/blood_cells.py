"""What blood-cells found in an image, and where it looked for one object of each kind."""

import tarfile
from io import BytesIO
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from figures.drawing import panels
from salience.tasks.detection_item import DetectionItem
from salience.tasks.loading import load_task
from salience.v1.images_pb2 import DetectedObject, Detection

PROJECT = Path(__file__).parents[2]
PICTURES = PROJECT / "tests" / "data" / "bccd_test_sample.tar"
WIDTH = 128
"""Of the image in the drawing, in pixels: a document is loaded often."""


def draw() -> Figure:
    """The image of the sample in which most kinds of cells are found."""
    task = load_task(PROJECT / "model_store" / "blood-cells")
    contents = _images()
    answers = task.answer([DetectionItem(content, explain=True) for content in contents])
    content, found = max(zip(contents, answers, strict=True), key=lambda pair: len(_kinds(pair[1])))
    kinds = _kinds(found)
    figure, [whole, *maps] = panels(1 + len(kinds), side=2.6)
    assert isinstance(found, Detection)
    whole.imshow(_small(content), extent=(0, found.width, found.height, 0), interpolation="none")
    _dress(whole, f"{len(found.objects)} found")
    for one in found.objects:
        _mark(whole, one, "black")
    for axes, (label, one) in zip(maps, kinds.items(), strict=True):
        weights = np.reshape(one.attention.weights, (one.attention.rows, -1))
        axes.imshow(weights, extent=(0, found.width, found.height, 0), interpolation="none")
        _dress(axes, f"where it looked for {label}")
        _mark(axes, one, "red")
    return figure


def _small(content: bytes) -> UInt8[np.ndarray, "rows columns 3"]:
    image = Image.open(BytesIO(content)).convert("RGB")
    image.thumbnail((WIDTH, WIDTH))
    return np.asarray(image)


def _images() -> list[bytes]:
    with tarfile.open(PICTURES) as archive:
        names = sorted(name for name in archive.getnames() if name.endswith(".jpg"))
        files = [archive.extractfile(name) for name in names]
        return [file.read() for file in files if file is not None]


def _kinds(answer: object) -> dict[str, DetectedObject]:
    """The most certain object of each label."""
    if not isinstance(answer, Detection):
        return {}
    return {one.label: one for one in reversed(answer.objects)}


def _dress(axes: Axes, title: str) -> None:
    axes.set_title(title, fontsize=9)
    axes.set_xticks([])
    axes.set_yticks([])


def _mark(axes: Axes, found: DetectedObject, colour: str) -> None:
    corner = (found.left, found.top)
    box = Rectangle(corner, found.width, found.height, fill=False, color=colour, linewidth=0.8)
    axes.add_patch(box)
