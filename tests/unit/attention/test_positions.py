import math

import pytest

from salience.attention import sinusoidal_positions


def test_the_halves_are_the_sines_and_cosines_of_the_same_angles() -> None:
    vector = sinusoidal_positions(8, 16)[3].tolist()

    angles = [3 * 10_000 ** (-i / 7) for i in range(8)]
    expected = [*map(math.sin, angles), *map(math.cos, angles)]
    assert vector == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("width", [7, 2, 0])
def test_a_width_without_two_frequencies_in_two_halves_is_refused(width: int) -> None:
    with pytest.raises(ValueError, match=f"the width is {width}"):
        sinusoidal_positions(8, width)
