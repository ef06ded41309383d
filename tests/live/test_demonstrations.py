"""Every demonstration of the store, served by itself and asked over gRPC."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from salience.archives import build_archive
from salience.cli.model_store import model_folders
from salience.client import Client
from salience.data.labelled_images import LabelledImages
from salience.data.voc_boxes import BoxedImages
from salience.v1.models_pb2 import Model, Task
from tests.live.running_service import RunningService, running_service

FOLDERS = [folder for folder in model_folders(Path("model_store")) if folder.is_demonstration]
SAMPLES = Path("tests/data")
PAPER = """We present a network that reads a paper and writes its title. It looks at every word
of the text and copies those that it cannot write. On two corpora it is better than all others."""


@pytest.fixture(scope="module")
def demonstrations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service of nothing else."""
    folder = tmp_path_factory.mktemp("demonstrations")
    for model in FOLDERS:
        build_archive(model.path, folder)
    with running_service(folder, folder / "log") as service:
        yield service


def translates(client: Client, model: Model) -> None:
    explain = model.explains
    reply = client.translate(["A dog runs on the beach."], model=model.name, explain=explain)
    answer = reply.results[0].translation
    assert "Hund" in answer.text
    assert bool(answer.alignments) == explain


def finds_names(client: Client, model: Model) -> None:
    reply = client.recognize_entities(
        ["Angela Merkel visited Paris."], model=model.name, explain=True
    )
    answer = reply.results[0].entities
    found = [(entity.text, entity.label) for entity in answer.entities]
    assert found == [("Angela Merkel", "PER"), ("Paris", "LOC")]
    assert all(entity.attention.weights for entity in answer.entities)


def summarizes(client: Client, model: Model) -> None:
    answer = client.summarize([PAPER], model=model.name, explain=True).results[0].summary
    assert answer.text
    assert sum(answer.piece_weights) == pytest.approx(1, abs=1e-3)


def names_pictures(client: Client, model: Model) -> None:
    sample = "translated_digits.tar.xz" if "0" in model.labels else "emoji_of_cifar_classes.tar"
    images = list(LabelledImages(SAMPLES / sample, "test"))[:32]
    reply = client.classify_images(
        [image.content for image in images], model=model.name, explain=model.explains
    )
    found = [result.classification for result in reply.results]
    right = sum(
        one.classes[0].label == image.label for one, image in zip(found, images, strict=True)
    )
    assert right > len(images) / 3
    assert all(one.HasField("attention") == model.explains for one in found)


def detects(client: Client, model: Model) -> None:
    [image, *_] = BoxedImages(SAMPLES / "bccd_test_sample.tar", "test")
    reply = client.detect_objects([image.content], model=model.name, explain=model.explains)
    found = reply.results[0].detection.objects
    assert "RBC" in [one.label for one in found]
    assert all(one.HasField("attention") == model.explains for one in found)


def generates(client: Client, model: Model) -> None:
    reply = client.generate_images([1, 1, 2], model=model.name, explain=model.explains)
    first, again, other = (result.image for result in reply.results)
    assert Image.open(io.BytesIO(first.png)).size == (32, 32)
    assert first.png == again.png != other.png
    assert first.HasField("attention") == model.explains


ASKED: dict[int, Callable[[Client, Model], Any]] = {
    Task.TASK_TRANSLATION: translates,
    Task.TASK_ENTITIES: finds_names,
    Task.TASK_SUMMARIZATION: summarizes,
    Task.TASK_IMAGE_CLASSIFICATION: names_pictures,
    Task.TASK_OBJECT_DETECTION: detects,
    Task.TASK_IMAGE_GENERATION: generates,
}


@pytest.mark.parametrize("name", [folder.name for folder in FOLDERS])
def test_a_demonstration_answers_over_grpc(demonstrations: RunningService, name: str) -> None:
    with demonstrations.client() as client:
        model = client.get_model(name)

        ASKED[model.task](client, model)


def test_what_one_network_cannot_explain_another_can(demonstrations: RunningService) -> None:
    with demonstrations.client() as client:
        explains = {model.name: model.explains for model in client.list_models()}

    assert set(explains) == {folder.name for folder in FOLDERS}
    without = {name for name in explains if "without" in name or "research-recurrent" in name}
    assert {name for name, can in explains.items() if not can} == without
