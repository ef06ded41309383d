"""Token classification in ONNX Runtime with int8 weights, for a CPU."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from salience.engines.engine import Tokens
from salience.engines.explained_scores import ExplainedScores
from salience.engines.padding import padded
from salience.engines.rollout import explained_rows

MODEL_FILE, EXPLAINED_FILE = "model.onnx", "explained.onnx"
SCORES = "scores"


class OnnxTokenClassifier:
    """Runs a file with the inputs `tokens` and `lengths` and the output `scores`.

    Beside it may be one that also gives the weights of every layer of attention; it is
    loaded when an explanation is first asked for.
    """

    name = "onnxruntime-int8"
    device = "cpu"

    def __init__(self, folder: Path, *, threads: int, name: str = name) -> None:
        self.name = name
        self._folder = folder
        self._threads = threads
        self._session = self._load(MODEL_FILE)

    def run(self, batch: Sequence[Tokens]) -> Sequence[NDArray[np.float32]]:
        """The scores of each sequence, [tokens, tags], before softmax."""
        tokens, lengths = padded(batch)
        (rows,) = self._session.run([SCORES], {"tokens": tokens, "lengths": lengths})
        return [row[:length] for row, length in zip(rows, lengths, strict=True)]

    @property
    def explains(self) -> bool:
        """Whether there is a file with the weights of the layers as outputs."""
        return (self._folder / EXPLAINED_FILE).exists()

    def explain(self, batch: Sequence[Tokens]) -> Sequence[ExplainedScores]:
        """The same with attention rollout."""
        tokens, lengths = padded(batch)
        outputs = self._explaining.run(None, {"tokens": tokens, "lengths": lengths})
        return explained_rows(outputs, lengths)

    @cached_property
    def _explaining(self) -> onnxruntime.InferenceSession:
        return self._load(EXPLAINED_FILE)

    def _load(self, file: str) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(
            self._folder / file, options, providers=["CPUExecutionProvider"]
        )
