"""Object detection in PyTorch: the reference, and the engine for a GPU."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from salience.engines.detected_objects import DetectedObjects
from salience.engines.seen_image import Pixels


class PyTorchObjectDetector:
    """Runs a network of pixels that gives scores, boxes and attention."""

    name = "pytorch"

    def __init__(self, network: nn.Module, *, device: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self.device = device
        self._network = network.to(device).eval()

    @torch.inference_mode()
    def run(self, batch: Sequence[Pixels]) -> list[DetectedObjects]:
        """The candidates of each image."""
        found = self._network(torch.from_numpy(np.stack(batch)).to(self.device))
        outputs = (output.float().cpu().numpy() for output in found)
        return [DetectedObjects(*rows) for rows in zip(*outputs, strict=True)]
