"""What emoji-people made of the first seeds, and beside each picture where its places looked."""

from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from salience.tasks.generation_item import GenerationItem
from salience.tasks.loading import load_task
from salience.v1.images_pb2 import GeneratedImage
from salience.vision.sheet import sheet

PROJECT = Path(__file__).parents[2]
NUM_PICTURES = 9


def draw() -> Figure:
    """The sheet that `salience generate --explain --sheet FILE` makes."""
    task = load_task(PROJECT / "model_store" / "emoji-people")
    seeds = range(1, NUM_PICTURES + 1)
    answers = task.answer([GenerationItem(seed, explain=True) for seed in seeds])
    made = [answer for answer in answers if isinstance(answer, GeneratedImage)]
    pixels = np.asarray(Image.open(BytesIO(sheet(made))))
    figure = Figure(figsize=(pixels.shape[1] / 100, pixels.shape[0] / 100))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(pixels, interpolation="none")
    axes.set_axis_off()
    return figure
