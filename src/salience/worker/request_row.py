"""Reading what TorchServe hands a handler."""

from dataclasses import dataclass
from typing import Any, Protocol

from salience.errors import InvalidInput
from salience.tasks.deadlines import check_deadline
from salience.tracing.traceparent import TRACEPARENT, traceparent_of

REQUEST_ID_HEADER = "x-salience-request-id"
DEADLINE_HEADER = "x-salience-deadline"
METHOD_HEADER = "x-salience-method"
DESCRIBE = "describe"


class RowContext(Protocol):
    """The part of TorchServe's context that knows the headers of a row."""

    def get_all_request_header(self, idx: int) -> dict[str, Any]:
        """The headers, spelled as the sender spelled them."""


@dataclass(frozen=True)
class RequestRow:
    """One request of a batch.

    `deadline_seconds` is Unix time; None means that the caller waits for ever.
    """

    payload: bytes
    request_id: str
    traceparent: str
    method: str
    deadline_seconds: float | None

    @property
    def asks_for_description(self) -> bool:
        """Whether the sender wants to know the model instead of its answers."""
        return self.method == DESCRIBE

    def check_deadline(self) -> None:
        """Raise DeadlineExceeded when nobody waits for the answer any more."""
        check_deadline(self.deadline_seconds)


def read_row(row: dict[str, Any], context: RowContext, index: int) -> RequestRow:
    """Read the payload and the headers of row `index`, or raise InvalidInput."""
    received = context.get_all_request_header(index)
    headers = {name.lower(): value for name, value in received.items()}
    return RequestRow(
        payload=request_bytes(row),
        request_id=str(headers.get(REQUEST_ID_HEADER, "")),
        traceparent=traceparent_of(headers.get(TRACEPARENT)),
        method=str(headers.get(METHOD_HEADER, "")),
        deadline_seconds=_seconds(headers.get(DEADLINE_HEADER)),
    )


def request_bytes(row: dict[str, Any]) -> bytes:
    """The request's payload: gRPC calls it `data`, REST calls it `body`.

    Needs `decode_input_request=false` in config.properties; without it TorchServe
    has already turned text and JSON bodies into Python objects.
    """
    payload = row.get("data", row.get("body"))
    if isinstance(payload, bytes | bytearray):
        return bytes(payload)
    raise InvalidInput("the request carries no raw payload")


def _seconds(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        return float(value)
    except ValueError as error:
        raise InvalidInput(f"{DEADLINE_HEADER} is no number of seconds") from error
