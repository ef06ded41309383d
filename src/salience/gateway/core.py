"""The one way in: both transports hand every call to `Core`."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, aclosing, contextmanager, suppress
from typing import TypeAlias

from google.protobuf.message import Message
from google.rpc.code_pb2 import Code
from google.rpc.status_pb2 import Status

from salience.errors import (
    DeadlineExceeded,
    InternalError,
    ModelNotReady,
    Overloaded,
    ReplyTooLong,
    ServingError,
    Unauthenticated,
)
from salience.gateway.access.authentication import Authentication
from salience.gateway.access.caller import Caller
from salience.gateway.call_context import CallContext, WireProtocol
from salience.gateway.held_bytes import HeldBytes, Hold
from salience.gateway.methods import Backends, Method
from salience.gateway.metrics import GatewayMetrics
from salience.gateway.status_details import CallFailed
from salience.gateway.tracing import StartTrace
from salience.rpc_status import status_of

Parse: TypeAlias = Callable[[Hold], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_RETRY_SECONDS = 1.0

_LOG = logging.getLogger(__name__)


class Core:
    """Answers calls within their deadline; every failure is a `CallFailed`."""

    def __init__(
        self,
        backends: Backends,
        metrics: GatewayMetrics,
        held: HeldBytes,
        authentication: Authentication,
        start_trace: StartTrace,
        max_reply_bytes: int,
    ) -> None:
        self._held = held
        self._authentication = authentication
        self._backends = backends
        self._metrics = metrics
        self._start_trace = start_trace
        self._max_reply_bytes = max_reply_bytes
        self._is_stopping = False
        self._num_in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def refuse_new_calls(self) -> None:
        """Have whoever calls from now on come again, to another."""
        self._is_stopping = True

    async def wait_until_idle(self, seconds: float) -> None:
        """Return when no call is in flight, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()

    def holding(self) -> AbstractContextManager[Hold]:
        """For a call that is nobody's: what it holds, in the block."""
        return self._held.holding("")

    async def caller(
        self, authorization: str | None, protocol: WireProtocol, deadline: float
    ) -> Caller:
        """Who sent that header; to be asked before anything is read of the call."""
        try:
            async with asyncio.timeout_at(deadline):
                return await self._authentication.caller(authorization)
        except Unauthenticated as error:
            self._metrics.authentication_refused(protocol)
            raise CallFailed(status_of(error)) from error
        except Overloaded as error:
            raise CallFailed(status_of(error)) from error
        except TimeoutError as error:
            raise CallFailed(status_of(_too_late())) from error

    async def call(self, method: Method, parse: Parse, context: CallContext) -> Message:
        """The reply to the request that `parse` reads, which is given what the call holds."""
        assert method.answer is not None
        with self._recorded(method, context) as hold:
            async with asyncio.timeout_at(context.deadline):
                reply = await method.answer(self._backends, await parse(hold), context)
            self._require_short(reply)
            return reply

    async def stream(self, method: Method, parse: Parse, context: CallContext, send: Send) -> None:
        """Send the replies to the request that `parse` reads, as they come.

        A `send` whose peer does not read waits no longer than the call may take.
        """
        assert method.stream is not None
        with self._recorded(method, context) as hold:
            async with asyncio.timeout_at(context.deadline):
                replies = method.stream(self._backends, await parse(hold), context)
                async with aclosing(replies):
                    async for reply in replies:
                        self._require_short(reply)
                        await send(reply)

    def _require_short(self, reply: Message) -> None:
        num_bytes, most = reply.ByteSize(), self._max_reply_bytes
        if num_bytes > most:
            raise ReplyTooLong(f"the reply has {num_bytes} bytes; the limit is {most}")

    @contextmanager
    def _recorded(self, method: Method, context: CallContext) -> Iterator[Hold]:
        """Count the call and measure it, and give every failure its status.

        Its caller's limits are taken before anything is read.
        """
        started = time.monotonic()
        code: int = Code.OK
        self._started(method, context)
        try:
            if self._is_stopping:
                raise ModelNotReady("the gateway is stopping", retry_seconds=_RETRY_SECONDS)
            with (
                context.caller.calling(method.task),
                self._held.holding(context.caller.key_id) as hold,
            ):
                yield hold
        except asyncio.CancelledError:
            code = Code.CANCELLED
            raise
        except CallFailed as failure:
            code = failure.status.code
            raise
        except Exception as error:
            status = _status_of(error, context)
            code = status.code
            if isinstance(error, Overloaded) and not context.model:
                self._metrics.call_shed_unread()
            raise CallFailed(status) from error
        finally:
            self._ended(method, context, code, started)

    def _started(self, method: Method, context: CallContext) -> None:
        self._num_in_flight += 1
        self._idle.clear()
        self._metrics.call_started(method.name, context)
        context.trace = self._start_trace(method, context)
        context.traceparent = context.trace.traceparent

    def _ended(self, method: Method, context: CallContext, code: int, started: float) -> None:
        seconds = time.monotonic() - started
        self._metrics.call_ended(method.name, context, Code.Name(code), seconds)
        context.trace.ended(context.model, code)
        self._num_in_flight -= 1
        if not self._num_in_flight:
            self._idle.set()


def _status_of(error: Exception, context: CallContext) -> Status:
    if isinstance(error, ServingError):
        return status_of(error)
    if isinstance(error, TimeoutError):
        return status_of(_too_late())
    _LOG.error("unexpected failure", exc_info=error, extra=context.log_extra())
    return status_of(InternalError("internal error"))


def _too_late() -> DeadlineExceeded:
    return DeadlineExceeded("the call did not finish within its deadline")
