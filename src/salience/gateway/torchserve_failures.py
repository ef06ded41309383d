"""What TorchServe's failures mean to a caller.

TorchServe answers 503 with the same words when a model's queue is full and when it has
no worker; and 503 with other words when a handler raised.
"""

import json

from salience.errors import InternalError, ModelNotReady, Overloaded, ServingError, WorkerLost

_RETRY_SECONDS = 1.0


def message_of(answer: bytes) -> str:
    """The message in the body of a failure, at most a line of it."""
    try:
        message = json.loads(answer)["message"]
    except (ValueError, KeyError, TypeError):
        message = answer.decode(errors="replace")
    return str(message)[:500]


def kind_of(answer: bytes) -> str:
    """TorchServe's name for a failure, fit for a log: its message may have a caller's text."""
    try:
        kind = str(json.loads(answer)["type"])
    except (ValueError, KeyError, TypeError):
        return "no JSON"
    return kind[:60] if kind.isidentifier() else "another kind"


def was_refused(status: int, message: str) -> bool:
    """Whether the row was never accepted; `refusal` tells why."""
    return status == 503 and "has no worker" in message


def refusal(num_ready_workers: int) -> ServingError:
    """Why a row was not accepted."""
    if num_ready_workers:
        return Overloaded("the queue of the model is full", retry_seconds=_RETRY_SECONDS)
    return ModelNotReady("the model is loading or restarting", retry_seconds=_RETRY_SECONDS)


def failure(status: int, message: str) -> ServingError:
    """What became of a row that was accepted, or of any other request."""
    if status == 404:  # Only registered models are asked, so it is being registered again.
        return ModelNotReady("the model is restarting", retry_seconds=_RETRY_SECONDS)
    if status == 507 or "Worker died" in message:
        return WorkerLost("the worker died while it held the request", retry_seconds=_RETRY_SECONDS)
    return InternalError("internal error")
