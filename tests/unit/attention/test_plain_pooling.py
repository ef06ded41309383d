from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from salience.attention import average_pooling, maximum_pooling

VALUE = torch.tensor([[[1.0, -5.0], [3.0, -7.0], [90.0, 90.0]], [[1.0, 1.0]] * 3])
VISIBLE = torch.tensor([[True, True, False], [False, False, False]])


def test_the_average_is_of_what_is_visible() -> None:
    assert_close(average_pooling(VALUE, visible=VISIBLE), torch.tensor([[2.0, -6.0], [0.0, 0.0]]))


def test_the_maximum_is_of_what_is_visible() -> None:
    assert_close(maximum_pooling(VALUE, visible=VISIBLE), torch.tensor([[3.0, -5.0], [0.0, 0.0]]))


@pytest.mark.parametrize("pooling", [average_pooling, maximum_pooling])
def test_nothing_to_pool_gives_zeros(pooling: Callable[..., Tensor]) -> None:
    found = pooling(torch.empty(2, 0, 3), visible=torch.empty(2, 0, dtype=torch.bool))

    assert_close(found, torch.zeros(2, 3))
