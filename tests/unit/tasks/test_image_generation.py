from io import BytesIO
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image

from salience.errors import Unsupported
from salience.tasks.generation_item import GenerationItem
from salience.tasks.image_generation import noise_of
from salience.tasks.loading import load_task, prepare_engine
from salience.tasks.model_folder import ModelFolder
from salience.v1.images_pb2 import GeneratedImage
from tests.unit.generators import write_generator


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "drawing"
    write_generator(folder)
    return folder


def made(folder: Path, *items: GenerationItem | int) -> list[GeneratedImage]:
    answers = load_task(folder).answer(items)
    assert all(isinstance(answer, GeneratedImage) for answer in answers)
    return cast("list[GeneratedImage]", answers)


def test_a_seed_gives_the_same_picture_whatever_else_is_asked_for(drawing: Path) -> None:
    first, second, third = made(drawing, 1, 2, 1)
    [again] = made(drawing, 2)

    assert first.png == third.png != second.png
    assert again.png == second.png


def test_a_picture_is_a_file_of_the_size_it_says(drawing: Path) -> None:
    [picture] = made(drawing, 0)

    image = Image.open(BytesIO(picture.png))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (32, 32))
    assert (picture.width, picture.height) == (32, 32)
    assert not picture.HasField("attention")


def test_attention_is_a_map_that_sums_to_one_and_changes_no_picture(drawing: Path) -> None:
    plain, explained = made(drawing, 3, GenerationItem(3, explain=True))

    looked = explained.attention
    assert (looked.rows, looked.columns, looked.width, looked.height) == (16, 16, 32, 32)
    assert sum(looked.weights) == pytest.approx(1, abs=1e-4)
    assert explained.png == plain.png


def test_a_generator_without_attention_is_not_asked_to_explain(tmp_path: Path) -> None:
    write_generator(tmp_path / "plain", attention=False)
    task = load_task(tmp_path / "plain")

    plain, refused = task.answer([3, GenerationItem(3, explain=True)])

    assert not task.model.explains
    assert isinstance(plain, GeneratedImage)
    assert isinstance(refused, Unsupported)


def test_noise_is_normal_and_of_its_seed_alone() -> None:
    noise = np.stack([noise_of(seed, 128) for seed in (*range(64), 2**32 - 1)])

    assert abs(noise.mean()) < 0.05
    assert noise.std() == pytest.approx(1, abs=0.05)
    assert len(np.unique(noise[:, 0])) == 65


def test_another_engine_is_refused(drawing: Path) -> None:
    with pytest.raises(Unsupported, match="onnxruntime"):
        prepare_engine(ModelFolder(drawing), "onnxruntime")
