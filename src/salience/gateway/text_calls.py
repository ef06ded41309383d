"""Calls that carry texts: found a model, checked, cut into rows, answered, put together."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from google.rpc.status_pb2 import Status

from salience.errors import ModelNotReady, ServingError, WorkerLost
from salience.gateway.call_context import CallContext
from salience.gateway.metrics import GatewayMetrics
from salience.gateway.registry import Registry, ServedModel
from salience.gateway.rows import (
    RowOutcome,
    TextReply,
    TextResult,
    balanced_rows,
    is_error,
    merged_reply,
    row_request,
)
from salience.gateway.selection import LanguageField, TextRequest, choose_model
from salience.gateway.settings import GatewaySettings
from salience.gateway.status_details import CallFailed, reason_of, status_of_all
from salience.gateway.torchserve import TorchServe
from salience.gateway.validation import item_faults, require_items
from salience.rpc_status import status_of
from salience.v1.models_pb2 import Task


@dataclass(frozen=True)
class TextKind:
    """What is particular to one task over texts."""

    task: Task
    languages: tuple[LanguageField, ...]
    reply_type: type[TextReply]


@dataclass(frozen=True)
class AcceptedCall:
    """A call that has a model. `faults` are the items that cannot be served."""

    kind: TextKind
    request: TextRequest
    context: CallContext
    served: ServedModel
    faults: dict[int, Status]


class TextCalls:
    """Answers calls with texts through TorchServe."""

    def __init__(
        self,
        registry: Registry,
        torchserve: TorchServe,
        metrics: GatewayMetrics,
        settings: GatewaySettings,
    ) -> None:
        self.settings = settings
        self._registry = registry
        self._torchserve = torchserve
        self._metrics = metrics

    async def answer(self, kind: TextKind, request: TextRequest, context: CallContext) -> TextReply:
        """One result per text, in order; raises when not one can be served."""
        started = time.monotonic()
        call = self.accept(kind, request, context)
        reply = await self._reply(call)
        self.count_items(call.served.name, reply.results)
        errors = [result.error for result in reply.results if is_error(result)]
        if len(errors) == len(reply.results):
            raise CallFailed(status_of_all(errors))
        self.set_timing(reply, call.served.name, started)
        return reply

    def accept(self, kind: TextKind, request: TextRequest, context: CallContext) -> AcceptedCall:
        """Find the model, and what it can serve of the call; raises when that is nothing."""
        served = choose_model(self._registry, kind.task, kind.languages, request)
        context.model = served.name
        limits = served.ready_description().limits
        require_items(request.texts, limits)
        faults = item_faults(request.texts, limits)
        if len(faults) == len(request.texts):
            for fault in faults.values():
                self._metrics.items_ended(served.name, reason_of(fault))
            raise CallFailed(status_of_all(list(faults.values())))
        return AcceptedCall(kind, request, context, served, faults)

    async def send(self, call: AcceptedCall, texts: Sequence[str]) -> TextReply:
        """The worker's reply to a row of these texts, sent when it is its turn."""
        try:
            answer = await call.served.admission.run(
                lambda: self._predict(call, texts), num_characters=sum(map(len, texts))
            )
            return call.kind.reply_type.FromString(answer)
        except (ModelNotReady, WorkerLost):
            call.served.doubt()
            raise

    def set_timing(self, reply: TextReply, model: str, started: float) -> None:
        """Tell the time in the model from the time spent on everything else."""
        total = time.monotonic() - started
        inference = min(reply.timing.inference_time.ToNanoseconds() / 1e9, total)
        reply.timing.queue_time.FromNanoseconds(round((total - inference) * 1e9))
        self._metrics.time_spent(
            model, queue_seconds=total - inference, inference_seconds=inference
        )

    def count_items(self, model: str, results: Iterable[TextResult]) -> None:
        """Count what became of items."""
        outcomes = Counter(
            reason_of(result.error) if is_error(result) else "OK" for result in results
        )
        for outcome, count in outcomes.items():
            self._metrics.items_ended(model, outcome, count)

    async def _predict(self, call: AcceptedCall, texts: Sequence[str]) -> bytes:
        answer = await self._torchserve.predict(
            call.served.name,
            row_request(call.request, texts),
            request_id=call.context.request_id,
            unix_deadline=call.context.unix_deadline(),
        )
        call.served.answered()
        return answer

    async def _reply(self, call: AcceptedCall) -> TextReply:
        texts = call.request.texts
        rows = balanced_rows(
            {index: len(text) for index, text in enumerate(texts) if index not in call.faults},
            num_idle_workers=call.served.num_workers - call.served.admission.num_running,
            max_items=self.settings.max_items_per_row,
            max_characters=self.settings.max_characters_per_row,
        )
        call.served.admission.refuse_when_full(len(rows))
        if len(rows) == 1 and len(rows[0]) == len(texts):
            reply = await self.send(call, texts)
            if len(reply.results) == len(texts):
                return reply
            outcomes: Sequence[RowOutcome] = [reply]
        else:
            outcomes = await asyncio.gather(
                *(self._outcome(call, row, number) for number, row in enumerate(rows))
            )
        return merged_reply(call.kind.reply_type(), call.faults, rows, outcomes)

    async def _outcome(self, call: AcceptedCall, row: Sequence[int], number: int) -> RowOutcome:
        if number:
            await asyncio.sleep(number * self.settings.row_spacing_seconds)
        texts = [call.request.texts[index] for index in row]
        try:
            return await self.send(call, texts)
        except ServingError as error:
            return status_of(error)
