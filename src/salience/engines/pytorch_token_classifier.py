"""Token classification in PyTorch: the reference, and the engine for a GPU."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from salience.engines.engine import Tokens
from salience.engines.explained_scores import ExplainedScores
from salience.engines.padding import padded
from salience.engines.rollout import explained_rows
from salience.models.token_classifier import ExplainingClassifier


class PyTorchTokenClassifier:
    """Runs a network of (tokens, lengths) that scores every tag at every token."""

    name = "pytorch"

    def __init__(self, network: nn.Module, *, device: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self.device = device
        self._network = network.to(device).eval()

    @torch.inference_mode()
    def run(self, batch: Sequence[Tokens]) -> Sequence[NDArray[np.float32]]:
        """The scores of each sequence, [tokens, tags], before softmax."""
        tokens, lengths = padded(batch)
        scores = self._network(
            torch.from_numpy(tokens).to(self.device), torch.from_numpy(lengths).to(self.device)
        )
        rows = scores.float().cpu().numpy()
        return [row[:length] for row, length in zip(rows, lengths, strict=True)]

    @property
    def explains(self) -> bool:
        """Whether the network tells where it looked."""
        return isinstance(self._network, ExplainingClassifier)

    @torch.inference_mode()
    def explain(self, batch: Sequence[Tokens]) -> Sequence[ExplainedScores]:
        """The same with attention rollout."""
        assert isinstance(self._network, ExplainingClassifier)
        tokens, lengths = padded(batch)
        scores, weights = self._network.explained(
            torch.from_numpy(tokens).to(self.device), torch.from_numpy(lengths).to(self.device)
        )
        outputs = [output.float().cpu().numpy() for output in (scores, *weights)]
        return explained_rows(outputs, lengths)
