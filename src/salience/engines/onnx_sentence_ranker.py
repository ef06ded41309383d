"""Sentence ranking in ONNX Runtime with int8 weights, for a CPU."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from salience.engines.engine import Tokens
from salience.engines.padding import padded
from salience.engines.sentence_starts import sentence_starts

MODEL_FILE = "model.onnx"


class OnnxSentenceRanker:
    """Runs the file that `convert_ranker_to_onnx_int8` wrote into a folder."""

    name = "onnxruntime-int8"
    device = "cpu"

    def __init__(self, folder: Path, *, marker: int, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._marker = marker
        self._session = onnxruntime.InferenceSession(
            folder / MODEL_FILE, options, providers=["CPUExecutionProvider"]
        )

    def run(self, batch: Sequence[Tokens]) -> Sequence[NDArray[np.float32]]:
        """The score of each sentence of each sequence, before the sigmoid."""
        tokens, lengths = padded(batch)
        starts, counts = sentence_starts(batch, self._marker)
        inputs = {"tokens": tokens, "lengths": lengths, "starts": starts}
        (rows,) = self._session.run(None, inputs)
        return [row[:count] for row, count in zip(rows, counts, strict=True)]
