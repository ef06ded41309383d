"""What of a call can be served, by the limits of its model."""

from collections.abc import Sequence
from typing import Any

from google.rpc.status_pb2 import Status

from salience.errors import InputTooLong, InvalidInput, ServingError
from salience.gateway.item_kinds import ItemKind
from salience.gateway.item_messages import ItemRequest
from salience.rpc_status import status_of
from salience.tasks.explaining import check_explains
from salience.v1.models_pb2 import Limits, Model


def require_items(kind: ItemKind, items: Sequence[Any], limits: Limits) -> None:
    """Raise for a call with no items, or too many."""
    if not items:
        raise InvalidInput(f"there are no {kind.field}", field=kind.field)
    if len(items) > limits.max_items:
        raise InputTooLong(
            f"there are {len(items)} {kind.field}; the limit is {limits.max_items}",
            field=kind.field,
        )


def require_explainable(kind: ItemKind, request: ItemRequest, model: Model) -> None:
    """Raise for a call that asks to explain what the model cannot, or too much at once."""
    check_explains(model, explain=request.explain)
    most = model.limits.max_explained_characters
    size = sum(map(kind.size_of, kind.of(request)))
    if request.explain and 0 < most < size:
        raise InputTooLong(
            f"the {kind.field} have {size} characters; to explain, the limit is {most} in all",
            field=kind.field,
        )


def item_faults(kind: ItemKind, items: Sequence[Any], limits: Limits) -> dict[int, Status]:
    """What is wrong with items, by index; the others can be served."""
    faults = {}
    for index, item in enumerate(items):
        try:
            kind.check(item, f"{kind.field}[{index}]", limits)
        except ServingError as fault:
            faults[index] = status_of(fault)
    return faults
