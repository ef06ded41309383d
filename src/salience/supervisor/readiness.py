"""Whether the service answers, and what it is waiting for until then."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import aiohttp

from salience.v1.models_pb2 import Readiness

_POLL_SECONDS = 0.2
_REMIND_SECONDS = 5.0


async def wait_until_ready(
    is_ready: Callable[[], Awaitable[bool]],
    state: Callable[[], str],
    report: Callable[[str], None],
) -> None:
    """Ask until the answer is yes; report each new state, and an old one now and then."""
    began = reported_at = time.monotonic()
    reported = ""
    while not await is_ready():
        now = time.monotonic()
        if (current := state()) != reported or now - reported_at > _REMIND_SECONDS:
            report(f"{now - began:5.1f} s  {current}")
            reported, reported_at = current, now
        await asyncio.sleep(_POLL_SECONDS)
    report(f"{time.monotonic() - began:5.1f} s  every model has answered a request")


async def ready_models(url: str) -> set[str]:
    """The models that the gateway's /readyz calls ready; none while it answers no 200.

    The gateway knows only the models that it has seen registered so far.
    """
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            models = (await response.json())["models"] if response.status == 200 else {}
    except (aiohttp.ClientError, TimeoutError):
        return set()
    ready = Readiness.Name(Readiness.READINESS_READY)
    return {name for name, readiness in models.items() if readiness == ready}


def loading_state(num_ready: Mapping[str, int], num_wanted: Mapping[str, int]) -> str:
    """What the models are waiting for, in words."""
    if not num_ready:
        return "starting TorchServe"
    if all(number == num_wanted[model] for model, number in num_ready.items()):
        return "every worker is up: asking each model"
    counts = [
        f"{model} {number}/{num_wanted[model]}" for model, number in sorted(num_ready.items())
    ]
    return f"starting workers: {', '.join(counts)}"
