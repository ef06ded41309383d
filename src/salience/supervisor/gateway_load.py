"""What every model has to do, read from the gateways' metrics."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from salience.supervisor.scaling import Load

IN_FLIGHT = ("salience_rows_waiting", "salience_rows_running")
QUEUE_SUM, QUEUE_COUNT = "salience_queue_seconds_sum", "salience_queue_seconds_count"


class _Counted(NamedTuple):
    """What had been counted at an earlier look."""

    seconds: float = 0.0
    calls: float = 0.0


class GatewayLoad:
    """Reads the metrics again and again; means are over the time since the last look."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = urls
        self._counted: dict[str, _Counted] = {}

    async def read(self) -> dict[str, Load]:
        """The load of each model. Raises aiohttp.ClientError or TimeoutError."""
        timeout = aiohttp.ClientTimeout(total=5.0)
        async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session:
            texts = await asyncio.gather(*(_text(session, url) for url in self._urls))
        return self.of_metrics(*texts)

    def of_metrics(self, *texts: str) -> dict[str, Load]:
        """The same from the text of every gateway's metrics."""
        values = _values_by_model("\n".join(texts))
        return {model: self._load(model, of_model) for model, of_model in values.items()}

    def _load(self, model: str, values: dict[str, float]) -> Load:
        before = self._counted.get(model, _Counted())
        now = _Counted(values[QUEUE_SUM], values[QUEUE_COUNT])
        self._counted[model] = now
        calls = now.calls - before.calls
        seconds = now.seconds - before.seconds if calls > 0 else 0.0  # a new gateway counts anew
        return Load(sum(values[name] for name in IN_FLIGHT), max(seconds, 0.0) / max(calls, 1.0))


async def _text(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as response:
        return await response.text()


def _values_by_model(text: str) -> dict[str, dict[str, float]]:
    wanted = {*IN_FLIGHT, QUEUE_SUM, QUEUE_COUNT}
    values: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name in wanted and sample.labels.get("model"):
                values[sample.labels["model"]][sample.name] += sample.value
    return dict(values)
