"""Writes the networks of Hugging Face checkpoints as ONNX files."""

from pathlib import Path

import onnx
import torch

from salience.engines.onnx_export import ExportedInput, exported, write_int8_file
from salience.engines.onnx_token_classifier import MODEL_FILE
from salience.models.hugging_face import MaskedTokenClassifier


def convert_classifier(network: MaskedTokenClassifier, folder: Path, *, max_len: int) -> None:
    """Write a token classifier that reads at most `max_len` tokens into `folder`."""
    batch, length = torch.export.Dim("batch"), torch.export.Dim("len", max=max_len)
    tokens = ExportedInput("tokens", torch.ones(2, 3, dtype=torch.long), {0: batch, 1: length})
    lengths = ExportedInput("lengths", torch.tensor([3, 2]), {0: batch})
    onnx.save(exported(network, [tokens, lengths]), folder / MODEL_FILE)


def quantize(exact: Path, folder: Path) -> None:
    """Write what stands in `exact` with int8 matrices into `folder`."""
    write_int8_file(onnx.load(exact / MODEL_FILE), folder / MODEL_FILE)
