"""Workers that come and go while callers call."""

import asyncio
import os
import subprocess
import sys
from collections import Counter

from loadtests.autoscaling import Phase, Target, call, record
from loadtests.bench.questions import task_named
from tests.live.running_service import RunningService
from tests.unit.supervisor.polling import until

MODEL = "entities-en"
MAX_ROWS_OF_A_WORKER = 8
"""What TorchServe fails when it stops a worker; the callers are told to try again."""


def target(service: RunningService) -> Target:
    return Target(
        task_named("entities"),
        MODEL,
        grpc=service.grpc_target,
        metrics_urls=[service.metrics_url],
        management_url=service.management_url,
    )


def scale(service: RunningService, workers: int) -> str:
    """What `salience scale` prints."""
    command = [sys.executable, "-m", "salience.cli", "scale", MODEL, str(workers)]
    environment = os.environ | {
        "SALIENCE_MANAGEMENT_PORT": str(service.ports["MANAGEMENT_PORT"]),
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_workers_follow_a_square_wave_and_no_call_fails_for_good(
    small_service: RunningService,
) -> None:
    wave = [Phase(16, 60.0, until_workers=2), Phase(1, 60.0, until_workers=1)]

    moments = asyncio.run(record(target(small_service), wave))

    busy = [moment.workers for moment in moments if moment.callers == 16]
    calm = [moment.workers for moment in moments if moment.callers == 1]
    assert (busy[0], busy[-1]) == (1, 2)
    assert (calm[0], calm[-1]) == (2, 1)
    assert sum(moment.failed for moment in moments) == 0
    assert sum(moment.lost for moment in moments) <= MAX_ROWS_OF_A_WORKER


def test_a_worker_that_is_stopped_by_hand_costs_at_most_its_batch(service: RunningService) -> None:
    outcomes: Counter[str] = Counter()

    async def calls_while_scaled() -> str:
        calling = asyncio.create_task(call(target(service), 16, outcomes))
        await asyncio.to_thread(scale, service, 2)
        printed = await asyncio.to_thread(scale, service, 1)
        seen = outcomes["answered"]
        await until(lambda: outcomes["answered"] > seen + 32)
        calling.cancel()
        return printed

    assert asyncio.run(calls_while_scaled()) == f"{MODEL}: 2 → 1 workers\n"
    assert outcomes["failed"] == 0
    assert outcomes["lost"] <= MAX_ROWS_OF_A_WORKER
