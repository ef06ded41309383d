"""TorchServe's management interface: which models there are, and how many workers."""

from http import HTTPStatus
from types import TracebackType
from typing import Any, NamedTuple, Self

import aiohttp

_SCALE_ATTEMPTS = 5


class RegistrationRefused(Exception):
    """TorchServe will not serve an archive; the message is its own."""


class Workers(NamedTuple):
    """The worker processes of a model."""

    num_ready: int
    """Those that have loaded it."""
    num_wanted: int
    """As many as TorchServe was told to keep."""
    pids: tuple[int, ...] = ()
    """The processes of those that are ready."""


class Management:
    """Registers, counts, scales and removes models.

    Every method raises aiohttp.ClientError or TimeoutError when TorchServe is away.
    """

    def __init__(self, url: str) -> None:
        self._models = f"{url}/models"

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=60)
        self._session = aiohttp.ClientSession(timeout=timeout)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def model_names(self) -> set[str]:
        """Every registered model."""
        listing = await self._get(self._models, limit=100)
        return {model["modelName"] for model in listing["models"]}

    async def workers_of(self, model: str) -> Workers:
        """How many processes the model has."""
        versions = await self._get(f"{self._models}/{model}")
        workers = versions[0]["workers"]
        pids = tuple(worker["pid"] for worker in workers if worker["status"] == "READY")
        return Workers(len(pids), num_wanted=versions[0]["minWorkers"], pids=pids)

    async def scale(self, model: str, *, workers: int) -> None:
        """Start or stop workers of a model, without waiting for them.

        TorchServe fails, with 500, when a worker lets go of its rows just as TorchServe takes them
        from it to stop it. That worker stops; told again it stops the others.
        """
        query = {"min_worker": str(workers), "max_worker": str(workers), "synchronous": "false"}
        for attempts_left in reversed(range(_SCALE_ATTEMPTS)):
            async with self._session.put(f"{self._models}/{model}", params=query) as response:
                if response.status == HTTPStatus.INTERNAL_SERVER_ERROR and attempts_left:
                    continue
                response.raise_for_status()
                return

    async def register(self, archive: str, *, workers: int) -> None:
        """Start serving what has this name in the model store; its workers start afterwards."""
        query = {"url": archive, "initial_workers": str(workers), "synchronous": "false"}
        async with self._session.post(self._models, params=query) as response:
            if response.status >= 400:
                raise RegistrationRefused(f"{archive}: {await response.text()}")

    async def unregister(self, model: str) -> None:
        """Stop a model and its workers."""
        async with self._session.delete(f"{self._models}/{model}") as response:
            response.raise_for_status()

    async def _get(self, url: str, **query: int) -> Any:
        async with self._session.get(url, params=query) as response:
            response.raise_for_status()
            return await response.json(content_type=None)
