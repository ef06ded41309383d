from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from salience.engines.onnx_image_classifier import MODEL_FILE, OnnxImageClassifier
from salience.engines.onnx_image_converter import convert_image_classifier
from salience.engines.pytorch_image_classifier import PyTorchImageClassifier
from salience.engines.seen_image import Pixels
from salience.models.efficientnet_lite import EfficientNetLiteSize, Stage
from salience.models.image_classifier import ImageClassifier

SIZE = EfficientNetLiteSize(
    image_size=32,
    stem_width=8,
    stages=(Stage(1, 3, 1, 1, 8), Stage(2, 5, 2, 6, 12), Stage(2, 3, 2, 6, 16)),
    head_width=32,
)


@pytest.fixture(scope="module")
def network() -> ImageClassifier:
    torch.manual_seed(0)
    network = ImageClassifier(SIZE, num_classes=7)
    torch.nn.init.normal_(network.pooling.classes.weight)
    torch.nn.init.constant_(network.pooling.sharpness, 0.5)
    return network.eval()


@pytest.fixture(scope="module")
def engines(
    network: ImageClassifier, tmp_path_factory: pytest.TempPathFactory
) -> tuple[PyTorchImageClassifier, OnnxImageClassifier]:
    folder = tmp_path_factory.mktemp("onnxruntime")
    convert_image_classifier(network, folder)
    reference = PyTorchImageClassifier(network, device="cpu", threads=1)
    return reference, OnnxImageClassifier(folder, threads=1)


def images(num_images: int) -> list[Pixels]:
    generator = np.random.default_rng(1)
    return list(generator.integers(0, 256, (num_images, 32, 32, 3), dtype=np.uint8))


@pytest.mark.parametrize("num_images", [1, 2, 5])
def test_the_engines_agree(
    engines: tuple[PyTorchImageClassifier, OnnxImageClassifier], num_images: int
) -> None:
    reference, fast = engines

    for expected, found in zip(
        reference.run(images(num_images)), fast.run(images(num_images)), strict=True
    ):
        assert found.probabilities.shape == (7,)
        assert found.attention.shape == (4, 4)
        np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-5)
        np.testing.assert_allclose(found.attention, expected.attention, atol=1e-5)


def test_neighbours_change_nothing(
    engines: tuple[PyTorchImageClassifier, OnnxImageClassifier],
) -> None:
    for engine in engines:
        together = engine.run(images(4))
        (alone,) = engine.run(images(4)[2:3])

        np.testing.assert_allclose(together[2].probabilities, alone.probabilities, atol=1e-6)


def test_the_file_holds_single_precision(network: ImageClassifier, tmp_path: Path) -> None:
    convert_image_classifier(network, tmp_path)

    stored = onnx.load(tmp_path / MODEL_FILE).graph.initializer
    assert {tensor.data_type for tensor in stored if len(tensor.dims) > 1} == {
        onnx.TensorProto.FLOAT
    }
    assert [file.name for file in tmp_path.iterdir()] == [MODEL_FILE]
