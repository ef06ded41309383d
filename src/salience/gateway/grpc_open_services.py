"""Health and reflection over gRPC, which need no key: messages come in time and are short."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.reflection import SERVICE_NAME, aio  # type: ignore[attr-defined]

from salience.errors import InputTooLong, ServingError
from salience.gateway.grpc_abort import abort
from salience.gateway.grpc_messages import GrpcMessages
from salience.gateway.health import Health
from salience.gateway.held_bytes import FREE_BYTES, Hold
from salience.gateway.wire_format import parse_message
from salience.rpc_status import status_of

_HEALTH = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class OpenServices:
    """Receives for gRPC's own servicers, who would wait for ever for a message of any length."""

    def __init__(
        self, messages: GrpcMessages, holding: Callable[[], AbstractContextManager[Hold]]
    ) -> None:
        self._messages = messages
        self._holding = holding

    def add_to(self, server: grpc.aio.Server, health: Health, services: Sequence[str]) -> None:
        """Serve health, and reflection of these services and of both."""
        names = (*services, _HEALTH, SERVICE_NAME)
        servicer = aio.ReflectionServicer(names)  # type: ignore[attr-defined]  # no stub has it
        check = grpc.stream_unary_rpc_method_handler(
            self._asking(health_pb2.HealthCheckRequest, health.servicer.Check),
            response_serializer=health_pb2.HealthCheckResponse.SerializeToString,
        )
        watch = grpc.stream_stream_rpc_method_handler(
            self._asking(health_pb2.HealthCheckRequest, health.servicer.Watch),
            response_serializer=health_pb2.HealthCheckResponse.SerializeToString,
        )
        reflect = grpc.stream_stream_rpc_method_handler(
            self._reflecting(servicer.ServerReflectionInfo),
            response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
        )
        methods = {
            _HEALTH: {"Check": check, "Watch": watch},
            SERVICE_NAME: {"ServerReflectionInfo": reflect},
        }
        server.add_generic_rpc_handlers(
            tuple(grpc.method_handlers_generic_handler(*method) for method in methods.items())
        )

    def _asking(
        self, request_type: type[Message], answer: Callable[[Any, Context], Awaitable[Any]]
    ) -> Callable[[Any, Context], Awaitable[Any]]:
        async def handle(requests: Any, rpc: Context) -> Any:
            try:
                return await answer(await self._request(request_type, rpc), rpc)
            except ServingError as error:
                status = status_of(error)
            return await abort(rpc, status)

        return handle

    def _reflecting(
        self, answers: Callable[[AsyncIterator[Message], Context], AsyncIterator[Message]]
    ) -> Callable[[Any, Context], Awaitable[None]]:
        async def handle(requests: Any, rpc: Context) -> None:
            async for reply in answers(self._reflection_requests(rpc), rpc):
                await rpc.write(reply)

        return handle

    async def _reflection_requests(self, rpc: Context) -> AsyncIterator[Message]:
        """Until one does not come in time: whoever asks again begins anew."""
        with suppress(ServingError):
            while True:
                yield await self._request(reflection_pb2.ServerReflectionRequest, rpc)

    async def _request(self, request_type: type[Message], rpc: Context) -> Message:
        with self._holding() as hold:
            data = await self._messages.next_of(rpc, hold)
        if len(data) > FREE_BYTES:
            raise InputTooLong(f"the message is over the limit of {FREE_BYTES} bytes")
        return parse_message(request_type, data)
