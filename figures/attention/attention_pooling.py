"""Where the served image model looks in a picture."""

import io
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image

from figures.drawing import panels, show
from salience.tasks.image_item import ImageItem
from salience.tasks.loading import load_task
from salience.v1.images_pb2 import Classification

PROJECT = Path(__file__).parents[2]
PICTURE = PROJECT / "loadtests/requests/images/05.jpg"
SIDE = 96


def draw() -> Figure:
    """The part that the model sees, and the weights of its places."""
    content = PICTURE.read_bytes()
    task = load_task(PROJECT / "model_store/image-classification", engine="pytorch")
    (answer,) = task.answer([ImageItem(content, explain=True)])
    assert isinstance(answer, Classification)
    seen = answer.attention
    box = (seen.left, seen.top, seen.left + seen.width, seen.top + seen.height)
    picture = Image.open(io.BytesIO(content)).convert("RGB").crop(box).resize((SIDE, SIDE))
    weights = torch.tensor(list(seen.weights)).view(seen.rows, seen.columns)
    figure, axes = panels(2, side=2.3)
    axes[0].imshow(np.asarray(picture), interpolation="nearest")
    axes[0].set_title(answer.classes[0].label.split(",")[0], fontsize=9)
    axes[0].set_axis_off()
    show(axes[1], weights, "weights")
    return figure
