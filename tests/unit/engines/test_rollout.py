import numpy as np
from numpy.typing import NDArray

from salience.engines.rollout import attention_rollout


def random_layer(seed: int, heads: int = 3, tokens: int = 5) -> NDArray[np.float32]:
    weights = np.random.default_rng(seed).random((heads, tokens, tokens), dtype=np.float32)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True), dtype=np.float32)


def test_rows_sum_to_one() -> None:
    rolled = attention_rollout([random_layer(1), random_layer(2), random_layer(3)])

    np.testing.assert_allclose(rolled.sum(axis=1), 1, rtol=1e-5)


def test_one_layer_is_half_its_heads_mean_and_half_the_token_itself() -> None:
    layer = random_layer(4)

    np.testing.assert_allclose(attention_rollout([layer]), layer.mean(0) / 2 + np.eye(5) / 2)


def test_what_a_later_layer_takes_from_a_token_is_what_that_token_had_taken() -> None:
    """The second token copies the first; then the third copies the second."""
    first, second = np.zeros((2, 1, 3, 3), dtype=np.float32)
    first[0, [0, 1, 2], [0, 0, 2]] = 1
    second[0, [0, 1, 2], [0, 1, 1]] = 1

    rolled = attention_rollout([first, second])

    np.testing.assert_allclose(rolled[2], [0.25, 0.25, 0.5])
