"""Where glimpsed-digits looked, one glimpse after another."""

import io
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from figures.drawing import panels, show
from salience.data.labelled_images import LabelledImages
from salience.models.glimpse_network import GlimpseNetwork
from salience.models.image_classifiers import load_image_network
from salience.tasks.model_folder import WEIGHTS, ModelFolder

PROJECT = Path(__file__).parents[2]
MODEL = ModelFolder(PROJECT / "model_store" / "glimpsed-digits")
PICTURES = PROJECT / "tests" / "data" / "translated_digits.tar.xz"
NUM_PICTURES = 4


@torch.inference_mode()
def draw() -> Figure:
    """The first pictures of the test set, with what each was taken for."""
    network = load_image_network(MODEL.settings, MODEL.path / WEIGHTS)
    assert isinstance(network, GlimpseNetwork)
    images = list(islice(LabelledImages(PICTURES, "test"), NUM_PICTURES))
    pixels = np.stack(
        [np.asarray(Image.open(io.BytesIO(one.content)).convert("RGB")) for one in images]
    )
    seen = network.look(torch.from_numpy(pixels))
    figure, axes = panels(NUM_PICTURES)
    for one, picture, places, scores in zip(axes, pixels, seen.places, seen.scores, strict=True):
        title = f"told as {MODEL.settings['labels'][int(scores.argmax())]}"
        show(one, torch.from_numpy(picture[..., 0] / 255.0), title, highest=1.0)
        for number, place in enumerate(places.tolist(), start=1):
            _mark(one, number, place, side=network.size.image_size, width=network.size.glimpse_size)
    return figure


def _mark(axes: Axes, number: int, place: list[float], *, side: int, width: int) -> None:
    row, column = ((part + 1) / 2 * side - 0.5 for part in place)
    corner = (column - width / 2, row - width / 2)
    axes.add_patch(Rectangle(corner, width, width, fill=False, color="red", linewidth=0.8))
    axes.text(*corner, str(number), color="white", fontsize=6, clip_on=True)
