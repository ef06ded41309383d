"""Writes a network around a BERT encoder as an ONNX file with int8 weights.

The embeddings keep half precision. Activations are quantized while the model runs, with
one scale for the whole batch: whoever wants a text's scores to be its own runs it alone.
"""

from collections.abc import Collection, Sequence
from copy import deepcopy
from pathlib import Path

import torch
from torch import Tensor, nn

from salience.engines.onnx_export import (
    ExportedInput,
    exported,
    write_int8_file,
    write_without_explanation,
)
from salience.engines.onnx_token_classifier import EXPLAINED_FILE, MODEL_FILE, SCORES
from salience.models.bert_encoder import BertEncoder
from salience.models.token_classifier import TokenClassifier

EXACT_MODULES = {"encoder.layers.0.outer", "encoder.layers.1.outer", "tags"}
"""What keeps single precision: these modules' inputs have outliers that widen the scale.

Chosen on the development set, for a tenth more time.
"""


class HalfPrecisionEmbedding(nn.Module):
    """An embedding kept in 16 bits and read in 32: half the file, the same speed."""

    def __init__(self, embedding: nn.Embedding) -> None:
        super().__init__()
        self.weight = nn.Parameter(embedding.weight.half(), requires_grad=False)

    def forward(self, index: Tensor) -> Tensor:
        """The vectors of these indices, in single precision."""
        return nn.functional.embedding(index, self.weight).float()


def convert_to_onnx_int8(network: TokenClassifier, folder: Path) -> None:
    """Write `network` into the empty folder `folder`."""
    batch, length = torch.export.Dim("batch"), torch.export.Dim("len", max=network.size.max_len)
    tokens = ExportedInput("tokens", torch.ones(2, 3, dtype=torch.long), {0: batch, 1: length})
    lengths = ExportedInput("lengths", torch.tensor([3, 2]), {0: batch})
    layers = [f"attention_{number}" for number in range(network.size.num_layers)]
    write_int8(
        _Explained(network),
        [tokens, lengths],
        folder / EXPLAINED_FILE,
        exact=EXACT_MODULES,
        outputs=[SCORES, *layers],
    )
    write_without_explanation(folder / EXPLAINED_FILE, folder / MODEL_FILE)


class _Explained(nn.Module):
    """A classifier that gives the weights of all layers too; its modules keep their names."""

    def __init__(self, network: TokenClassifier) -> None:
        super().__init__()
        self.encoder, self.tags = network.encoder, network.tags

    def forward(self, tokens: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
        """Scores [batch, len, tags], and for each layer weights [batch, heads, len, len]."""
        states, weights = self.encoder.attend(tokens, lengths)
        return self.tags(states), *weights


def write_int8(
    network: nn.Module,
    inputs: list[ExportedInput],
    file: Path,
    *,
    exact: Collection[str],
    outputs: Sequence[str] = (SCORES,),
) -> None:
    """Write a network that has an `encoder`; the modules `exact` keep single precision."""
    write_int8_file(exported(_compact(network), inputs, outputs), file, exact=exact)


def _compact(network: nn.Module) -> nn.Module:
    compact = deepcopy(network).cpu().float().eval()
    assert isinstance(compact.encoder, BertEncoder)
    embedding = compact.encoder.embedding
    embedding.pieces = HalfPrecisionEmbedding(embedding.pieces)  # type: ignore[assignment]
    return compact
