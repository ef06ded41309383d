import torch
from torch import Tensor, nn

from salience.attention import AttentionPooling
from salience.training.attention_sharpness import fit_sharpness


def pooling() -> AttentionPooling:
    made = AttentionPooling(width=2, num_classes=2)
    nn.init.eye_(made.classes.weight)
    nn.init.zeros_(made.classes.bias)
    return made


def maps(*places: tuple[float, float]) -> Tensor:
    return torch.tensor([places])


def test_evidence_for_the_right_class_in_one_place_asks_for_a_sharp_look() -> None:
    made, features = pooling(), maps((3.0, 0.0), (0.0, 0.2), (0.0, 0.2))

    fit_sharpness(made, features, torch.tensor([0]))

    assert made.sharpness > 0.5
    assert made(features).weights.argmax() == 0


def test_strong_places_that_mislead_leave_the_average() -> None:
    made = pooling()
    nn.init.constant_(made.sharpness, 0.7)

    fit_sharpness(made, maps((2.0, 0.0), (0.0, 0.9), (0.0, 0.9)), torch.tensor([1]))

    assert made.sharpness == 0


def test_only_the_sharpness_changes() -> None:
    made = pooling()

    fit_sharpness(made, maps((3.0, 0.0), (0.0, 0.2)), torch.tensor([0]))

    assert torch.equal(made.classes.weight, torch.eye(2))
