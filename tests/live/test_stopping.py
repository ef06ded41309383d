"""What happens when the service is told to stop."""

import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from salience.client import answers
from salience.v1.translation_pb2 import TranslateReply, Translation
from tests.live.metrics import calls_in_flight
from tests.live.running_service import RunningService, eventually, running_service

TEXTS = ["The weather is nice today, and we should all go outside. " * 8] * 32


def translate(service: RunningService) -> TranslateReply:
    with service.client(timeout_seconds=120) as client:
        return client.translate(TEXTS)


def test_a_call_in_flight_is_answered_and_no_process_or_file_is_left(
    archives: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "archives"
    alone.mkdir()
    shutil.copy(archives / "translation-en-de.mar", alone)
    with running_service(alone, tmp_path / "log") as service, ThreadPoolExecutor(1) as pool:
        processes = service.processes()
        run_folder = Path(service.torchserve().cwd())
        call = pool.submit(translate, service)
        eventually(lambda: calls_in_flight(service) >= 1, 30, what="the call is in flight")

        service.supervisor.send_signal(signal.SIGTERM)

        assert all(isinstance(answer, Translation) for answer in answers(call.result()))
        assert service.supervisor.wait(timeout=60) == 0
    assert len(processes) >= 3
    # What the supervisor did not live to collect, the machine's own PID 1 does, a little later.
    eventually(lambda: not any(p.is_running() for p in processes), 10, what="nothing is left")
    assert not run_folder.exists()
