"""The HTTP transport, down to the bytes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message
from google.rpc.code_pb2 import Code

from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.images_pb2 import ClassifyImagesRequest
from salience.v1.models_pb2 import GetModelRequest, ListModelsRequest
from salience.v1.summarization_pb2 import SummarizeRequest
from salience.v1.translation_pb2 import TranslateRequest
from tests.live.transports.transport import PATIENCE_SECONDS, CallFailed, Failure, Reply

JSON = {"content-type": "application/json"}

_ROUTES: dict[type[Message], tuple[str, str]] = {
    TranslateRequest: ("POST", "/v1/translate"),
    SummarizeRequest: ("POST", "/v1/summarize"),
    ClassifyImagesRequest: ("POST", "/v1/images:classify"),
    RecognizeEntitiesRequest: ("POST", "/v1/entities"),
    ListModelsRequest: ("GET", "/v1/models"),
    GetModelRequest: ("GET", "/v1/models/{name}"),
}


@dataclass(frozen=True)
class HttpReply:
    """A response that has been read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Http:
    name = "http"

    def __init__(self, port: int) -> None:
        self._port = port

    def call(
        self, request: Message, reply_type: type[Reply], *, timeout_seconds: float | None = None
    ) -> Reply:
        verb, path, body = _written(request)
        deadline = {} if timeout_seconds is None else {"x-timeout-seconds": str(timeout_seconds)}
        reply = self.send(verb, path, body, headers=JSON | deadline)
        if reply.status == 200:
            return json_format.Parse(reply.body, reply_type())
        raise CallFailed(http_failure(reply))

    def begin(self, request: Message) -> Callable[[], object]:
        """Call and do not wait; the result hangs up."""
        verb, path, body = _written(request)
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        connection.request(verb, path, body, JSON)
        return connection.close

    def send(
        self, verb: str, path: str, body: bytes | None = None, *, headers: Mapping[str, str] = JSON
    ) -> HttpReply:
        """Send bytes as they are."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(verb, path, body, dict(headers))
            return _read(connection.getresponse())
        finally:
            connection.close()


def http_failure(reply: HttpReply) -> Failure:
    """What the problem says; every part of the response must agree with it."""
    problem = reply.json
    assert reply.headers["content-type"].startswith("application/problem+json")
    assert problem["status"] == reply.status
    Code.Value(problem["code"])  # Raises when there is none of that name.
    retry_seconds = problem.get("retry_after")
    assert ("retry-after" in reply.headers) == (retry_seconds is not None)
    return Failure(
        code=problem["code"],
        reason=problem["reason"],
        message=problem["detail"],
        violations=tuple((v["field"], v["description"]) for v in problem["violations"]),
        retry_seconds=retry_seconds,
    )


def _written(request: Message) -> tuple[str, str, bytes | None]:
    verb, path = _ROUTES[type(request)]
    fields = json_format.MessageToDict(request, preserving_proto_field_name=True)
    body = json.dumps(fields).encode() if verb == "POST" else None
    return verb, path.format(**fields), body


def _read(response: HTTPResponse) -> HttpReply:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return HttpReply(response.status, headers, response.read())
