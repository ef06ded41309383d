"""One gRPC call with its retries and its errors."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import grpc
from google.protobuf.message import Message

from salience.client.retries import RetryPolicy, call_with_retries
from salience.client.rpc_errors import error_of_rpc

Reply = TypeVar("Reply")


@dataclass(frozen=True)
class Calls:
    """Makes calls within `timeout_seconds` each, retries and pauses included."""

    timeout_seconds: float
    retries: RetryPolicy
    metadata: Sequence[tuple[str, str]] = ()
    """Goes with every call."""

    def unary(self, method: Callable[..., Reply], request: Message) -> Reply:
        """The reply to `request`."""

        def attempt(seconds: float) -> Reply:
            try:
                return method(request, timeout=seconds, metadata=self.metadata)
            except grpc.RpcError as error:
                raise error_of_rpc(error) from error

        return self._with_retries(attempt)

    def stream(self, method: Callable[..., Iterable[Reply]], request: Message) -> Iterator[Reply]:
        """The replies to `request`; an error is retried until the first one has come."""

        def attempt(seconds: float) -> tuple[list[Reply], Iterator[Reply]]:
            replies = _replies(method(request, timeout=seconds, metadata=self.metadata))
            return list(islice(replies, 1)), replies

        first, rest = self._with_retries(attempt)
        yield from first
        yield from rest

    def _with_retries(self, attempt: Callable[[float], Reply]) -> Reply:
        return call_with_retries(attempt, timeout_seconds=self.timeout_seconds, policy=self.retries)


def _replies(call: Iterable[Reply]) -> Iterator[Reply]:
    try:
        yield from call
    except grpc.RpcError as error:
        raise error_of_rpc(error) from error
    finally:
        call.cancel()  # type: ignore[attr-defined]
