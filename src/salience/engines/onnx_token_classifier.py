"""Token classification in ONNX Runtime with int8 weights, for a CPU."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from salience.engines.engine import Tokens
from salience.engines.padding import padded

MODEL_FILE = "model.onnx"


class OnnxTokenClassifier:
    """Runs a file with the inputs `tokens` and `lengths` and the output `scores`."""

    name = "onnxruntime-int8"
    device = "cpu"

    def __init__(self, folder: Path, *, threads: int, name: str = name) -> None:
        self.name = name
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            folder / MODEL_FILE, options, providers=["CPUExecutionProvider"]
        )

    def run(self, batch: Sequence[Tokens]) -> Sequence[NDArray[np.float32]]:
        """The scores of each sequence, [tokens, tags], before softmax."""
        tokens, lengths = padded(batch)
        (rows,) = self._session.run(None, {"tokens": tokens, "lengths": lengths})
        return [row[:length] for row, length in zip(rows, lengths, strict=True)]
