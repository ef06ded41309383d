"""Trained for two steps, stopped, resumed, loaded and asked."""

from io import BytesIO
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from sklearn.datasets import load_digits

from salience.data.labelled_images import LabelledImages
from salience.models.glimpse_network import GlimpseNetwork, GlimpseSize
from salience.recipes import glimpsed_digits
from salience.tasks.image_item import ImageItem
from salience.tasks.loading import load_task
from salience.v1.images_pb2 import Classification


def test_a_run_resumes_and_its_model_names_a_picture(tmp_path: Path) -> None:
    for steps in (1, 2):
        glimpsed_digits.run(tmp_path, tmp_path, steps=steps)
    task = load_task(tmp_path)

    [first, *_] = LabelledImages(glimpsed_digits.TEST_SET, "test")
    [named] = task.answer([ImageItem(first.content, explain=True)])

    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 2
    assert isinstance(named, Classification)
    assert named.classes[0].label in map(str, range(10))
    assert sum(named.attention.weights) > 0.99


def test_the_test_set_is_of_digits_that_no_batch_has() -> None:
    kept_out = load_digits().images[-glimpsed_digits.NUM_TEST :]
    files = {
        int(Path(one.name).stem): one for one in LabelledImages(glimpsed_digits.TEST_SET, "test")
    }
    seen = {
        tuple(row)
        for batch in islice(glimpsed_digits.batches(8, 0), 40)
        for row in batch.pixels[..., 0].flatten(1).tolist()
    }

    assert len(files) == glimpsed_digits.NUM_TEST
    for number, digit in zip(sorted(files), kept_out, strict=True):
        picture = np.asarray(Image.open(BytesIO(files[number].content)))
        expected = (digit * 255 / 16).astype(np.uint8)
        assert picture.sum() == expected.sum()
        assert tuple(expected.flatten().tolist()) not in seen


def test_the_loss_teaches_where_to_look() -> None:
    torch.manual_seed(0)
    model = GlimpseNetwork(GlimpseSize(), num_classes=10)

    loss, count = glimpsed_digits.mean_loss(model, next(glimpsed_digits.batches(32, 0)))
    loss.backward()

    assert count == glimpsed_digits.BATCH_SIZE
    for part in (model.next_place, model.reward, model.classes):
        assert part.weight.grad is not None
        assert part.weight.grad.abs().max() > 0
