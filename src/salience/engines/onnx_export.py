"""From a PyTorch network to an ONNX file, in single precision or with int8 weights."""

import ast
import contextlib
import io
import logging
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jaxtyping
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

SHARED_WEIGHTS = "weights.bin"
_SCOPES = "pkg.torch.onnx.name_scopes"


@dataclass(frozen=True)
class ExportedInput:
    """A network's input: its name, an example, and which of its sizes are free."""

    name: str
    example: Tensor
    free: dict[int, Any]


def exported(
    network: nn.Module, inputs: list[ExportedInput], outputs: Sequence[str] = ("scores",)
) -> onnx.ModelProto:
    """The network as an ONNX graph with those outputs."""
    with _quiet(), _without_shape_checks():
        program = torch.onnx.export(
            network,
            tuple(each.example for each in inputs),
            input_names=[each.name for each in inputs],
            output_names=list(outputs),
            dynamic_shapes=tuple(each.free for each in inputs),
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    return program.model_proto


def write_int8_file(model: onnx.ModelProto, file: Path, *, exact: Collection[str] = ()) -> None:
    """Write `model` with int8 matrices; the modules `exact` keep single precision.

    Activations are quantized while the model runs.
    """
    kept = [node.name for node in model.graph.node if _module(node) in exact]
    for node in model.graph.node:
        del node.metadata_props[:]
    with _quiet():
        quantize_dynamic(
            model,
            file,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=kept,
            extra_options={"MatMulConstBOnly": True},
        )


def write_without_explanation(explained: Path, plain: Path) -> None:
    """Write the graph in `explained` with its first output alone; both share their weights.

    Outputs cost a little even when nobody reads them: their memory is not used again.
    """
    model = onnx.load(explained)
    explained.unlink()
    onnx.save(model, explained, save_as_external_data=True, location=SHARED_WEIGHTS)
    explained.with_name(SHARED_WEIGHTS).chmod(explained.stat().st_mode)  # It is the owner's alone.
    del model.graph.output[1:]
    plain.write_bytes(model.SerializeToString())


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
