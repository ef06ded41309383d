"""Image generation in PyTorch: the reference, and the engine for a GPU."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from salience.engines.made_picture import MadePicture, Noise


class PyTorchImageGenerator:
    """Runs a network of noise that gives pixels and attention."""

    name = "pytorch"

    def __init__(self, network: nn.Module, *, device: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self.device = device
        self._network = network.to(device).eval()

    @torch.inference_mode()
    def run(self, batch: Sequence[Noise]) -> list[MadePicture]:
        """The picture of each row."""
        made = self._network(torch.from_numpy(np.stack(batch)).to(self.device))
        pixels, attention = made.pixels.cpu().numpy(), made.attention.float().cpu().numpy()
        return [MadePicture(*rows) for rows in zip(pixels, attention, strict=True)]
