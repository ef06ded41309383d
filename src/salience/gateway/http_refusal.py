"""Refusals of HTTP, which has finer words for some failures than the codes of gRPC."""

from aiohttp import web

from salience.errors import (
    DeadlineExceeded,
    InputTooLong,
    InvalidInput,
    MethodNotFound,
    ServingError,
)
from salience.gateway.status_details import CallFailed
from salience.rpc_status import status_of

_RETRY_SECONDS = 1.0


class HttpRefusal(CallFailed):
    """A failure with an HTTP status that is not the one of its code."""

    def __init__(self, error: ServingError, http_status: int) -> None:
        super().__init__(status_of(error))
        self.http_status = http_status


def body_too_long(request: web.Request) -> HttpRefusal:
    """413."""
    message = f"the body is over the limit of {request.client_max_size} bytes"
    return HttpRefusal(InputTooLong(message), 413)


def body_too_slow(seconds: float) -> HttpRefusal:
    """408."""
    message = f"the body did not arrive within {seconds:g} seconds"
    return HttpRefusal(DeadlineExceeded(message, retry_seconds=_RETRY_SECONDS), 408)


def not_taken(header: str, message: str) -> HttpRefusal:
    """415: that header says that the body is not what the method takes."""
    return HttpRefusal(InvalidInput(message, field=header.lower()), 415)


def not_http(status: int) -> HttpRefusal:
    """For what is no request; what came is not repeated, as it may have a key."""
    message = "the request is not as HTTP has it, or a line of its head is too long"
    return HttpRefusal(InvalidInput(message), status)


def refusal_of(error: web.HTTPException) -> HttpRefusal:
    """What aiohttp itself refuses."""
    if isinstance(error, web.HTTPNotFound):
        return HttpRefusal(MethodNotFound("there is no such path"), error.status)
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        return HttpRefusal(MethodNotFound(f"the path takes only {allowed}"), error.status)
    return HttpRefusal(InvalidInput(error.reason), error.status)
