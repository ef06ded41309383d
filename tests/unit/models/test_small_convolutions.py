from dataclasses import asdict

import pytest
import torch
from torch.testing import assert_close

from salience.models.small_convolutions import (
    ConvolutionsSize,
    SmallConvolutions,
    convolutions_size,
)

SMALL = ConvolutionsSize(image_size=16, stem_width=4, widths=(4, 8, 8))


def network(*, attention: bool) -> SmallConvolutions:
    torch.manual_seed(0)
    size = ConvolutionsSize(**{**asdict(SMALL), "attention": attention})
    return SmallConvolutions(size, num_classes=5).eval()


def pictures(number: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (number, 16, 16, 3), dtype=torch.uint8, generator=generator)


def test_probabilities_and_the_map_sum_to_one() -> None:
    probabilities, attention = network(attention=True)(pictures(3))

    assert attention.shape == (3, 3, 3)
    assert_close(attention.sum(dim=(1, 2)), torch.ones(3))
    assert_close(probabilities.sum(dim=1), torch.ones(3))


def test_without_attention_there_is_no_map() -> None:
    probabilities, attention = network(attention=False)(pictures(2))

    assert attention.numel() == 0
    assert probabilities.shape == (2, 5)


@pytest.mark.parametrize("attention", [True, False])
def test_a_picture_is_named_as_it_is_alone(attention: bool) -> None:
    both = network(attention=attention)(pictures(2)).probabilities

    assert_close(network(attention=attention)(pictures(2)[1:]).probabilities, both[1:])


def test_what_a_place_lets_pass_changes_the_answer() -> None:
    model = network(attention=True)
    before = model.scores(pictures(1)).scores
    model.get_parameter("blocks.1.attention.spatial.look.bias").data.fill_(-20.0)

    assert not model.scores(pictures(1)).scores.equal(before)


def test_a_size_survives_its_json_form() -> None:
    assert convolutions_size({**asdict(SMALL), "widths": [4, 8, 8]}) == SMALL


def test_a_mirror_image_is_named_alike_and_looked_at_in_the_mirror() -> None:
    model = network(attention=True)

    one, mirrored = model(pictures(2)), model(pictures(2).flip(2))

    assert_close(mirrored.probabilities, one.probabilities)
    assert_close(mirrored.attention, one.attention.flip(2))
