import torch

from salience.attention import causal_mask, padding_mask


def test_a_padding_mask_shows_the_first_keys_of_each_row() -> None:
    mask = padding_mask(torch.tensor([3, 1]), 3)

    assert mask[:, 0, 0].tolist() == [[True, True, True], [True, False, False]]


def test_a_causal_mask_hides_the_future() -> None:
    assert causal_mask(3)[0, 0].tolist() == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
