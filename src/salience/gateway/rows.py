"""Cutting a call into the rows that workers are handed, and putting answers together."""

import heapq
import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from google.protobuf.message import Message
from google.rpc.status_pb2 import Status

from salience.gateway.item_messages import Item, ItemReply, ItemRequest, ItemResult
from salience.gateway.status_details import renumbered

RowOutcome: TypeAlias = ItemReply | Status


def balanced_rows(
    sizes: Mapping[int, int], *, num_idle_workers: int, max_items: int, max_size: int
) -> list[list[int]]:
    """Deal items to rows of about equal size: a row per idle worker, or more if they are many.

    `sizes` has the size of each item by its index; a row is a list of indexes.
    The largest item goes first, each to the row that is the smallest so far, so that a row
    goes beyond `max_size` by less than its largest item.
    """
    num_full = math.ceil(max(len(sizes) / max_items, sum(sizes.values()) / max_size))
    num_rows = max(1, min(max(num_idle_workers, num_full), len(sizes)))
    if num_rows == 1:
        return [list(sizes)]
    rows: list[list[int]] = [[] for _ in range(num_rows)]
    loads = [(0, number) for number in range(num_rows)]
    for index in sorted(sizes, key=sizes.__getitem__, reverse=True):
        load, number = heapq.heappop(loads)
        rows[number].append(index)
        if len(rows[number]) < max_items:
            heapq.heappush(loads, (load + sizes[index], number))
    return [sorted(row) for row in rows]


def row_request(request: ItemRequest, field: str, items: Sequence[Item]) -> bytes:
    """The call as if it had only these items in `field`."""
    fields: dict[str, Any] = {descriptor.name: value for descriptor, value in request.ListFields()}
    message: Message = type(request)(**{**fields, field: items})
    return message.SerializeToString()


def merged_reply(
    reply: ItemReply,
    faults: Mapping[int, Status],
    rows: Sequence[Sequence[int]],
    outcomes: Sequence[RowOutcome],
) -> ItemReply:
    """Fill `reply` with one result per item of a call, in order.

    The rows were in the model side by side, so the longest time is the call's.
    """
    results: dict[int, Any] = {index: _error(reply, status) for index, status in faults.items()}
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, Status):
            results |= dict.fromkeys(row, _error(reply, outcome))
        else:
            results |= _results_by_index(outcome, row)
            _note_origin(reply, outcome)
    reply.results.extend(results[index] for index in range(len(results)))
    return reply


def is_error(result: ItemResult) -> bool:
    """Whether an item could not be served."""
    return result.HasField("error")


def _results_by_index(reply: ItemReply, row: Sequence[int]) -> dict[int, ItemResult]:
    """A row's results under the indexes of the call, the fields of errors likewise.

    A row that failed as a whole has a single error, which then is every item's.
    """
    for result in reply.results:
        if is_error(result):
            result.error.CopyFrom(renumbered(result.error, row.__getitem__))
    results: list[ItemResult] = list(reply.results)
    if len(results) == 1 and is_error(results[0]):
        results *= len(row)
    if len(results) != len(row):
        raise ValueError(f"the worker answered {len(row)} items with {len(results)} results")
    return dict(zip(row, results, strict=True))


def _error(reply: ItemReply, status: Status) -> ItemResult:
    return type(reply)().results.add(error=status)


def _note_origin(reply: ItemReply, row_reply: ItemReply) -> None:
    reply.model, reply.model_version = row_reply.model, row_reply.model_version
    inference = row_reply.timing.inference_time
    if inference.ToNanoseconds() > reply.timing.inference_time.ToNanoseconds():
        reply.timing.inference_time.CopyFrom(inference)
