"""Failures over HTTP: RFC 9457 problem details with the codes of gRPC."""

import json
import math
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from aiohttp import web
from google.rpc.code_pb2 import Code
from google.rpc.status_pb2 import Status

from salience.gateway.http_refusal import HttpRefusal, refusal_of
from salience.gateway.status_details import CallFailed, reason_of, retry_seconds_of, violations_of

CONTENT_TYPE = "application/problem+json"

HTTP_STATUS: dict[int, int] = {
    Code.INVALID_ARGUMENT: 400,
    Code.UNAUTHENTICATED: 401,
    Code.PERMISSION_DENIED: 403,
    Code.NOT_FOUND: 404,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.CANCELLED: 499,
    Code.INTERNAL: 500,
    Code.UNIMPLEMENTED: 501,
    Code.UNAVAILABLE: 503,
    Code.DEADLINE_EXCEEDED: 504,
}

_CLIENT_CLOSED_REQUEST = 499  # nginx's; there is no official one.


def problem(status: Status, http_status: int | None = None) -> dict[str, Any]:
    """The members of a problem; `http_status` where HTTP has a finer one than the code's."""
    http_status = http_status or HTTP_STATUS[status.code]
    retry_seconds = retry_seconds_of(status)
    members = {
        "type": "about:blank",
        "title": _title(http_status),
        "status": http_status,
        "detail": status.message,
        "code": Code.Name(status.code),
        "reason": reason_of(status),
        "violations": [
            {"field": violation.field, "description": violation.description}
            for violation in violations_of(status)
        ],
    }
    return members if retry_seconds is None else {**members, "retry_after": retry_seconds}


def problem_response(
    status: Status,
    http_status: int | None = None,
    *,
    extra: Mapping[str, str] = MappingProxyType({}),
) -> web.Response:
    """A failed call's response; `extra` are further members of the problem."""
    members = {**problem(status, http_status), **extra}
    response = web.Response(
        status=members["status"],
        reason=members["title"],
        text=json.dumps(members, ensure_ascii=False),
        content_type=CONTENT_TYPE,
    )
    if "retry_after" in members:
        response.headers["Retry-After"] = str(math.ceil(members["retry_after"]))
    if status.code == Code.UNAUTHENTICATED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def failure_response(
    failure: CallFailed, *, extra: Mapping[str, str] = MappingProxyType({})
) -> web.Response:
    """The same of a failure."""
    http_status = failure.http_status if isinstance(failure, HttpRefusal) else None
    return problem_response(failure.status, http_status, extra=extra)


def refusal_response(error: web.HTTPException) -> web.Response:
    """A refusal of HTTP itself, such as 405, as a problem."""
    response = failure_response(refusal_of(error))
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _title(http_status: int) -> str:
    if http_status == _CLIENT_CLOSED_REQUEST:
        return "Client Closed Request"
    return HTTPStatus(http_status).phrase
