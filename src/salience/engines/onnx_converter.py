"""Writes a token classifier as an ONNX file with int8 weights.

The embeddings keep half precision. Activations are quantized while the model runs, with
one scale for the whole batch: whoever wants a text's scores to be its own runs it alone.
"""

import ast
import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import jaxtyping
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from salience.engines.onnx_token_classifier import MODEL_FILE
from salience.models.token_classifier import TokenClassifier

EXACT_MODULES = {"encoder.layers.0.outer", "encoder.layers.1.outer", "tags"}
"""What keeps single precision: these modules' inputs have outliers that widen the scale.

Chosen on the development set, for a tenth more time.
"""
_SCOPES = "pkg.torch.onnx.name_scopes"


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
    model = _exported(network)
    exact = [node.name for node in model.graph.node if _module(node) in EXACT_MODULES]
    for node in model.graph.node:
        del node.metadata_props[:]
    with _quiet():
        quantize_dynamic(
            model,
            folder / MODEL_FILE,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=exact,
            extra_options={"MatMulConstBOnly": True},
        )


def _exported(network: TokenClassifier) -> onnx.ModelProto:
    compact = deepcopy(network).cpu().float().eval()
    embedding = compact.encoder.embedding
    embedding.pieces = HalfPrecisionEmbedding(embedding.pieces)  # type: ignore[assignment]
    batch, length = torch.export.Dim("batch"), torch.export.Dim("len", max=network.size.max_len)
    example = torch.ones(2, 3, dtype=torch.long), torch.tensor([3, 2])
    with _quiet(), _without_shape_checks():
        program = torch.onnx.export(
            compact,
            example,
            input_names=["tokens", "lengths"],
            output_names=["scores"],
            dynamic_shapes=({0: batch, 1: length}, {0: batch}),
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    return program.model_proto


def _module(node: onnx.NodeProto) -> str:
    """The module of the network that a node computes, such as `encoder.layers.0.inner`."""
    scopes = {entry.key: entry.value for entry in node.metadata_props}.get(_SCOPES, "[]")
    modules: list[str] = ast.literal_eval(scopes)[:-1]
    return modules[-1] if modules else ""


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's progress and advice out of the caller's output."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


@contextlib.contextmanager
def _without_shape_checks() -> Iterator[None]:
    """The exporter calls the network with symbols for sizes, which the checks refuse."""
    disabled = jaxtyping.config.jaxtyping_disable
    jaxtyping.config.update("jaxtyping_disable", True)
    try:
        yield
    finally:
        jaxtyping.config.update("jaxtyping_disable", disabled)
