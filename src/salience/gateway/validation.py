"""What of a call can be served, by the limits of its model."""

from collections.abc import Sequence

from google.rpc.status_pb2 import Status

from salience.errors import InputTooLong, InvalidInput, ServingError
from salience.rpc_status import status_of
from salience.v1.models_pb2 import Limits


def require_items(texts: Sequence[str], limits: Limits) -> None:
    """Raise for a call with no items, or too many."""
    if not texts:
        raise InvalidInput("there are no texts", field="texts")
    if limits.max_items and len(texts) > limits.max_items:
        raise InputTooLong(
            f"there are {len(texts)} texts; the limit is {limits.max_items}", field="texts"
        )


def item_faults(texts: Sequence[str], limits: Limits) -> dict[int, Status]:
    """What is wrong with items, by index; the others can be served."""
    faults = {}
    for index, text in enumerate(texts):
        fault = _fault(text, limits.max_characters, f"texts[{index}]")
        if fault is not None:
            faults[index] = status_of(fault)
    return faults


def _fault(text: str, max_characters: int, field: str) -> ServingError | None:
    if not text or text.isspace():
        return InvalidInput("the text is empty", field=field)
    if max_characters and len(text) > max_characters:
        return InputTooLong(
            f"the text has {len(text)} characters; the limit is {max_characters}", field=field
        )
    return None
