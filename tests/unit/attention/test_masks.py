import pytest
import torch

from salience.attention import bidirectional_mask, causal_mask, padding_mask, window_mask


def test_a_padding_mask_shows_the_first_keys_of_each_row() -> None:
    mask = padding_mask(torch.tensor([3, 1]), 3)

    assert mask[:, 0, 0].tolist() == [[True, True, True], [True, False, False]]


def test_a_causal_mask_hides_the_future() -> None:
    assert causal_mask(3)[0, 0].tolist() == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_a_causal_mask_over_a_cache_is_the_end_of_the_whole_one() -> None:
    assert torch.equal(causal_mask(2, 5), causal_mask(5)[:, :, 3:])


def test_a_bidirectional_mask_shows_everything() -> None:
    mask = bidirectional_mask(2, 3)

    assert mask.shape == (1, 1, 2, 3)
    assert mask.all()


def test_a_window_shows_what_is_near_its_centre() -> None:
    mask = window_mask(torch.tensor([0.0, 2.5]), 5, half_width=1)

    assert mask.tolist() == [
        [True, True, False, False, False],
        [False, False, True, True, False],
    ]


def test_a_window_counts_keys_beyond_those_that_half_precision_can() -> None:
    mask = window_mask(torch.tensor([1000.0]).bfloat16(), 2_000, half_width=2)

    assert mask[0].nonzero().flatten().tolist() == [998, 999, 1000, 1001, 1002]


def test_a_negative_window_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        window_mask(torch.zeros(1), 5, half_width=-1)
