"""`salience scale`."""

import asyncio
from http import HTTPStatus
from typing import Annotated, NoReturn

import aiohttp
import typer

from salience.cli.exit_codes import FAILED
from salience.errors import ModelNotFound
from salience.supervisor import SupervisorSettings
from salience.supervisor.management import Management

_POLL_SECONDS = 0.2


def scale(
    model: Annotated[str, typer.Argument(help="For example entities-en.")],
    workers: Annotated[int, typer.Argument(min=1, help="Processes that serve it.")],
    wait_seconds: Annotated[
        float, typer.Option(min=0.0, help="How long to wait until they are ready.")
    ] = 120.0,
) -> None:
    """Give a model of the service on this machine more workers, or fewer.

    Restarts keep the number. An autoscaler (SALIENCE_MAX_WORKERS) goes on from there.
    """
    url = SupervisorSettings().management_url
    try:
        before, now = asyncio.run(_scale(url, model, workers, wait_seconds))
    except aiohttp.ClientResponseError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise ModelNotFound(f"there is no model {model[:60]!r}", field="model") from error
        _fail(f"TorchServe refused to scale {model}: {error.status}")
    except aiohttp.ClientConnectionError:
        _fail(f"no service is managed at {url}: set SALIENCE_MANAGEMENT_PORT to its port")
    except TimeoutError:
        _fail(f"{model} did not have {workers} workers after {wait_seconds:.0f} s")
    typer.echo(f"{model}: {before} → {now} workers")


async def _scale(url: str, model: str, workers: int, wait_seconds: float) -> tuple[int, int]:
    """Scale, wait, and return how many there were and are; an autoscaler may have moved on."""
    async with Management(url) as management:
        before = await management.workers_of(model)
        await management.scale(model, workers=workers)
        async with asyncio.timeout(wait_seconds):
            while (now := await management.workers_of(model)).num_ready != now.num_wanted:
                await asyncio.sleep(_POLL_SECONDS)
    return before.num_wanted, now.num_ready


def _fail(message: str) -> NoReturn:
    typer.echo(f"salience: {message}", err=True)
    raise typer.Exit(FAILED)
