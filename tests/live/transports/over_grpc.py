"""The gRPC transport, down to the bytes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.images_pb2 import ClassifyImagesRequest
from salience.v1.models_pb2 import GetModelRequest, ListModelsRequest
from salience.v1.summarization_pb2 import SummarizeRequest
from salience.v1.translation_pb2 import TranslateRequest
from tests.live.running_service import RunningService
from tests.live.transports.transport import PATIENCE_SECONDS, CallFailed, Failure, Reply

MAX_REPLY_BYTES = 16 * 2**20

_RPCS: dict[type[Message], str] = {
    TranslateRequest: "/salience.v1.TranslationService/Translate",
    SummarizeRequest: "/salience.v1.SummarizationService/Summarize",
    ClassifyImagesRequest: "/salience.v1.ImageService/ClassifyImages",
    RecognizeEntitiesRequest: "/salience.v1.EntityService/RecognizeEntities",
    ListModelsRequest: "/salience.v1.ModelService/ListModels",
    GetModelRequest: "/salience.v1.ModelService/GetModel",
}


@contextmanager
def grpc_channel(service: RunningService) -> Iterator[grpc.Channel]:
    options = [
        ("grpc.max_receive_message_length", MAX_REPLY_BYTES),
        ("grpc.use_local_subchannel_pool", 1),
    ]
    with grpc.insecure_channel(service.grpc_target, options=options) as channel:
        yield channel


class Grpc:
    name = "grpc"

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel

    def call(
        self, request: Message, reply_type: type[Reply], *, timeout_seconds: float | None = None
    ) -> Reply:
        data = self.send(_RPCS[type(request)], request.SerializeToString(), timeout_seconds)
        return reply_type.FromString(data)

    def begin(self, request: Message) -> Callable[[], object]:
        """Call and do not wait; the result hangs up."""
        method = self.channel.unary_unary(_RPCS[type(request)], bytes, bytes)
        call = method.future(request.SerializeToString(), timeout=PATIENCE_SECONDS)
        return call.cancel

    def send(self, rpc: str, data: bytes, timeout_seconds: float | None = None) -> bytes:
        """Send bytes as they are."""
        method = self.channel.unary_unary(rpc, bytes, bytes)
        try:
            return bytes(method(data, timeout=timeout_seconds or PATIENCE_SECONDS))
        except grpc.RpcError as error:
            raise CallFailed(_grpc_failure(error)) from None


def _grpc_failure(error: Any) -> Failure:
    status = rpc_status.from_call(error) or Status()
    info, bad_request, retry = ErrorInfo(), BadRequest(), RetryInfo()
    retry_seconds = None
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(bad_request)
        if detail.Unpack(retry):
            retry_seconds = retry.retry_delay.ToTimedelta().total_seconds()
    return Failure(
        code=error.code().name,
        reason=info.reason,
        message=error.details(),
        violations=tuple((v.field, v.description) for v in bad_request.field_violations),
        retry_seconds=retry_seconds,
    )
