"""Object detection in PyTorch: the reference, and the engine for a GPU."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from salience.engines.detected_objects import DetectedObjects
from salience.engines.seen_image import Pixels
from salience.models.detection_transformer import DetectionTransformer
from salience.models.detections import Detections


class PyTorchObjectDetector:
    """Runs a network of pixels that gives scores, boxes and attention."""

    name = "pytorch"

    def __init__(self, network: nn.Module, *, device: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self.device = device
        self._network = network.to(device).eval()

    @torch.inference_mode()
    def run(self, batch: Sequence[Pixels]) -> list[DetectedObjects]:
        """The candidates of each image, without attention."""
        return self._detected(self._network, batch)

    @property
    def explains(self) -> bool:
        """Whether the network attends to the image."""
        return isinstance(self._network, DetectionTransformer)

    @torch.inference_mode()
    def explain(self, batch: Sequence[Pixels]) -> list[DetectedObjects]:
        """The same with attention."""
        assert isinstance(self._network, DetectionTransformer)
        return self._detected(self._network.explained, batch)

    def _detected(
        self, network: Callable[[Tensor], Detections], batch: Sequence[Pixels]
    ) -> list[DetectedObjects]:
        found = network(torch.from_numpy(np.stack(batch)).to(self.device))
        outputs = (output.float().cpu().numpy() for output in found)
        return [DetectedObjects(*rows) for rows in zip(*outputs, strict=True)]
