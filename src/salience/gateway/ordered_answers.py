"""Pieces of a stream answered side by side, their answers kept in order."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeVar

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")


async def in_order(
    pieces: Iterable[Piece], answer: Callable[[Piece], Awaitable[Answer]], *, num_ahead: int
) -> AsyncGenerator[Answer, None]:
    """Answer `num_ahead` pieces at a time, and yield the answers in order."""
    tasks: deque[asyncio.Future[Answer]] = deque()
    try:
        for piece in pieces:
            tasks.append(asyncio.ensure_future(answer(piece)))
            if len(tasks) == num_ahead:
                yield await tasks.popleft()
        while tasks:
            yield await tasks.popleft()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
