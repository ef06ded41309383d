"""Rows sent again that found no worker, or whose worker died: predictions are idempotent.

Most rows are bystanders: the process was killed, or an item of another row killed it. So a
row that saw a worker die is sent again, but no two such rows at a time. One that sees a
worker die once more is suspect itself: it is halved until the deadly item stands alone.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from salience.errors import ItemFailed, ModelNotReady, Overloaded, ServingError, WorkerLost
from salience.gateway.item_messages import Item, ItemReply
from salience.gateway.rows import RowOutcome, merged_reply
from salience.rpc_status import status_of

MOST_DEATHS = 3
"""An item that has seen so many workers die, the last ones alone, is blamed."""

Send = Callable[[Sequence[Item]], Awaitable[ItemReply]]


class _Row(NamedTuple):
    send: Send
    empty: Callable[[], ItemReply]


@dataclass(frozen=True)
class Resending:
    """How patiently the rows of one model are sent again.

    `patience_seconds` bounds the wait for a worker to come back, beside the call's deadline.
    """

    patience_seconds: float
    pause_seconds: float
    on_resend: Callable[[], None]
    under_suspicion: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def deliver(
        self, send: Send, items: Sequence[Item], *, empty: Callable[[], ItemReply]
    ) -> ItemReply:
        """The reply to a row of these items; `empty` makes a reply without results.

        Raises ServingErrors for the row as a whole, such as ItemFailed for a single item.
        """
        try:
            return await self._when_there_is_a_worker(send, items, ModelNotReady)
        except WorkerLost:
            return await self._again(_Row(send, empty), items, num_deaths=1)

    async def _again(self, row: "_Row", items: Sequence[Item], *, num_deaths: int) -> ItemReply:
        try:
            async with self.under_suspicion:
                self.on_resend()
                return await self._when_there_is_a_worker(
                    row.send, items, ModelNotReady, Overloaded
                )
        except WorkerLost:
            num_deaths += 1
        if len(items) > 1:
            return await self._halves(row, items, num_deaths)
        if num_deaths < MOST_DEATHS:
            return await self._again(row, items, num_deaths=num_deaths)
        raise ItemFailed("the model's process died each time it was given this item")

    async def _halves(self, row: "_Row", items: Sequence[Item], num_deaths: int) -> ItemReply:
        middle = len(items) // 2
        halves = [range(middle), range(middle, len(items))]
        outcomes: list[RowOutcome] = []
        for half in halves:
            try:
                some = [items[index] for index in half]
                outcomes.append(await self._again(row, some, num_deaths=num_deaths))
            except ServingError as error:
                outcomes.append(status_of(error))
        return merged_reply(row.empty(), {}, halves, outcomes)

    async def _when_there_is_a_worker(
        self, send: Send, items: Sequence[Item], *not_yet: type[ServingError]
    ) -> ItemReply:
        until = time.monotonic() + self.patience_seconds
        while True:
            try:
                return await send(items)
            except not_yet:
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(self.pause_seconds)
