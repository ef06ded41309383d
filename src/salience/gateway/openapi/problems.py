"""How failures look in the document."""

from typing import Any

from google.rpc.code_pb2 import Code

from salience.errors import ErrorCode
from salience.gateway.methods import Method
from salience.gateway.problem_details import CONTENT_TYPE, HTTP_STATUS

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Why a call failed: RFC 9457 problem details.",
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "The name of the HTTP status."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What went wrong, for a human."},
        "code": {
            "type": "string",
            "description": "The canonical gRPC code.",
            "enum": [Code.Name(code) for code in HTTP_STATUS],
        },
        "reason": {
            "type": "string",
            "description": "What went wrong, for a program.",
            "enum": [code.value for code in ErrorCode],
        },
        "violations": {
            "type": "array",
            "description": "Which fields are wrong, and how.",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "examples": ["texts[3]"]},
                    "description": {"type": "string"},
                },
                "required": ["field", "description"],
            },
        },
        "retry_after": {
            "type": "number",
            "description": "Seconds after which the same call may succeed; absent when never.",
        },
    },
    "required": ["type", "title", "status", "detail", "code", "reason", "violations"],
}

_MEANINGS = {
    400: "The request can never succeed as written; `violations` name the fields.",
    401: "The call has no API key, or none that is valid.",
    403: "The API key does not allow this task or model.",
    404: "There is no model of that name.",
    408: "The body did not arrive in time.",
    413: "The body is too large.",
    415: "The content type is not one that the method takes, or the body is compressed.",
    429: "More work is waiting than will be finished soon, or the key calls too often.",
    500: "Something broke on our side; our logs have the rest under the request id.",
    503: "The model is loading or restarting, or its worker died; try again.",
    504: "The time ran out before the work was done.",
}

_MAY_BE_RETRIED = {408, 429, 503}
_NEEDS_A_BODY = {408, 413, 415}
_NEEDS_A_WORKER = {504}


def _response(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    response: dict[str, Any] = {
        "description": _MEANINGS[status],
        "content": {CONTENT_TYPE: {"schema": schema}},
    }
    if status in _MAY_BE_RETRIED:
        response["headers"] = {
            "Retry-After": {"description": "In whole seconds.", "schema": {"type": "integer"}}
        }
    return response


RESPONSES = {f"Problem{status}": _response(status) for status in _MEANINGS}


def response_references(method: Method) -> dict[str, Any]:
    """The failures that a method may meet."""
    impossible = set() if method.kind else _NEEDS_A_WORKER
    if method.http_verb != "POST":
        impossible = impossible | _NEEDS_A_BODY
    return {
        str(status): {"$ref": f"#/components/responses/Problem{status}"}
        for status in _MEANINGS
        if status not in impossible
    }
