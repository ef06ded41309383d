"""Trained for two steps, stopped, resumed, loaded and asked."""

import tarfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from salience.models.small_convolutions import ConvolutionsSize, SmallConvolutions
from salience.recipes import cifar, research_cifar, research_cifar_without_attention
from salience.tasks.image_item import ImageItem
from salience.tasks.loading import load_task
from salience.v1.images_pb2 import Classification


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a batch of pictures of noise."""
    folder = tmp_path_factory.mktemp("data")
    file = folder / cifar.ARCHIVE
    file.parent.mkdir()
    with tarfile.open(file, "w:xz") as archive:
        for number in range(cifar.BATCH_SIZE):
            content = picture(number)
            entry = tarfile.TarInfo(f"train/{'cat' if number % 2 else 'dog'}/{number}.png")
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))
    return folder


def picture(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    content = BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize("recipe", [research_cifar, research_cifar_without_attention])
def test_a_run_resumes_and_its_model_names_a_picture(
    recipe: object, data: Path, tmp_path: Path
) -> None:
    for steps in (1, 2):
        recipe.run(data, tmp_path, steps=steps)  # type: ignore[attr-defined]

    task = load_task(tmp_path)
    [named] = task.answer([ImageItem(picture(0), explain=task.model.explains)])

    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 2
    assert isinstance(named, Classification)
    assert {one.label for one in named.classes} == {"cat", "dog"}
    assert named.HasField("attention") == task.model.explains == (recipe is research_cifar)


def test_what_convolves_many_channels_is_learned_by_muon() -> None:
    model = SmallConvolutions(ConvolutionsSize(), num_classes=10)
    names = {id(p): name for name, p in model.named_parameters()}
    by_muon = {names[id(p)] for p in cifar.optimizers(model)[0].param_groups[0]["params"]}

    assert by_muon == {
        f"blocks.{block}.{part}.weight" for block in range(3) for part in ("widen", "look")
    }
