import json

from tests.live.running_service import RunningService


def test_every_process_logs_json(service: RunningService) -> None:
    entries = [json.loads(line) for line in service.log.read_text().splitlines()]

    loggers = {entry["logger"] for entry in entries if entry["time"] and entry["message"]}
    assert loggers >= {
        "salience.supervisor.serve",
        "salience.gateway.readiness",
        "salience.worker.batch_handler",
    }
