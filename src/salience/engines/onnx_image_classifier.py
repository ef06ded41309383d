"""Image classification in ONNX Runtime, for a CPU."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from salience.engines.seen_image import Pixels, SeenImage

MODEL_FILE = "model.onnx"
INPUT, OUTPUTS = "pixels", ("probabilities", "attention")


class OnnxImageClassifier:
    """Runs a file with the input `pixels` and the outputs `probabilities` and `attention`."""

    name = "onnxruntime"
    device = "cpu"

    def __init__(self, folder: Path, *, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            folder / MODEL_FILE, options, providers=["CPUExecutionProvider"]
        )

    def run(self, batch: Sequence[Pixels]) -> list[SeenImage]:
        """What each image shows, and where."""
        outputs = self._session.run(list(OUTPUTS), {INPUT: np.stack(batch)})
        return [SeenImage(*rows) for rows in zip(*outputs, strict=True)]
