"""How much each token's last state came from each token, through all layers.

Source: Abnar and Zuidema, "Quantifying Attention Flow in Transformers" (2020), section 3: each
layer is the mean of its heads and the residual connection, half and half, and the layers are
multiplied.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from salience.engines.explained_scores import ExplainedScores


def attention_rollout(layers: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
    """From weights [heads, tokens, tokens] of each layer, the first one first, to one matrix.

    Its rows, one for each token, sum to 1.
    """
    first, *others = (_with_residual(weights) for weights in layers)
    rolled = first
    for mixed in others:
        rolled = mixed @ rolled
    return rolled


def explained_rows(
    outputs: Sequence[NDArray[np.float32]], lengths: Iterable[int]
) -> list[ExplainedScores]:
    """From a padded batch, scores first and then the weights of each layer, to its rows."""
    return [
        ExplainedScores(
            scores[:length],
            attention_rollout(layer[:, :length, :length] for layer in layers),
        )
        for length, scores, *layers in zip(lengths, *outputs, strict=True)
    ]


def _with_residual(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    itself = np.eye(weights.shape[-1], dtype=np.float32)
    return np.asarray((weights.mean(axis=0) + itself) / 2, dtype=np.float32)
