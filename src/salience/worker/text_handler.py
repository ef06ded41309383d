"""What the handlers of text models share."""

from typing import TypeVar

from google.protobuf.message import DecodeError, Message

from salience.errors import InvalidInput
from salience.v1.timing_pb2 import Timing

Request = TypeVar("Request", bound=Message)


def request_with_texts(kind: type[Request], payload: bytes) -> Request:
    """A serialized request of that kind, which has at least one text."""
    try:
        request = kind.FromString(payload)
    except DecodeError as error:
        raise InvalidInput(f"the payload is no {kind.DESCRIPTOR.name}") from error
    if not request.texts:  # type: ignore[attr-defined]
        raise InvalidInput("there are no texts", field="texts")
    return request


def inference_time(seconds: float) -> Timing:
    """The part of a reply's timing that a worker knows."""
    timing = Timing()
    timing.inference_time.FromNanoseconds(round(seconds * 1e9))
    return timing
