"""Image classification in PyTorch: the reference, and the engine for a GPU."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from salience.engines.seen_image import Pixels, SeenImage


class PyTorchImageClassifier:
    """Runs a network of pixels that gives probabilities and attention."""

    name = "pytorch"

    def __init__(self, network: nn.Module, *, device: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self.device = device
        self._network = network.to(device).eval()

    @torch.inference_mode()
    def run(self, batch: Sequence[Pixels]) -> list[SeenImage]:
        """What each image shows, and where."""
        seen = self._network(torch.from_numpy(np.stack(batch)).to(self.device))
        probabilities, attention = (output.float().cpu().numpy() for output in seen)
        return [SeenImage(*rows) for rows in zip(probabilities, attention, strict=True)]
