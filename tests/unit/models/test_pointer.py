import math

import pytest
import torch
from torch import Tensor

from salience.models.pointer import Choices, Pointer

WIDTH, VOCABULARY = 8, 20
GENERATED = torch.tensor([2, 5, 7])
TEXT = torch.tensor([[5, 11, 5, 0], [9, 3, 0, 0]])
VISIBLE = torch.tensor([[True, True, True, True], [True, True, False, False]])[:, None, None]


@pytest.fixture
def pointer() -> Pointer:
    torch.manual_seed(1)
    return Pointer(width=WIDTH, vocabulary=VOCABULARY, generated=GENERATED).eval()


def random_choices(pointer: Pointer) -> Choices:
    torch.manual_seed(2)
    return pointer(torch.randn(2, 3, WIDTH), torch.randn(2, 4, WIDTH), VISIBLE)  # type: ignore[no-any-return]


def test_the_probabilities_of_the_whole_vocabulary_sum_to_one(pointer: Pointer) -> None:
    distribution = pointer.distribution(random_choices(pointer), TEXT)

    assert torch.allclose(distribution.sum(-1), torch.ones(2, 3))


def test_the_distribution_is_the_mixture_that_the_paper_writes(pointer: Pointer) -> None:
    written = torch.tensor([0.5, 0.3, 0.2]).log()
    copied = torch.tensor([0.1, 0.2, 0.4, 0.3])
    choices = Choices(torch.tensor([[0.25]]), written[None, None], copied[None, None])

    found = pointer.distribution(choices, torch.tensor([[5, 11, 5, 7]]))[0, 0]

    expected = {
        2: 0.25 * 0.5,
        5: 0.25 * 0.3 + 0.75 * (0.1 + 0.4),
        7: 0.25 * 0.2 + 0.75 * 0.3,
        11: 0.75 * 0.2,
    }
    for piece in range(VOCABULARY):
        assert float(found[piece]) == pytest.approx(expected.get(piece, 0.0), abs=1e-6)


def test_a_piece_outside_of_the_written_vocabulary_is_copied(pointer: Pointer) -> None:
    distribution = pointer.distribution(random_choices(pointer), TEXT)

    assert (distribution[0, :, 11] > 0).all()
    assert (distribution[1, :, 11] == 0).all()


def test_padding_is_never_copied(pointer: Pointer) -> None:
    choices = random_choices(pointer)

    assert (choices.copied[1, :, 2:] == 0).all()
    assert (pointer.distribution(choices, TEXT)[1, :, 0] == 0).all()


def test_what_is_padded_does_not_change_the_choices(pointer: Pointer) -> None:
    hidden, keys = torch.randn(2, 3, WIDTH), torch.randn(2, 4, WIDTH)
    other = keys.clone()
    other[1, 2:] = 100.0

    for one, same in zip(
        pointer(hidden, keys, VISIBLE), pointer(hidden, other, VISIBLE), strict=True
    ):
        assert torch.equal(one, same)


def test_the_likelihood_of_a_piece_is_its_place_in_the_distribution(pointer: Pointer) -> None:
    choices = random_choices(pointer)
    expected = torch.tensor([[5, 11, 2], [9, 7, 3]])

    found = pointer.log_likelihood(choices, TEXT, expected)

    assert torch.allclose(
        found.exp(), _gathered(pointer.distribution(choices, TEXT), expected), atol=1e-6
    )


def test_it_knows_which_pieces_it_cannot_say(pointer: Pointer) -> None:
    expected = torch.tensor([[11, 9, 7], [11, 9, 7]])

    assert pointer.can_say(TEXT, expected).tolist() == [[True, False, True], [False, True, True]]
    impossible = pointer.log_likelihood(random_choices(pointer), TEXT, expected)[0, 1].detach()
    assert float(impossible) < math.log(1e-8)


def _gathered(distribution: Tensor, expected: Tensor) -> Tensor:
    return distribution.gather(2, expected[..., None]).squeeze(-1)
