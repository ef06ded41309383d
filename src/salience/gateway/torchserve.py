"""The one place that speaks to TorchServe, over its REST interfaces on loopback."""

import io
import logging
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, NamedTuple, Self

import aiohttp
from aiohttp import ClientSession, ClientTimeout
from yarl import URL

from salience.errors import DeadlineExceeded, ModelNotReady, ServingError, WorkerLost
from salience.gateway import torchserve_failures as failures
from salience.tracing.batch_times import BATCH_TIMES_HEADER
from salience.tracing.traceparent import TRACEPARENT, trace_id_of

_LOG = logging.getLogger(__name__)

# aiohttp warns about bytes longer than this; a stream it sends in pieces.
_LARGE_BODY = 2**20

_RETRY_SECONDS = 1.0


class WorkerAnswer(NamedTuple):
    """What a worker answered; `batch_times` is of the header that rows in a trace come with."""

    body: bytes
    batch_times: str


class TorchServe:
    """Asks TorchServe for predictions and about its models. Raises ServingErrors."""

    def __init__(self, *, torchserve_url: str, management_url: str, timeout_seconds: float) -> None:
        self.prediction_url = cache((URL(torchserve_url) / "predictions").__truediv__)
        self._models = URL(management_url) / "models"
        self._timeout = ClientTimeout(total=timeout_seconds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._session.close()

    async def predict(
        self,
        model: str,
        body: bytes,
        *,
        request_id: str,
        traceparent: str = "",
        unix_deadline: float | None = None,
    ) -> WorkerAnswer:
        """The worker's answer to one row."""
        headers = {
            "content-type": "application/octet-stream",
            "x-salience-request-id": request_id,
        }
        if unix_deadline is not None:
            headers["x-salience-deadline"] = f"{unix_deadline:.6f}"
        if traceparent:
            headers[TRACEPARENT] = traceparent
        return await self._post(model, body, headers)

    async def describe(self, model: str) -> bytes:
        """The worker's description of its model, a serialized `Model`."""
        headers = {
            "content-type": "application/octet-stream",
            "x-salience-method": "describe",
        }
        return (await self._post(model, b"", headers)).body

    async def model_names(self) -> list[str]:
        """Every model that is registered, whether or not it answers."""
        names: list[str] = []
        query = {"limit": "100"}
        while True:
            page = await self._get(self._models.with_query(query))
            names += [entry["modelName"] for entry in page["models"]]
            if "nextPageToken" not in page:
                return names
            query["next_page_token"] = page["nextPageToken"]

    async def num_ready_workers(self, model: str) -> int:
        """How many worker processes have loaded the model."""
        versions = await self._get(self._models / model)
        return sum(worker["status"] == "READY" for worker in versions[0]["workers"])

    @cached_property
    def _session(self) -> ClientSession:
        """Made at the first request: it needs a running event loop."""
        return ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("accept", "accept-encoding", "user-agent"),
            timeout=self._timeout,
        )

    async def _post(self, model: str, body: bytes, headers: Mapping[str, str]) -> WorkerAnswer:
        try:
            status, answer = await self._exchange(model, body, headers)
        except aiohttp.ClientConnectorError:
            raise ModelNotReady(
                "the model server cannot be reached", retry_seconds=_RETRY_SECONDS
            ) from None
        except TimeoutError:
            raise DeadlineExceeded("the model did not answer in time") from None
        except aiohttp.ClientError:
            raise WorkerLost(
                "the model server closed the connection", retry_seconds=_RETRY_SECONDS
            ) from None
        if status == 200:
            return answer
        raise await self._failure(model, status, answer.body, headers)

    async def _exchange(
        self, model: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, WorkerAnswer]:
        try:
            return await self._post_once(model, body, headers)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            if isinstance(error, aiohttp.ClientConnectorError):
                raise
            # An idle connection was closed as it was being reused; predictions are idempotent.
            return await self._post_once(model, body, headers)

    async def _post_once(
        self, model: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, WorkerAnswer]:
        data = body if len(body) < _LARGE_BODY else io.BytesIO(body)
        async with self._session.post(
            self.prediction_url(model), data=data, headers=headers
        ) as response:
            batch_times = response.headers.get(BATCH_TIMES_HEADER, "")
            return response.status, WorkerAnswer(await response.read(), batch_times)

    async def _failure(
        self, model: str, status: int, answer: bytes, headers: Mapping[str, str]
    ) -> ServingError:
        message = failures.message_of(answer)
        if failures.was_refused(status, message):
            return failures.refusal(await self.num_ready_workers(model))
        error = failures.failure(status, message)
        _LOG.warning(
            "torchserve failed with %s: %s",
            failures.kind_of(answer),
            error.code.value,
            extra={
                "request_id": headers.get("x-salience-request-id", ""),
                "trace_id": trace_id_of(headers.get(TRACEPARENT, "")),
                "model": model,
                "status": status,
            },
        )
        return error

    async def _get(self, url: URL) -> Any:
        try:
            async with self._session.get(url) as response:
                if response.status == 200:
                    return await response.json(content_type=None)
                raise failures.failure(response.status, failures.message_of(await response.read()))
        except (TimeoutError, aiohttp.ClientError, ValueError):
            raise ModelNotReady(
                "the model server cannot be reached", retry_seconds=_RETRY_SECONDS
            ) from None
