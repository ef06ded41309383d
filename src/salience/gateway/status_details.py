"""Reading and combining the details of google.rpc.Status messages."""

import re
from collections.abc import Callable, Sequence

from google.rpc.code_pb2 import Code
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

# gRPC carries a status in a header, and peers refuse headers over 8 KiB.
_MAX_VIOLATION_BYTES = 4096

_ROW_FIELD = re.compile(r"(texts|images)\[(\d+)\]")


class CallFailed(Exception):
    """Ends a call; `status` is what the caller is told."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.message)
        self.status = status


def reason_of(status: Status) -> str:
    """The name of the ErrorCode, or empty."""
    info = ErrorInfo()
    return next((info.reason for detail in status.details if detail.Unpack(info)), "")


def retry_seconds_of(status: Status) -> float | None:
    """After how long the same call may succeed; None means never."""
    retry = RetryInfo()
    for detail in status.details:
        if detail.Unpack(retry):
            return float(retry.retry_delay.ToTimedelta().total_seconds())
    return None


def violations_of(status: Status) -> list[BadRequest.FieldViolation]:
    """Which fields are wrong, and how."""
    bad_request = BadRequest()
    for detail in status.details:
        if detail.Unpack(bad_request):
            return list(bad_request.field_violations)
    return []


def renumbered(status: Status, index_of: Callable[[int], int]) -> Status:
    """The status of a row with `texts[2]` turned into the caller's `texts[index_of(2)]`."""

    def renumber(field: str) -> str:
        return _ROW_FIELD.sub(lambda match: f"{match[1]}[{index_of(int(match[2]))}]", field)

    violations = violations_of(status)
    if not violations:
        return status
    return _with_violations(
        status,
        [
            BadRequest.FieldViolation(field=renumber(v.field), description=v.description)
            for v in violations
        ],
    )


def status_of_all(statuses: Sequence[Status]) -> Status:
    """The first status, with the field violations of all of them when its input is bad.

    Items that all blame the same option name it once.
    """
    first = statuses[0]
    if first.code != Code.INVALID_ARGUMENT:
        return first
    distinct = {
        (violation.field, violation.description): violation
        for status in statuses
        for violation in violations_of(status)
    }
    return _with_violations(first, list(distinct.values()))


def _with_violations(status: Status, violations: Sequence[BadRequest.FieldViolation]) -> Status:
    changed = Status(code=status.code, message=status.message)
    changed.details.extend(d for d in status.details if not d.Is(BadRequest.DESCRIPTOR))
    changed.details.add().Pack(BadRequest(field_violations=_bounded(violations)))
    return changed


def _bounded(violations: Sequence[BadRequest.FieldViolation]) -> list[BadRequest.FieldViolation]:
    num_bytes = 0
    for position, violation in enumerate(violations):
        num_bytes += violation.ByteSize()
        if num_bytes > _MAX_VIOLATION_BYTES:
            rest = BadRequest.FieldViolation(description=f"and {len(violations) - position} more")
            return [*violations[:position], rest]
    return list(violations)
