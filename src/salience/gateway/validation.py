"""What of a call can be served, by the limits of its model."""

from collections.abc import Sequence

from google.rpc.status_pb2 import Status

from salience.errors import InputTooLong, InvalidInput, ServingError
from salience.rpc_status import status_of
from salience.text.limits import check_text
from salience.v1.models_pb2 import Limits


def require_items(texts: Sequence[str], limits: Limits) -> None:
    """Raise for a call with no items, or too many."""
    if not texts:
        raise InvalidInput("there are no texts", field="texts")
    if len(texts) > limits.max_items:
        raise InputTooLong(
            f"there are {len(texts)} texts; the limit is {limits.max_items}", field="texts"
        )


def item_faults(texts: Sequence[str], limits: Limits) -> dict[int, Status]:
    """What is wrong with items, by index; the others can be served."""
    faults = {}
    for index, text in enumerate(texts):
        try:
            check_text(text, field=f"texts[{index}]", max_characters=limits.max_characters)
        except ServingError as fault:
            faults[index] = status_of(fault)
    return faults
