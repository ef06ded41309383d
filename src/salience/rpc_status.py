"""ServingErrors as google.rpc.Status messages, and back.

The one table from ErrorCode to canonical code: gRPC uses it as it is, HTTP maps the
canonical codes on.
"""

from google.protobuf.duration_pb2 import Duration
from google.rpc.code_pb2 import Code
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from salience import errors
from salience.errors import ErrorCode, ServingError

DOMAIN = "salience"

CANONICAL_CODE: dict[ErrorCode, int] = {
    ErrorCode.INVALID_INPUT: Code.INVALID_ARGUMENT,
    ErrorCode.INPUT_TOO_LONG: Code.INVALID_ARGUMENT,
    ErrorCode.REPLY_TOO_LONG: Code.INVALID_ARGUMENT,
    ErrorCode.UNSUPPORTED: Code.INVALID_ARGUMENT,
    ErrorCode.ITEM_FAILED: Code.INTERNAL,
    ErrorCode.UNAUTHENTICATED: Code.UNAUTHENTICATED,
    ErrorCode.PERMISSION_DENIED: Code.PERMISSION_DENIED,
    ErrorCode.METHOD_NOT_FOUND: Code.UNIMPLEMENTED,
    ErrorCode.MODEL_NOT_FOUND: Code.NOT_FOUND,
    ErrorCode.MODEL_NOT_READY: Code.UNAVAILABLE,
    ErrorCode.WORKER_LOST: Code.UNAVAILABLE,
    ErrorCode.OVERLOADED: Code.RESOURCE_EXHAUSTED,
    ErrorCode.RATE_LIMITED: Code.RESOURCE_EXHAUSTED,
    ErrorCode.DEADLINE_EXCEEDED: Code.DEADLINE_EXCEEDED,
    ErrorCode.CANCELLED: Code.CANCELLED,
    ErrorCode.INTERNAL: Code.INTERNAL,
}

_CLASS_OF: dict[str, type[ServingError]] = {
    kind.code.value: kind
    for kind in (
        errors.InvalidInput,
        errors.InputTooLong,
        errors.ReplyTooLong,
        errors.Unsupported,
        errors.ItemFailed,
        errors.Unauthenticated,
        errors.PermissionDenied,
        errors.MethodNotFound,
        errors.ModelNotFound,
        errors.ModelNotReady,
        errors.WorkerLost,
        errors.Overloaded,
        errors.RateLimited,
        errors.DeadlineExceeded,
        errors.Cancelled,
        errors.InternalError,
    )
}


def status_of(error: ServingError) -> Status:
    """The status a caller receives: code, message, reason, field and when to retry."""
    status = Status(code=CANONICAL_CODE[error.code], message=error.message)
    status.details.add().Pack(ErrorInfo(reason=error.code.value, domain=DOMAIN))
    if error.field:
        violation = BadRequest.FieldViolation(field=error.field, description=error.message)
        status.details.add().Pack(BadRequest(field_violations=[violation]))
    if error.retry_seconds is not None:
        delay = Duration()
        delay.FromMilliseconds(round(error.retry_seconds * 1000))
        status.details.add().Pack(RetryInfo(retry_delay=delay))
    return status


def error_of(status: Status) -> ServingError:
    """The error that `status_of` described; an unknown reason is an InternalError."""
    info, bad_request, retry = ErrorInfo(), BadRequest(), RetryInfo()
    retry_seconds = None
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(bad_request)
        if detail.Unpack(retry):
            retry_seconds = retry.retry_delay.ToMilliseconds() / 1000
    violations = bad_request.field_violations
    return _CLASS_OF.get(info.reason, errors.InternalError)(
        status.message,
        field=violations[0].field if violations else "",
        retry_seconds=retry_seconds,
    )
