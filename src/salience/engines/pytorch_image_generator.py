"""Image generation in PyTorch: the reference, and the engine for a GPU."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from salience.engines.made_picture import MadePicture, Noise
from salience.models.adversarial import Generated, Generator


class PyTorchImageGenerator:
    """Runs a network of noise that gives pixels and attention."""

    name = "pytorch"

    def __init__(self, network: Generator, *, device: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self.device = device
        self._network = network.to(device).eval()

    @torch.inference_mode()
    def run(self, batch: Sequence[Noise]) -> list[MadePicture]:
        """The picture of each row, without attention."""
        return self._made(self._network, batch)

    @property
    def explains(self) -> bool:
        """Whether the network attends."""
        return self._network.attention is not None

    @torch.inference_mode()
    def explain(self, batch: Sequence[Noise]) -> list[MadePicture]:
        """The same with attention."""
        return self._made(self._network.explained, batch)

    def _made(
        self, network: Callable[[Tensor], Generated], batch: Sequence[Noise]
    ) -> list[MadePicture]:
        made = network(torch.from_numpy(np.stack(batch)).to(self.device))
        pixels, attention = made.pixels.cpu().numpy(), made.attention.float().cpu().numpy()
        return [MadePicture(*rows) for rows in zip(pixels, attention, strict=True)]
