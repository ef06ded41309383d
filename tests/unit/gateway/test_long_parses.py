import asyncio
from collections.abc import Callable
from threading import Event
from typing import TypeVar

import pytest

from salience.errors import InvalidInput, Overloaded
from salience.gateway.held_bytes import HeldBytes
from salience.gateway.long_parses import LONG_BODY, LongParses

T = TypeVar("T")


async def call(
    parses: LongParses, room: HeldBytes, parse: Callable[[], T], size: int = LONG_BODY
) -> T:
    with room.holding("") as hold:
        hold.grow_to(size)
        return await parses.run(parse, size, hold)


def test_a_call_that_ends_first_is_held_until_its_parse_has_ended() -> None:
    async def abandon() -> None:
        parses, room, begun, go_on = LongParses(), HeldBytes(LONG_BODY), Event(), Event()

        def parse() -> None:
            begun.set()
            go_on.wait(10)

        abandoned = asyncio.create_task(call(parses, room, parse))
        await asyncio.to_thread(begun.wait, 10)
        abandoned.cancel()
        with pytest.raises(asyncio.CancelledError):
            await abandoned

        with pytest.raises(Overloaded):
            await call(parses, room, str)
        waiting = asyncio.create_task(call(parses, HeldBytes(LONG_BODY), str))
        short = await call(parses, room, str, 10)
        assert (short, waiting.done()) == ("", False)

        go_on.set()
        assert await waiting == ""
        assert await call(parses, room, str) == ""

    asyncio.run(abandon())


def test_a_call_that_ends_before_its_turn_is_not_parsed() -> None:
    async def leave() -> None:
        parses, room, go_on = LongParses(), HeldBytes(10 * LONG_BODY), Event()
        first = asyncio.create_task(call(parses, room, lambda: go_on.wait(10)))
        parsed: list[str] = []
        second = asyncio.create_task(call(parses, room, lambda: parsed.append("second")))
        await asyncio.sleep(0)
        second.cancel()
        go_on.set()

        assert await first
        await call(parses, room, lambda: parsed.append("third"))
        assert parsed == ["third"]

    asyncio.run(leave())


def test_a_fault_that_a_parse_finds_is_its_callers() -> None:
    def fail() -> None:
        raise InvalidInput("wrong")

    with pytest.raises(InvalidInput, match="wrong"):
        asyncio.run(call(LongParses(), HeldBytes(LONG_BODY), fail))
