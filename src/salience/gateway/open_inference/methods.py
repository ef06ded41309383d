"""The methods of the protocol, answered by the same core as the typed ones."""

from importlib.metadata import version

from google.protobuf.message_factory import GetMessageClass

from salience.errors import ModelNotFound
from salience.gateway.call_context import CallContext
from salience.gateway.methods import Answer, Backends, Method
from salience.gateway.open_inference.replies import check_outputs, output_names, tensor_reply
from salience.gateway.open_inference.requests import typed_request
from salience.gateway.open_inference.tensors import DATATYPE
from salience.gateway.registry import Registry, ServedModel
from salience.gateway.task_kinds import TASK_KINDS
from salience.v1.open_inference.inference_pb2 import (
    DESCRIPTOR,
    ModelInferRequest,
    ModelInferResponse,
    ModelMetadataRequest,
    ModelMetadataResponse,
    ModelReadyRequest,
    ModelReadyResponse,
    ServerLiveRequest,
    ServerLiveResponse,
    ServerMetadataRequest,
    ServerMetadataResponse,
    ServerReadyRequest,
    ServerReadyResponse,
)


async def _server_live(
    backends: Backends, request: ServerLiveRequest, context: CallContext
) -> ServerLiveResponse:
    return ServerLiveResponse(live=True)


async def _server_ready(
    backends: Backends, request: ServerReadyRequest, context: CallContext
) -> ServerReadyResponse:
    return ServerReadyResponse(ready=backends.is_ready())


async def _model_ready(
    backends: Backends, request: ModelReadyRequest, context: CallContext
) -> ModelReadyResponse:
    served = backends.registry.named(request.name, field="name")
    context.answered_by(served.name, served.task)
    _check_version(served, request.version, field="version")
    return ModelReadyResponse(ready=served.is_ready)


async def _server_metadata(
    backends: Backends, request: ServerMetadataRequest, context: CallContext
) -> ServerMetadataResponse:
    return ServerMetadataResponse(
        name="salience", version=version("salience"), extensions=["binary_tensor_data"]
    )


async def _model_metadata(
    backends: Backends, request: ModelMetadataRequest, context: CallContext
) -> ModelMetadataResponse:
    served = _named(backends.registry, request.name, request.version, "name", "version")
    context.answered_by(served.name, served.task)
    model = served.known_description()
    kind = TASK_KINDS[model.task]
    tensor = ModelMetadataResponse.TensorMetadata
    return ModelMetadataResponse(
        name=served.name,
        versions=[model.version],
        platform=f"salience_{model.engine}",
        inputs=[tensor(name=kind.items.field, datatype=DATATYPE, shape=[-1])],
        outputs=[tensor(name=n, datatype=DATATYPE, shape=[-1]) for n in output_names(kind)],
    )


async def _model_infer(
    backends: Backends, request: ModelInferRequest, context: CallContext
) -> ModelInferResponse:
    served = _named(
        backends.registry, request.model_name, request.model_version, "model_name", "model_version"
    )
    context.answered_by(served.name, served.task)
    kind = TASK_KINDS[served.known_description().task]
    check_outputs(kind, request)
    reply = await backends.items.answer(kind, typed_request(kind, request), context)
    return tensor_reply(kind, request, reply)


def _named(
    registry: Registry, name: str, wanted: str, name_field: str, version_field: str
) -> ServedModel:
    served = registry.named(name, field=name_field)
    _check_version(served, wanted, field=version_field)
    return served


def _check_version(served: ServedModel, wanted: str, *, field: str) -> None:
    known = served.description.version if served.description else ""
    if wanted and known and wanted != known:
        message = f"model {served.name} has no version {wanted[:60]!r}; it has {known}"
        raise ModelNotFound(message, field=field)


_ANSWERS: dict[str, Answer] = {
    "ServerLive": _server_live,
    "ServerReady": _server_ready,
    "ModelReady": _model_ready,
    "ServerMetadata": _server_metadata,
    "ModelMetadata": _model_metadata,
    "ModelInfer": _model_infer,
}

INFERENCE_METHODS: dict[str, Method] = {
    descriptor.name: Method(
        descriptor=descriptor,
        request_type=GetMessageClass(descriptor.input_type),
        http_verb="",
        http_path="",
        answer=_ANSWERS[descriptor.name],
        stream=None,
        kind=None,
    )
    for descriptor in DESCRIPTOR.services_by_name["GRPCInferenceService"].methods
}
"""By name; their HTTP routes are in `routes`."""
