"""Writes a sentence ranker as an ONNX file with int8 weights."""

from pathlib import Path

import torch

from salience.engines.onnx_converter import write_int8
from salience.engines.onnx_export import ExportedInput
from salience.engines.onnx_sentence_ranker import MODEL_FILE
from salience.models.sentence_ranker import SentenceRanker

EXACT_MODULES = {"encoder.layers.0.outer", "encoder.layers.1.outer", "score"}
"""What keeps single precision: these modules' inputs have outliers that widen the scale."""


def convert_ranker_to_onnx_int8(network: SentenceRanker, folder: Path) -> None:
    """Write `network` into the empty folder `folder`."""
    batch, sentences = torch.export.Dim("batch"), torch.export.Dim("sentences")
    length = torch.export.Dim("len", max=network.size.encoder.max_len)
    tokens = torch.ones(2, 6, dtype=torch.long)
    inputs = [
        ExportedInput("tokens", tokens, {0: batch, 1: length}),
        ExportedInput("lengths", torch.tensor([6, 5]), {0: batch}),
        ExportedInput("starts", torch.tensor([[0, 2, 4], [0, 3, 5]]), {0: batch, 1: sentences}),
    ]
    write_int8(network, inputs, folder / MODEL_FILE, exact=EXACT_MODULES)
