"""Writes the networks of Hugging Face checkpoints as ONNX files."""

from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from salience.engines.onnx_export import (
    ExportedInput,
    exported,
    write_int8_file,
    write_without_explanation,
)
from salience.engines.onnx_token_classifier import EXPLAINED_FILE, MODEL_FILE, SCORES
from salience.models.hugging_face import MaskedTokenClassifier


def convert_classifier(network: MaskedTokenClassifier, folder: Path, *, max_len: int) -> None:
    """Write a token classifier that reads at most `max_len` tokens into `folder`."""
    batch, length = torch.export.Dim("batch"), torch.export.Dim("len", max=max_len)
    tokens = ExportedInput("tokens", torch.ones(2, 3, dtype=torch.long), {0: batch, 1: length})
    lengths = ExportedInput("lengths", torch.tensor([3, 2]), {0: batch})
    explaining = _Explained(network)
    _, *weights = explaining(tokens.example, lengths.example)
    outputs = [SCORES, *(f"attention_{number}" for number in range(len(weights)))]
    onnx.save(exported(explaining, [tokens, lengths], outputs), folder / EXPLAINED_FILE)
    write_without_explanation(folder / EXPLAINED_FILE, folder / MODEL_FILE)


def quantize(exact: Path, folder: Path) -> None:
    """Write what stands in `exact` with int8 matrices into `folder`."""
    write_int8_file(onnx.load(exact / EXPLAINED_FILE), folder / EXPLAINED_FILE)
    write_without_explanation(folder / EXPLAINED_FILE, folder / MODEL_FILE)


class _Explained(nn.Module):
    """A classifier that gives the weights of all layers too."""

    def __init__(self, network: MaskedTokenClassifier) -> None:
        super().__init__()
        self.network = network

    def forward(self, tokens: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
        """Scores [batch, len, tags], and for each layer weights [batch, heads, len, len]."""
        scores, weights = self.network.explained(tokens, lengths)
        return scores, *weights
