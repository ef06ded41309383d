"""Cutting a call into the rows that workers are handed, and putting answers together."""

import heapq
import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from google.rpc.status_pb2 import Status

from salience.gateway.selection import TextRequest
from salience.gateway.status_details import renumbered
from salience.v1.entities_pb2 import RecognizeEntitiesReply, RecognizeEntitiesResult
from salience.v1.translation_pb2 import TranslateReply, TranslateResult

TextReply: TypeAlias = TranslateReply | RecognizeEntitiesReply
TextResult: TypeAlias = TranslateResult | RecognizeEntitiesResult
RowOutcome: TypeAlias = TextReply | Status


def balanced_rows(
    lengths: Mapping[int, int], *, num_idle_workers: int, max_items: int, max_characters: int
) -> list[list[int]]:
    """Deal items to rows of about equal length: a row per idle worker, or more if they are many.

    `lengths` has the length of each item by its index; a row is a list of indexes.
    The longest item goes first, each to the row that is the shortest so far, so that a row
    goes beyond `max_characters` by less than its longest item.
    """
    num_full = math.ceil(max(len(lengths) / max_items, sum(lengths.values()) / max_characters))
    num_rows = max(1, min(max(num_idle_workers, num_full), len(lengths)))
    if num_rows == 1:
        return [list(lengths)]
    rows: list[list[int]] = [[] for _ in range(num_rows)]
    loads = [(0, number) for number in range(num_rows)]
    for index in sorted(lengths, key=lengths.__getitem__, reverse=True):
        load, number = heapq.heappop(loads)
        rows[number].append(index)
        if len(rows[number]) < max_items:
            heapq.heappush(loads, (load + lengths[index], number))
    return [sorted(row) for row in rows]


def row_request(request: TextRequest, texts: Sequence[str]) -> bytes:
    """The call as if it had only these texts."""
    others = {field.name: value for field, value in request.ListFields() if field.name != "texts"}
    return type(request)(texts=texts, **others).SerializeToString()


def merged_reply(
    reply: TextReply,
    faults: Mapping[int, Status],
    rows: Sequence[Sequence[int]],
    outcomes: Sequence[RowOutcome],
) -> TextReply:
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


def is_error(result: TextResult) -> bool:
    """Whether an item could not be served."""
    return result.HasField("error")


def _results_by_index(reply: TextReply, row: Sequence[int]) -> dict[int, TextResult]:
    """A row's results under the indexes of the call, the fields of errors likewise.

    A row that failed as a whole has a single error, which then is every item's.
    """
    for result in reply.results:
        if is_error(result):
            result.error.CopyFrom(renumbered(result.error, row.__getitem__))
    results: list[TextResult] = list(reply.results)
    if len(results) == 1 and is_error(results[0]):
        results *= len(row)
    if len(results) != len(row):
        raise ValueError(f"the worker answered {len(row)} texts with {len(results)} results")
    return dict(zip(row, results, strict=True))


def _error(reply: TextReply, status: Status) -> TextResult:
    result_type = TranslateResult if isinstance(reply, TranslateReply) else RecognizeEntitiesResult
    return result_type(error=status)


def _note_origin(reply: TextReply, row_reply: TextReply) -> None:
    reply.model, reply.model_version = row_reply.model, row_reply.model_version
    inference = row_reply.timing.inference_time
    if inference.ToNanoseconds() > reply.timing.inference_time.ToNanoseconds():
        reply.timing.inference_time.CopyFrom(inference)
