"""Errors a caller can receive.

ServingError
├── InvalidInput        the request can never succeed as written
│   ├── InputTooLong    ... because of a length or size limit
│   ├── ReplyTooLong    ... because its reply is over the size limit
│   └── Unsupported     ... because no model does that
├── ItemFailed          the model breaks on this item, each time
├── Unauthenticated     it is not known who calls
├── PermissionDenied    who calls may not do that
├── MethodNotFound      there is no method of that name, or path
├── ModelNotFound       there is no model of that name
├── ModelNotReady       try again: the model is loading or restarting
├── WorkerLost          try again: the process died with the request in hand
├── Overloaded          try again later, and slower
├── RateLimited         try again later: this caller calls more often than it may
├── DeadlineExceeded    the caller's time ran out
├── Cancelled           the caller went away
└── InternalError       our fault; the log has the rest

This module imports nothing of the project and knows no transport: each owns its table
from ErrorCode to status.
"""

from enum import Enum
from typing import ClassVar


class ErrorCode(Enum):
    """Stable names, part of the API."""

    INVALID_INPUT = "INVALID_INPUT"
    INPUT_TOO_LONG = "INPUT_TOO_LONG"
    REPLY_TOO_LONG = "REPLY_TOO_LONG"
    UNSUPPORTED = "UNSUPPORTED"
    ITEM_FAILED = "ITEM_FAILED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    METHOD_NOT_FOUND = "METHOD_NOT_FOUND"
    MODEL_NOT_FOUND = "MODEL_NOT_FOUND"
    MODEL_NOT_READY = "MODEL_NOT_READY"
    WORKER_LOST = "WORKER_LOST"
    OVERLOADED = "OVERLOADED"
    RATE_LIMITED = "RATE_LIMITED"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    CANCELLED = "CANCELLED"
    INTERNAL = "INTERNAL"


class ServingError(Exception):
    """Base class; its message is safe to show a caller.

    `field` is the path of the offending field, such as `texts[3]`, or empty.
    `retry_seconds` says after how long the same call may succeed; None means never.
    """

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL

    def __init__(
        self, message: str, *, field: str = "", retry_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.retry_seconds = retry_seconds


class InvalidInput(ServingError):
    """The request can never succeed as written."""

    code = ErrorCode.INVALID_INPUT


class InputTooLong(InvalidInput):
    """The request is over a length or size limit."""

    code = ErrorCode.INPUT_TOO_LONG


class ReplyTooLong(InvalidInput):
    """The reply is over the size limit; one to fewer items would not be."""

    code = ErrorCode.REPLY_TOO_LONG


class Unsupported(InvalidInput):
    """No model does what was asked."""

    code = ErrorCode.UNSUPPORTED


class ItemFailed(ServingError):
    """The model breaks on this item; sending it again would break it again."""

    code = ErrorCode.ITEM_FAILED


class Unauthenticated(ServingError):
    """The call has no key, or none that is valid."""

    code = ErrorCode.UNAUTHENTICATED


class PermissionDenied(ServingError):
    """The caller's key does not allow this."""

    code = ErrorCode.PERMISSION_DENIED


class MethodNotFound(ServingError):
    """There is no method of that name, or none at that path."""

    code = ErrorCode.METHOD_NOT_FOUND


class ModelNotFound(ServingError):
    """There is no model of that name."""

    code = ErrorCode.MODEL_NOT_FOUND


class ModelNotReady(ServingError):
    """The model is loading or restarting."""

    code = ErrorCode.MODEL_NOT_READY


class WorkerLost(ServingError):
    """The worker died while it held the request."""

    code = ErrorCode.WORKER_LOST


class Overloaded(ServingError):
    """More work is waiting than will be finished soon."""

    code = ErrorCode.OVERLOADED


class RateLimited(ServingError):
    """The caller makes more calls than its key allows."""

    code = ErrorCode.RATE_LIMITED


class DeadlineExceeded(ServingError):
    """The caller's time ran out before the work was done."""

    code = ErrorCode.DEADLINE_EXCEEDED


class Cancelled(ServingError):
    """The caller went away."""

    code = ErrorCode.CANCELLED


class InternalError(ServingError):
    """Something broke on our side."""

    code = ErrorCode.INTERNAL
