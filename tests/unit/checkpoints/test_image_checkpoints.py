import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from salience.checkpoints import BuiltModel, Checkpoint, build_model
from salience.errors import Unsupported
from salience.models.hugging_face import transformers
from salience.tasks.image_item import ImageItem
from salience.tasks.loading import load_task
from salience.v1.images_pb2 import Classification

READ_FROM = {
    "ViTForImageClassification": (slice(1), 1),
    "DeiTForImageClassification": (slice(1), 2),
    "DeiTForImageClassificationWithTeacher": (slice(2), 2),
    "BeitForImageClassification": (slice(1, None), 1),
}
"""The tokens that the classes are told from, and how many have no place."""
LABELS = ["cat", "dog", "crane", "crane"]
NAMED = ["cat", "dog", "crane (2)", "crane (3)"]
_LAYERS = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "image_size": 32,
    "patch_size": 8,
}
_SWIN = {
    "image_size": 32,
    "patch_size": 4,
    "embed_dim": 16,
    "depths": [1, 1],
    "num_heads": [2, 4],
    "window_size": 4,
}
_SQUARE, _LARGER = {"height": 32, "width": 32}, {"height": 40, "width": 40}
_MARGIN = {"size": {"shortest_edge": 32}, "crop_pct": 0.875}
_DEIT = (_LAYERS, "DeiTImageProcessor", {"size": _LARGER, "crop_size": _SQUARE})
NETWORKS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "ViTForImageClassification": (_LAYERS, "ViTImageProcessor", {"size": _SQUARE}),
    "DeiTForImageClassification": _DEIT,
    "DeiTForImageClassificationWithTeacher": _DEIT,
    "SwinForImageClassification": (_SWIN, "ViTImageProcessor", {"size": _SQUARE}),
    "BeitForImageClassification": (
        _LAYERS,
        "BeitImageProcessor",
        {"size": _LARGER, "crop_size": _SQUARE, "do_center_crop": True},
    ),
    "ConvNextForImageClassification": (
        {"hidden_sizes": [8, 16], "depths": [1, 1], "num_stages": 2},
        "ConvNextImageProcessor",
        _MARGIN,
    ),
    "ResNetForImageClassification": (
        {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1], "layer_type": "basic"},
        "ConvNextImageProcessor",
        _MARGIN,
    ),
}


def write_classifier(folder: Path, architecture: str) -> Path:
    size, processor, seen = NETWORKS[architecture]
    library = transformers()
    labels = {"id2label": dict(enumerate(LABELS)), "label2id": {}}
    torch.manual_seed(0)
    kind = architecture.partition("For")[0]
    config = getattr(library, f"{kind}Config")(**size, **labels, initializer_range=0.2)
    getattr(library, architecture)(config).save_pretrained(folder)
    getattr(library, processor)(**seen).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=NETWORKS)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, BuiltModel]:
    folder = tmp_path_factory.mktemp("checkpoint")
    checkpoint = write_classifier(folder / "original", request.param)
    asked = Checkpoint(checkpoint, "image_classification", "pictures")
    return checkpoint, build_model(asked, folder / "models")


def picture(width: int, height: int) -> Image.Image:
    numbers = np.random.default_rng(width)
    return Image.fromarray(numbers.integers(0, 256, (height, width, 3), dtype=np.uint8))


def file_of(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def original_probabilities(checkpoint: Path, image: Image.Image) -> list[float]:
    library = transformers()
    network = library.AutoModelForImageClassification.from_pretrained(checkpoint).eval()
    processor = library.AutoImageProcessor.from_pretrained(checkpoint)
    with torch.inference_mode():
        scores = network(**processor(images=image, return_tensors="pt")).logits[0]
    return scores.softmax(-1).tolist()  # type: ignore[no-any-return]


def test_every_architecture_runs_on_the_fast_engine(built: tuple[Path, BuiltModel]) -> None:
    assert built[1].folder.settings["default_engine"] == "onnxruntime", built[1].remarks


@pytest.mark.parametrize("engine", ["onnxruntime", "pytorch"])
def test_probabilities_are_those_of_the_original(
    built: tuple[Path, BuiltModel], engine: str
) -> None:
    checkpoint, model = built
    task = load_task(model.folder.path, engine=engine)
    images = [picture(64, 48), picture(33, 90), picture(32, 32)]

    answers = task.answer([ImageItem(file_of(image), len(LABELS)) for image in images])

    for image, answer in zip(images, answers, strict=True):
        assert isinstance(answer, Classification)
        found = {one.label: one.probability for one in answer.classes}
        expected = original_probabilities(checkpoint, image)
        assert [found[label] for label in NAMED] == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("engine", ["onnxruntime", "pytorch"])
def test_where_it_looked_is_told_if_it_reads_patches_by_attention(
    built: tuple[Path, BuiltModel], engine: str
) -> None:
    checkpoint, model = built
    architecture = model.folder.settings["architecture"]
    task = load_task(model.folder.path, engine=engine)

    (answer,) = task.answer([ImageItem(file_of(picture(32, 32)), explain=True)])

    if architecture in READ_FROM:
        assert isinstance(answer, Classification)
        assert (answer.attention.rows, answer.attention.columns) == (4, 4)
        expected = original_map(checkpoint, picture(32, 32), *READ_FROM[architecture])
        assert answer.attention.weights == pytest.approx(expected, abs=1e-3)
    else:
        assert isinstance(answer, Unsupported)
        assert answer.field == "explain"
        assert not task.model.explains


def original_map(checkpoint: Path, image: Image.Image, read: slice, special: int) -> list[float]:
    """All rows of the rollout, of which those are averaged that the classes are read from."""
    library = transformers()
    network = library.AutoModelForImageClassification.from_pretrained(
        checkpoint, attn_implementation="eager"
    ).eval()
    processor = library.AutoImageProcessor.from_pretrained(checkpoint)
    with torch.inference_mode():
        pixels = processor(images=image, return_tensors="pt")
        layers = network(**pixels, output_attentions=True).attentions
    rolled = torch.eye(layers[0].size(-1))
    for layer in layers:
        rolled = (layer[0].mean(0) + torch.eye(len(rolled))) / 2 @ rolled
    weights = rolled[read, special:].mean(0)
    return (weights / weights.sum()).tolist()


def remove_processor(folder: Path) -> None:
    (folder / "preprocessor_config.json").unlink()


def remove_names(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {str(number): f"LABEL_{number}" for number in range(len(LABELS))}
    (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("change", "message"),
    [(remove_processor, "no preprocessor_config.json"), (remove_names, "names no labels")],
)
def test_what_cannot_be_served_is_refused(tmp_path: Path, change: Any, message: str) -> None:
    folder = write_classifier(tmp_path / "vit", "ViTForImageClassification")
    change(folder)

    with pytest.raises(Unsupported, match=message):
        build_model(Checkpoint(folder, "image_classification"), tmp_path / "models")
