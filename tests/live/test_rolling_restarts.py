"""Two services of which one after the other goes, while a client calls both."""

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from salience.archives import build_archive
from salience.client import Client, RetryPolicy, answers
from salience.v1.entities_pb2 import Entities
from tests.callers import calling_again_and_again
from tests.live.conftest import SMALL_MODEL
from tests.live.metrics import value
from tests.live.running_service import RunningService, eventually, free_named_ports, running_service

PATIENT = RetryPolicy(max_attempts=100)
"""A fixed list of addresses has those that are starting as well, which may refuse a call again
and again: its deadline is what bounds it."""


def test_no_call_is_lost_when_a_service_is_replaced_and_the_other_stopped(
    tmp_path: Path,
) -> None:
    build_archive(SMALL_MODEL, tmp_path / "archives")
    of_first, of_second = free_named_ports(), free_named_ports()

    def start(name: str, ports: dict[str, int]) -> AbstractContextManager[RunningService]:
        return running_service(tmp_path / "archives", tmp_path / name, ports)

    with ExitStack() as first, ExitStack() as second, patient_client(of_first, of_second) as client:

        def call() -> None:
            [answer] = answers(client.recognize_entities(["Angela Merkel visited Berlin."]))
            assert isinstance(answer, Entities)

        first.enter_context(start("first.log", of_first))
        second.enter_context(start("second.log", of_second))
        with calling_again_and_again(call):
            first.close()
            replacement = first.enter_context(start("replacement.log", of_first))
            wait_for_calls(replacement)
            second.close()
            wait_for_calls(replacement)


def patient_client(*of_services: dict[str, int]) -> Client:
    addresses = [f"127.0.0.1:{ports['GRPC_PORT']}" for ports in of_services]
    return Client(f"ipv4:{','.join(addresses)}", timeout_seconds=120.0, retries=PATIENT)


def wait_for_calls(service: RunningService) -> None:
    """Return when it has answered some more."""
    before = num_answered(service)
    eventually(lambda: num_answered(service) > before + 20, 60, what="the service is called")


def num_answered(service: RunningService) -> float:
    return value(service, "salience_requests_total", code="OK", protocol="grpc")
