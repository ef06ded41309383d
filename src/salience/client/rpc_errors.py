"""What a failed gRPC call means to its caller."""

from typing import cast

import grpc
from google.rpc.status_pb2 import Status
from grpc import StatusCode
from grpc_status import rpc_status

from salience import errors
from salience.errors import ServingError
from salience.rpc_status import error_of

_KIND_WITHOUT_DETAILS: dict[StatusCode, type[ServingError]] = {
    StatusCode.UNAVAILABLE: errors.ModelNotReady,
    StatusCode.DEADLINE_EXCEEDED: errors.DeadlineExceeded,
    StatusCode.CANCELLED: errors.Cancelled,
    StatusCode.UNAUTHENTICATED: errors.Unauthenticated,
    StatusCode.PERMISSION_DENIED: errors.PermissionDenied,
    StatusCode.INVALID_ARGUMENT: errors.InvalidInput,
    StatusCode.UNIMPLEMENTED: errors.MethodNotFound,
    StatusCode.RESOURCE_EXHAUSTED: errors.InputTooLong,
}
"""What gRPC itself answers with; its RESOURCE_EXHAUSTED is a message over the size limit."""
_CLOSED_HERE = "Channel closed!"
"""What gRPC says of calls that were under way when the client was closed."""


def error_of_rpc(error: grpc.RpcError) -> ServingError:
    """The service's own error, or what comes closest when gRPC failed before reaching it."""
    status = _rich_status(error)
    if status is not None:
        return error_of(status)
    kind = _KIND_WITHOUT_DETAILS.get(error.code(), errors.InternalError)
    message = f"{error.code().name}: {error.details()}"
    if error.code() is StatusCode.UNAVAILABLE:
        return kind(f"the service cannot be reached ({message})", retry_seconds=0.0)
    if error.code() is StatusCode.CANCELLED and error.details() != _CLOSED_HERE:
        # A server that stops resets calls that have arrived and that it has not begun.
        return errors.ModelNotReady(f"the service is stopping ({message})", retry_seconds=0.0)
    return kind(message)


def _rich_status(error: grpc.RpcError) -> Status | None:
    try:
        return rpc_status.from_call(cast(grpc.Call, error))
    except ValueError:  # the details contradict the status line: a proxy rewrote one of them
        return None
