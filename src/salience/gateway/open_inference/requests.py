"""Requests by tensors as the typed requests that mean the same."""

from collections.abc import Sequence
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from salience.errors import InvalidInput
from salience.gateway.item_kinds import SEEDS
from salience.gateway.item_messages import Item, ItemRequest
from salience.gateway.json_form import from_fields
from salience.gateway.open_inference.tensors import DATATYPE, check_shape, unpacked
from salience.gateway.task_kinds import TaskKind
from salience.v1.open_inference.inference_pb2 import InferParameter, ModelInferRequest

LARGEST_SEED = 2**32 - 1
# What clients tell the server of the transport, and no model is to see.
_OF_THE_PROTOCOL = frozenset({"binary_data_output"})


def typed_request(kind: TaskKind, request: ModelInferRequest) -> ItemRequest:
    """The request of the task; raises InvalidInput that names a tensor or a parameter."""
    options = {
        name: _option(kind, name, parameter)
        for name, parameter in request.parameters.items()
        if name not in _OF_THE_PROTOCOL
    }
    typed: Any = from_fields(kind.request_type, options)
    typed.model = request.model_name
    getattr(typed, kind.items.field).extend(_items(kind, request))
    found: ItemRequest = typed
    return found


def option_names(kind: TaskKind) -> list[str]:
    """What may be given as a parameter."""
    taken = {kind.items.field, "model"}
    return [f.name for f in kind.request_type.DESCRIPTOR.fields if f.name not in taken]


def _option(kind: TaskKind, name: str, parameter: InferParameter) -> bool | int | float | str:
    field = f"parameters[{name[:60]}]"
    known = option_names(kind)
    if name not in known:
        raise InvalidInput(f"there is no such parameter; there are {', '.join(known)}", field=field)
    chosen = parameter.WhichOneof("parameter_choice")
    if chosen is None:
        raise InvalidInput("the parameter has no value", field=field)
    value: bool | int | float | str = getattr(parameter, chosen)
    return value


def _items(kind: TaskKind, request: ModelInferRequest) -> Sequence[Item]:
    name = kind.items.field
    if [tensor.name for tensor in request.inputs] != [name]:
        raise InvalidInput(f"there must be one input tensor, {name}", field="inputs")
    tensor, field = request.inputs[0], "inputs[0]"
    if tensor.datatype != DATATYPE:
        message = f"the datatype of {name} is {DATATYPE}, not {tensor.datatype[:20]!r}"
        raise InvalidInput(message, field=f"{field}.datatype")
    elements = _elements(request, field)
    check_shape(tensor.shape, len(elements), field=f"{field}.shape")
    if kind.request_type.DESCRIPTOR.fields_by_name[name].type == FieldDescriptor.TYPE_BYTES:
        return elements
    read = _seed if name == SEEDS.field else _text
    return [read(element, f"{name}[{index}]") for index, element in enumerate(elements)]


def _elements(request: ModelInferRequest, field: str) -> list[bytes]:
    if not request.raw_input_contents:
        return list(request.inputs[0].contents.bytes_contents)
    if len(request.raw_input_contents) != 1 or request.inputs[0].HasField("contents"):
        message = "there must be one raw content for each tensor, and no other"
        raise InvalidInput(message, field="raw_input_contents")
    return unpacked(request.raw_input_contents[0], field=field)


def _text(element: bytes, field: str) -> str:
    try:
        return element.decode()
    except UnicodeDecodeError:
        raise InvalidInput(f"{field} is not valid UTF-8", field=field) from None


def _seed(element: bytes, field: str) -> int:
    if not element.isdigit() or len(element) > 10 or int(element) > LARGEST_SEED:
        raise InvalidInput(f"{field} is no number from 0 to {LARGEST_SEED}", field=field)
    return int(element)
