"""The REST form of inference: JSON, with tensors in it or, as raw bytes, behind it."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from salience.errors import InvalidInput
from salience.gateway.item_kinds import IMAGES
from salience.gateway.json_form import from_fields, json_object
from salience.gateway.open_inference.tensors import packed, unpacked
from salience.v1.open_inference.inference_pb2 import (
    ModelInferRequest,
    ModelInferResponse,
)

HEADER_LENGTH = "Inference-Header-Content-Length"


_OBJECTS = ("parameters", "inputs", "outputs")


def infer_request(body: bytes, json_length: int | None) -> ModelInferRequest:
    """The request in a body. Raises InvalidInput that names the field at fault."""
    if json_length is not None and not 0 <= json_length <= len(body):
        message = f"the length of the JSON is not within the body of {len(body)} bytes"
        raise InvalidInput(message, field=HEADER_LENGTH)
    length = len(body) if json_length is None else json_length
    fields = json_object(body[:length])
    rest = body[length:]
    _refuse_unknown(fields, ("id", "model_name", "model_version", *_OBJECTS), "")
    inputs = _tensors(fields.pop("inputs", []), "inputs")
    fields["parameters"] = _parameters(fields.get("parameters", {}), "parameters")
    for number, output in enumerate(_tensors(fields.get("outputs", []), "outputs")):
        where = f"outputs[{number}].parameters"
        output["parameters"] = _parameters(output.get("parameters", {}), where)
    request = from_fields(ModelInferRequest, fields)
    assert isinstance(request, ModelInferRequest)
    for number, tensor in enumerate(inputs):
        rest = _add_input(request, tensor, f"inputs[{number}]", rest)
    if rest:
        raise InvalidInput(f"{len(rest)} bytes belong to no tensor", field="inputs")
    return request


def infer_response(
    request: ModelInferRequest, response: ModelInferResponse
) -> tuple[bytes, int | None]:
    """A body, and the length of its JSON when tensors come behind it."""
    wants_all = request.parameters["binary_data_output"].bool_param
    wanted = {
        output.name: output.parameters["binary_data"].bool_param
        if "binary_data" in output.parameters
        else wants_all
        for output in request.outputs
    }
    raw = b""
    outputs = []
    for tensor in response.outputs:
        elements = tensor.contents.bytes_contents
        described: dict[str, Any] = {
            "name": tensor.name,
            "datatype": tensor.datatype,
            "shape": list(tensor.shape),
        }
        if wanted.get(tensor.name, wants_all):
            packed_elements = packed(elements)
            described["parameters"] = {"binary_data_size": len(packed_elements)}
            raw += packed_elements
        else:
            described["data"] = [element.decode() for element in elements]
        outputs.append(described)
    members = {
        "model_name": response.model_name,
        "model_version": response.model_version,
        **({"id": response.id} if response.id else {}),
        "outputs": outputs,
    }
    head = json.dumps(members, ensure_ascii=False).encode()
    return head + raw, len(head) if raw else None


def _add_input(
    request: ModelInferRequest, tensor: dict[str, Any], field: str, rest: bytes
) -> bytes:
    """Add a tensor, whose bytes may be the first of `rest`; what is left of it."""
    _refuse_unknown(tensor, ("name", "shape", "datatype", "parameters", "data"), f"{field}.")
    given = tensor.pop("parameters", {})
    parameters = given if isinstance(given, dict) else {}
    size = parameters.get("binary_data_size")
    data = tensor.pop("data", None)
    added = request.inputs.add()
    added.MergeFromString(
        from_fields(ModelInferRequest.InferInputTensor, tensor).SerializeToString()
    )
    if size is None:
        added.contents.bytes_contents.extend(_elements(data, added.name, field))
        return rest
    if not isinstance(size, int) or data is not None or not 0 <= size <= len(rest):
        message = f"there are not {str(size)[:20]} bytes of this tensor behind the JSON"
        raise InvalidInput(message, field=f"{field}.parameters")
    added.contents.bytes_contents.extend(unpacked(rest[:size], field=field))
    return rest[size:]


def _elements(data: object, name: str, field: str) -> Sequence[bytes]:
    """Of nested lists of strings; images are in Base64, as JSON cannot have bytes."""
    while isinstance(data, list) and data and all(isinstance(row, list) for row in data):
        data = [element for row in data for element in row]
    if not isinstance(data, list) or not all(isinstance(element, str) for element in data):
        raise InvalidInput("data is not a list of strings", field=f"{field}.data")
    try:
        if name == IMAGES.field:
            return [b64decode(element, validate=True) for element in data]
        return [element.encode() for element in data]
    except ValueError:
        message = "an element is neither valid text nor, of images, valid Base64"
        raise InvalidInput(message, field=f"{field}.data") from None


def _parameters(given: object, field: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise InvalidInput("the parameters are not a JSON object", field=field)
    return {name: _parameter(value, f"{field}[{name[:60]}]") for name, value in given.items()}


def _parameter(value: object, field: str) -> dict[str, Any]:
    kinds = {bool: "bool_param", int: "int64_param", float: "double_param", str: "string_param"}
    if type(value) not in kinds:
        raise InvalidInput("a parameter is a number, a string or a truth value", field=field)
    return {kinds[type(value)]: value}


def _tensors(value: object, field: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(element, dict) for element in value):
        raise InvalidInput(f"{field} is not a list of tensors", field=field)
    return value


def _refuse_unknown(fields: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    for name in fields:
        if name not in known:
            raise InvalidInput(f"there is no field {name[:60]!r}", field=f"{place}{name[:60]}")
