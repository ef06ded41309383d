"""What a transport knows about a call besides its request."""

import asyncio
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from salience.gateway.access.caller import ANYONE, Caller
from salience.gateway.call_trace import CallTrace, Untraced
from salience.tracing.traceparent import trace_id_of
from salience.v1.models_pb2 import Task

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")

REQUEST_ID_HEADER = "x-request-id"

WireProtocol: TypeAlias = Literal["grpc", "http"]


class HttpTarget(NamedTuple):
    """What a call over HTTP asks for; `route` is its path with the names of what varies."""

    verb: str
    route: str
    path: str
    scheme: str


@dataclass(slots=True)
class CallContext:
    """Travels with a call. `deadline` is on the clock of the event loop.

    `model` is empty until it is known which model answers.
    """

    protocol: WireProtocol
    request_id: str
    deadline: float
    model: str = ""
    caller: Caller = ANYONE
    traceparent: str = ""
    """Which trace the call belongs to; at first as its caller says."""
    tracestate: str = ""
    http_target: HttpTarget | None = None
    """None over gRPC."""
    variant: str = ""
    """Which of two versions of a model its caller wants, if it says."""
    trace: CallTrace = field(default_factory=Untraced)

    def answered_by(self, model: str, task: Task) -> None:
        """Note which model answers. Raises PermissionDenied when its caller may not ask it."""
        self.model = model
        self.caller.scope.require_model(model, task)

    def log_extra(self) -> dict[str, str]:
        """What a line about the call tells of it."""
        trace_id = trace_id_of(self.traceparent)
        return {"request_id": self.request_id, "trace_id": trace_id, "model": self.model}

    def unix_deadline(self) -> float:
        """The deadline on the clock that other processes share."""
        return time.time() + self.deadline - asyncio.get_running_loop().time()


def request_id_of(proposed: str | None) -> str:
    """The caller's own request id when it is fit for logs and headers, else a new one."""
    if proposed and _REQUEST_ID.fullmatch(proposed):
        return proposed
    return secrets.token_hex(16)


def deadline_after(seconds: float | None, *, at_most: float) -> float:
    """When a call must be over that asked for `seconds`, or did not ask."""
    allowed = at_most if seconds is None else min(seconds, at_most)
    return asyncio.get_running_loop().time() + allowed
