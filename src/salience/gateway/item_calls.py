"""Calls that carry items: found a model, checked, cut into rows, answered, put together."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from google.rpc.status_pb2 import Status

from salience.errors import ModelNotReady, ServingError, Unsupported, WorkerLost
from salience.gateway.call_context import CallContext, deadline_after
from salience.gateway.call_trace import Untraced
from salience.gateway.item_messages import Item, ItemReply, ItemRequest, ItemResult
from salience.gateway.metrics import GatewayMetrics
from salience.gateway.registry import Registry, ServedModel
from salience.gateway.rollout.rollouts import Rollouts
from salience.gateway.rollout.shadows import Shadows
from salience.gateway.rows import RowOutcome, balanced_rows, is_error, merged_reply, row_request
from salience.gateway.selection import choose_model
from salience.gateway.settings import GatewaySettings
from salience.gateway.status_details import CallFailed, reason_of, status_of_all
from salience.gateway.task_kinds import TaskKind
from salience.gateway.torchserve import TorchServe
from salience.gateway.validation import item_faults, require_explainable, require_items
from salience.rpc_status import status_of


@dataclass(frozen=True)
class AcceptedCall:
    """A call that has a model. `faults` are the items that cannot be served."""

    kind: TaskKind
    request: ItemRequest
    context: CallContext
    served: ServedModel
    items: Sequence[Item]
    faults: dict[int, Status]


class ItemCalls:
    """Answers calls with items through TorchServe."""

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
        self._rollouts = Rollouts(settings.rollouts, registry)
        self._shadows = Shadows(metrics, timeout_seconds=settings.timeout_seconds)

    async def answer(self, kind: TaskKind, request: ItemRequest, context: CallContext) -> ItemReply:
        """One result per item, in order; raises when not one can be served."""
        started = time.monotonic()
        call = self.accept(kind, request, context)
        reply = await self._reply(call)
        self._count_items(call.served.name, reply.results)
        errors = [result.error for result in reply.results if is_error(result)]
        if len(errors) == len(reply.results):
            raise CallFailed(status_of_all(errors))
        self._set_timing(reply, call.served.name, started)
        self._ask_in_the_shadow(call, reply)
        return reply

    def accept(self, kind: TaskKind, request: ItemRequest, context: CallContext) -> AcceptedCall:
        """Find the model, and what it can serve of the call; raises when that is nothing."""
        served = choose_model(self._registry, kind, request, self._rollouts.candidates())
        context.answered_by(served.name, served.task)
        served = self._rollouts.chosen(served, context)
        context.model = served.name
        model = served.known_description()
        kind.check_options(request)
        items = kind.items.of(request)
        require_items(kind.items, items, model.limits)
        require_explainable(kind.items, request, model)
        faults = item_faults(kind.items, items, model.limits)
        if len(faults) == len(items):
            for fault in faults.values():
                self._metrics.items_ended(served.name, reason_of(fault))
            raise CallFailed(status_of_all(list(faults.values())))
        return AcceptedCall(kind, request, context, served, items, faults)

    def accept_stream(
        self, kind: TaskKind, request: ItemRequest, context: CallContext
    ) -> AcceptedCall:
        """The same for a call whose answers are sent one by one."""
        call = self.accept(kind, request, context)
        if not call.served.known_description().streams:
            message = f"model {call.served.name} does not stream: its answers come whole"
            raise Unsupported(message, field="model")
        call.served.admission.refuse_when_full(1)
        return call

    async def _send(self, call: AcceptedCall, items: Sequence[Item]) -> ItemReply:
        """The worker's reply to a row of these items, which outlives workers."""
        return await call.served.resending.deliver(
            lambda row: self._send_once(call, row), items, empty=call.kind.reply_type
        )

    async def answer_row(self, call: AcceptedCall, item: Item) -> ItemReply:
        """The reply to an item of a stream, counted, measured, and asked of a candidate too."""
        started = time.monotonic()
        row = await self._send(call, [item])
        self._count_items(call.served.name, row.results)
        self._set_timing(row, call.served.name, started)
        self._ask_in_the_shadow(replace(call, items=[item], faults={}), row)
        return row

    async def _send_once(self, call: AcceptedCall, items: Sequence[Item]) -> ItemReply:
        """Send a row when it is its turn."""
        try:
            since_ns = time.time_ns()
            answer = await call.served.admission.run(
                lambda: self._predict(call, items, since_ns),
                size=sum(map(call.kind.items.size_of, items)),
            )
            return call.kind.reply_type.FromString(answer)
        except (ModelNotReady, WorkerLost):
            call.served.doubt()
            raise

    def _set_timing(self, reply: ItemReply, model: str, started: float) -> None:
        """Tell the time in the model from the time spent on everything else."""
        total = time.monotonic() - started
        inference = min(reply.timing.inference_time.ToNanoseconds() / 1e9, total)
        reply.timing.queue_time.FromNanoseconds(round((total - inference) * 1e9))
        self._metrics.time_spent(
            model, queue_seconds=total - inference, inference_seconds=inference
        )

    def _count_items(self, model: str, results: Iterable[ItemResult]) -> None:
        """Count what became of items."""
        outcomes = Counter(
            reason_of(result.error) if is_error(result) else "OK" for result in results
        )
        for outcome, count in outcomes.items():
            self._metrics.items_ended(model, outcome, count)

    def _ask_in_the_shadow(self, call: AcceptedCall, reply: ItemReply) -> None:
        """Have the candidate answer the call too, unless that kept others waiting."""
        candidate = self._rollouts.shadow_of(call.served)
        if candidate is None:
            return
        if self._shadows.is_full or candidate.admission.num_waiting:
            self._shadows.skip(call.served.name, len(call.items))
            return
        deadline = deadline_after(None, at_most=self.settings.timeout_seconds)
        context = replace(call.context, deadline=deadline, trace=Untraced())
        shadow = replace(call, context=context, served=candidate)
        self._shadows.start(call.served.name, reply, self._reply(shadow))

    async def _predict(
        self, call: AcceptedCall, items: Sequence[Item], waiting_since_ns: int
    ) -> bytes:
        name, trace = call.served.name, call.context.trace
        url = self._torchserve.prediction_url(name)
        with trace.row(url, num_items=len(items), waiting_since_ns=waiting_since_ns) as row:
            answer = await self._torchserve.predict(
                name,
                row_request(call.request, call.kind.items.field, items),
                request_id=call.context.request_id,
                traceparent=row.traceparent,
                unix_deadline=call.context.unix_deadline(),
            )
            row.answered(answer.batch_times)
        call.served.answered()
        return answer.body

    async def _reply(self, call: AcceptedCall) -> ItemReply:
        rows = balanced_rows(
            {
                index: call.kind.items.size_of(item)
                for index, item in enumerate(call.items)
                if index not in call.faults
            },
            num_idle_workers=call.served.num_workers - call.served.admission.num_running,
            max_items=self.settings.max_items_per_row,
            max_size=call.kind.items.size_limits(self.settings).per_row,
        )
        call.served.admission.refuse_when_full(len(rows))
        if len(rows) == 1 and len(rows[0]) == len(call.items):
            reply = await self._send(call, call.items)
            if len(reply.results) == len(call.items):
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
        try:
            return await self._send(call, [call.items[index] for index in row])
        except ServingError as error:
            return status_of(error)
