"""Calls asked once more of a candidate, whose answers nobody gets: they are compared."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from salience.errors import ServingError
from salience.gateway.item_messages import ItemReply, ItemResult
from salience.gateway.metrics import GatewayMetrics
from salience.gateway.rows import is_error
from salience.gateway.status_details import CallFailed

MOST_AT_A_TIME = 32
"""Calls in the shadow; others beyond are not asked."""

_FRACTIONS = {FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE}


class Shadows:
    """The calls in the shadow of others; they run after those were answered."""

    def __init__(self, metrics: GatewayMetrics, *, timeout_seconds: float) -> None:
        self._metrics = metrics
        self._timeout_seconds = timeout_seconds
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_full(self) -> bool:
        """Whether one more would be too many."""
        return len(self._tasks) >= MOST_AT_A_TIME

    def skip(self, model: str, num_items: int) -> None:
        """Count items that the candidate is not asked about, so as not to keep callers waiting."""
        self._metrics.shadow_compared(model, "skipped", num_items)

    def start(self, model: str, reply: ItemReply, asking: Coroutine[Any, Any, ItemReply]) -> None:
        """Compare the reply of `model` with the one that its candidate is asked for."""
        task = asyncio.create_task(self._compare(model, list(reply.results), asking))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _compare(
        self, model: str, given: Sequence[ItemResult], asking: Coroutine[Any, Any, ItemReply]
    ) -> None:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                found: Sequence[ItemResult] = (await asking).results
        except (ServingError, CallFailed, TimeoutError):
            self._metrics.shadow_compared(model, "failed", len(given))
            return
        for index, result in enumerate(given):
            self._metrics.shadow_compared(model, _outcome(result, found[index]))


def _outcome(given: ItemResult, found: ItemResult) -> str:
    if is_error(found) and not is_error(given):
        return "failed"
    return "same" if _answer(given) == _answer(found) else "different"


def _answer(message: Message) -> dict[str, Any]:
    """All but numbers with fractions, such as scores: those differ between any two versions."""
    return {
        field.name: [_value(value) for value in (values if field.is_repeated else [values])]
        for field, values in message.ListFields()
        if field.cpp_type not in _FRACTIONS
    }


def _value(value: Any) -> Any:
    return _answer(value) if isinstance(value, Message) else value
