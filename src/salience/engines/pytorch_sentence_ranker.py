"""Sentence ranking in PyTorch: the reference, and the engine for a GPU."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from salience.engines.engine import Tokens
from salience.engines.padding import padded
from salience.engines.sentence_starts import sentence_starts


class PyTorchSentenceRanker:
    """Runs a network of (tokens, lengths, starts); every sentence begins with `marker`."""

    name = "pytorch"

    def __init__(self, network: nn.Module, *, marker: int, device: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self.device = device
        self._marker = marker
        self._network = network.to(device).eval()

    @torch.inference_mode()
    def run(self, batch: Sequence[Tokens]) -> Sequence[NDArray[np.float32]]:
        """The score of each sentence of each sequence, before the sigmoid."""
        tokens, lengths = padded(batch)
        starts, counts = sentence_starts(batch, self._marker)
        inputs = (torch.from_numpy(array).to(self.device) for array in (tokens, lengths, starts))
        rows = self._network(*inputs).float().cpu().numpy()
        return [row[:count] for row, count in zip(rows, counts, strict=True)]
