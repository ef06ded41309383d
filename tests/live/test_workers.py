"""What callers see when a process of the service dies."""

import threading
import time
import urllib.request

import psutil
import pytest

from salience.errors import ServingError
from salience.tracing.batch_times import BATCH_TIMES_HEADER, BatchTimes
from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.models_pb2 import Model
from tests.live.running_service import RECOVERY_SECONDS, RunningService, eventually, get

TRANSLATION = "translation-en-de"
ENTITIES = "entities-en"


class Callers:
    """Four threads that translate one sentence after the other, until the block ends."""

    def __init__(self, service: RunningService) -> None:
        self._service = service
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call) for _ in range(4)]
        self.num_answers = 0
        self.errors: list[ServingError] = []

    def __enter__(self) -> "Callers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for_answers(self, count: int) -> None:
        """Return when so many more calls have been answered."""
        wanted = self.num_answers + count
        eventually(lambda: self.num_answers >= wanted, RECOVERY_SECONDS, what="answers")

    def _call(self) -> None:
        with self._service.client() as client:
            while not self._stop.is_set():
                try:
                    client.translate(["The weather is nice today."])
                    self.num_answers += 1
                except ServingError as error:
                    self.errors.append(error)
                    time.sleep(0.01)


def test_every_model_describes_itself_through_torchserve(service: RunningService) -> None:
    for name in service.models:
        request = urllib.request.Request(
            f"{service.inference_url}/predictions/{name}",
            data=b"",
            headers={
                "content-type": "application/octet-stream",
                "x-salience-method": "describe",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            model = Model.FromString(response.read())
        assert (model.name, model.device) == (name, "cpu")


def test_a_worker_tells_when_it_did_what_to_rows_in_a_trace_alone(service: RunningService) -> None:
    body = RecognizeEntitiesRequest(texts=["Ada lives in London."]).SerializeToString()
    told = []
    for flags in ("00", "01"):
        headers = {
            "content-type": "application/octet-stream",
            "traceparent": f"00-{'ab' * 16}-{'cd' * 8}-{flags}",
        }
        url = f"{service.inference_url}/predictions/entities-en"
        request = urllib.request.Request(url, data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            told.append(BatchTimes.of_header(response.headers.get(BATCH_TIMES_HEADER, "")))

    unsampled, sampled = told
    assert unsampled is None
    assert sampled
    assert (sampled.num_rows, sampled.num_items) == (1, 1)
    assert sampled.read_ns < sampled.predict_ns < sampled.reply_ns < sampled.end_ns


def test_nothing_listens_beyond_loopback(service: RunningService) -> None:
    listening = [
        connection.laddr.ip
        for process in service.processes()
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]

    assert listening
    assert set(listening) <= {"127.0.0.1", "::ffff:127.0.0.1", "::1"}


def test_the_workers_metrics_are_served_by_the_gateway(service: RunningService) -> None:
    with service.client() as client:
        client.translate(["Good morning."])
        client.recognize_entities(["Ada lives in London."])

    metrics = get(service.metrics_url).decode()

    for model in service.models:
        assert f'salience_worker_batch_items_count{{model="{model}"}}' in metrics


def test_a_killed_worker_costs_no_call(service: RunningService) -> None:
    with service.scaled(TRANSLATION, 2), Callers(service) as callers:
        callers.wait_for_answers(20)
        psutil.Process(service.worker_pids(TRANSLATION)[0]).kill()
        callers.wait_for_answers(20)
        service.wait_until_whole()

    assert not callers.errors


def test_a_model_that_lost_all_its_workers_comes_back(service: RunningService) -> None:
    with Callers(service) as callers:
        callers.wait_for_answers(20)
        for pid in service.worker_pids(TRANSLATION):
            psutil.Process(pid).kill()
        callers.wait_for_answers(20)

    assert not callers.errors


def test_other_models_answer_while_one_has_no_worker(service: RunningService) -> None:
    for pid in service.worker_pids(TRANSLATION):
        psutil.Process(pid).kill()

    with service.client() as client:
        assert client.recognize_entities(["Ada lives in London."]).results


@pytest.mark.parametrize("role", ["gateway", "torchserve"])
def test_a_killed_process_is_started_again(service: RunningService, role: str) -> None:
    victim: psutil.Process = getattr(service, role)()
    before = victim.pid

    victim.kill()
    eventually(lambda: not victim.is_running(), RECOVERY_SECONDS, what=f"the {role} is gone")
    service.wait_until_whole()

    assert getattr(service, role)().pid != before
    with service.client() as client:
        assert client.translate(["Good morning."]).results


def test_a_frozen_torchserve_is_noticed_soon_and_replaced(small_service: RunningService) -> None:
    frozen = small_service.torchserve()

    frozen.suspend()
    eventually(lambda: not is_ready(small_service), 8, what="the gateway says that it is not ready")
    eventually(lambda: not frozen.is_running(), RECOVERY_SECONDS, what="it is killed")
    small_service.wait_until_whole()

    with small_service.client() as client:
        assert client.recognize_entities(["Ada lives in London."], model=ENTITIES).results


def is_ready(service: RunningService) -> bool:
    try:
        return bool(get(f"{service.http_url}/readyz"))
    except OSError:
        return False
