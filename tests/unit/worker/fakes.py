"""Stand-ins for what TorchServe gives a handler, and a handler that shouts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.rpc.status_pb2 import Status

from salience.errors import InvalidInput, ServingError
from salience.rpc_status import status_of
from salience.v1.models_pb2 import Model
from salience.worker.batch_handler import BatchHandler
from salience.worker.placement import Placement


@dataclass
class FakeContext:
    headers: list[dict[str, str]] = field(default_factory=list)
    system_properties: dict[str, Any] = field(default_factory=dict)
    model_yaml_config: dict[str, Any] = field(default_factory=dict)

    response_headers: dict[int, dict[str, str]] = field(default_factory=dict)

    def get_all_request_header(self, idx: int) -> dict[str, Any]:
        return self.headers[idx]

    def set_response_header(self, idx: int, key: str, value: str) -> None:
        self.response_headers.setdefault(idx, {})[key] = value


class ShoutingHandler(BatchHandler[str, str]):
    """Items are words; the poison word breaks the model, `?` is refused."""

    item_field = "words"

    def __init__(self) -> None:
        self.model = Model(name="shouting")
        self.batches: list[list[str]] = []
        self.placement: Placement | None = None

    def load(self, model_dir: Path, placement: Placement) -> Model:
        self.placement = placement
        return self.model

    def parse(self, payload: bytes) -> Sequence[str]:
        if payload == b"unreadable":
            raise InvalidInput("unreadable")
        return payload.decode().split()

    def predict(self, items: Sequence[str]) -> Sequence[str | ServingError]:
        self.batches.append(list(items))
        if "poison" in items:
            raise ZeroDivisionError("a secret of the model")
        return [InvalidInput("no words") if item == "?" else item.upper() for item in items]

    def encode(self, answers: Sequence[str | ServingError], seconds: float) -> bytes:
        return b"|".join(
            status_of(answer).SerializeToString()
            if isinstance(answer, ServingError)
            else answer.encode()
            for answer in answers
        )


def handle(
    handler: ShoutingHandler, *payloads: bytes, headers: dict[str, str] | None = None
) -> list[bytes]:
    """What the handler answers to one batch, every row with the same headers."""
    context = FakeContext(headers=[headers or {}] * len(payloads))
    return handler.handle([{"body": bytearray(payload)} for payload in payloads], context)


def status(reply: bytes) -> Status:
    """A reply that is a single error."""
    return Status.FromString(reply)
