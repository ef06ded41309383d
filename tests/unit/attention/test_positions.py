import math

import pytest

from salience.attention import sinusoidal_positions


def test_the_halves_are_the_sines_and_cosines_of_the_same_angles() -> None:
    vector = sinusoidal_positions(8, 4)[3].tolist()

    slow = 3 / 10_000
    expected = [math.sin(3), math.sin(slow), math.cos(3), math.cos(slow)]
    assert vector == pytest.approx(expected, abs=1e-6)
