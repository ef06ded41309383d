"""Refusing strangers over gRPC before their messages are received."""

from collections.abc import Awaitable, Callable
from typing import Any

import grpc

from salience.gateway.access.authentication import AUTHORIZATION_HEADER
from salience.gateway.core import Core
from salience.gateway.grpc_abort import abort
from salience.gateway.status_details import CallFailed

_OPEN = ("/grpc.health.", "/grpc.reflection.")

Continuation = Callable[[grpc.HandlerCallDetails], Awaitable["grpc.RpcMethodHandler[Any, Any]"]]


class GrpcGate(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]
    """Without it a message as large as may be is held of everybody who can connect."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> "grpc.RpcMethodHandler[Any, Any]":
        """The method's own handler, or one that only refuses."""
        if not handler_call_details.method.startswith(_OPEN):
            metadata = dict(handler_call_details.invocation_metadata or ())
            sent = metadata.get(AUTHORIZATION_HEADER)
            try:
                authorization = sent if isinstance(sent, str) else None
                await self._core.caller(authorization, "grpc", deadline=None)
            except CallFailed as failure:
                return _refusing(failure)
        return await continuation(handler_call_details)


def _refusing(failure: CallFailed) -> "grpc.RpcMethodHandler[Any, Any]":
    """One that takes a stream is called before there is a message; what comes is not read."""

    async def refuse(requests: Any, rpc: "grpc.aio.ServicerContext[Any, Any]") -> None:
        await abort(rpc, failure)

    return grpc.stream_stream_rpc_method_handler(refuse)
