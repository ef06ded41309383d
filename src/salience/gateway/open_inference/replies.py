"""Typed replies as tensors."""

from collections.abc import Callable, Mapping

from salience.errors import InvalidInput
from salience.gateway.item_messages import ItemReply, ItemResult
from salience.gateway.json_form import to_json
from salience.gateway.open_inference.tensors import DATATYPE, packed
from salience.gateway.task_kinds import SUMMARIZATION, TRANSLATION, TaskKind
from salience.v1.open_inference.inference_pb2 import ModelInferRequest, ModelInferResponse

RESULTS = "results"
"""The output that every model has: each item's whole result as JSON."""

_TEXT_OF: Mapping[int, Callable[..., str]] = {
    TRANSLATION.task: lambda result: result.translation.text,
    SUMMARIZATION.task: lambda result: result.summary.text,
}


def output_names(kind: TaskKind) -> list[str]:
    """The tensors that a model of the task writes."""
    return [RESULTS, *(["texts"] if kind.task in _TEXT_OF else [])]


def check_outputs(kind: TaskKind, request: ModelInferRequest) -> None:
    """Raise InvalidInput for an output that the task has not."""
    known = output_names(kind)
    for index, output in enumerate(request.outputs):
        if output.name not in known:
            message = f"there is no output {output.name[:60]!r}; there are {', '.join(known)}"
            raise InvalidInput(message, field=f"outputs[{index}]")


def tensor_reply(
    kind: TaskKind, request: ModelInferRequest, reply: ItemReply
) -> ModelInferResponse:
    """The outputs asked for, or all; raw if the request was."""
    names = [output.name for output in request.outputs] or output_names(kind)
    response = ModelInferResponse(
        model_name=reply.model, model_version=reply.model_version, id=request.id
    )
    for name in names:
        elements = [_element(kind, name, result) for result in reply.results]
        tensor = response.outputs.add(name=name, datatype=DATATYPE, shape=[len(elements)])
        if request.raw_input_contents:
            response.raw_output_contents.append(packed(elements))
        else:
            tensor.contents.bytes_contents.extend(elements)
    return response


def _element(kind: TaskKind, name: str, result: ItemResult) -> bytes:
    return (to_json(result) if name == RESULTS else _TEXT_OF[kind.task](result)).encode()
