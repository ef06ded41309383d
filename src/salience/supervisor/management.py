"""TorchServe's management interface: which models there are, and how many workers."""

from types import TracebackType
from typing import Any, Self

import aiohttp


class RegistrationRefused(Exception):
    """TorchServe will not serve an archive; the message is its own."""


class Management:
    """Registers, counts and removes models.

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

    async def num_ready_workers(self, model: str) -> int:
        """How many processes have loaded the model."""
        versions = await self._get(f"{self._models}/{model}")
        return sum(worker["status"] == "READY" for worker in versions[0]["workers"])

    async def register(self, archive: str, *, workers: int) -> None:
        """Start serving a file of the model store; its workers start afterwards."""
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
