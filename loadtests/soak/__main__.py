"""`make soak`: load a service for long, with clients that behave badly, and say how it bore it.

Users of all tasks call over both protocols and check every answer, while others drop their
connections half-way, read slowly, leave streams, or are killed in mid-call. At the end no call
of the first may have failed, and no part of the service may have grown: after the warm-up, the
Theil-Sen slope of its PSS is at most 5 % of its size an hour, or 32 MiB an hour where that is
more. The exit code says whether all that held. Latencies are shown, and not judged.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from loadtests.bench.service import Service, running_service
from loadtests.connections import http_url
from loadtests.soak.calls import Call, read_calls
from loadtests.soak.growth import growth_by_part
from loadtests.soak.report import print_report
from loadtests.soak.verdict import Soak, complaints
from loadtests.soak.watch import Watch
from salience.client.identity import Identity

WARM_UP_SHARE = 0.25
STOP_SECONDS = 30


def main() -> None:
    """Load, print, judge."""
    options = _options()
    seconds = 60 * options.minutes
    service = Service(grpc=options.server, http=options.http)
    with running_service(service):
        watch = Watch(service)
        calls = _loaded(watch, seconds, options.users)
        growth = growth_by_part(watch.samples, warm_up_seconds=WARM_UP_SHARE * seconds)
        soak = Soak(calls, growth, watch.num_killed_clients, service.is_ready())
    print_report(soak, Console(width=120), warm_up_seconds=WARM_UP_SHARE * seconds)
    raise SystemExit(any(complaints(soak)))


def _loaded(watch: Watch, seconds: float, num_users: int) -> list[Call]:
    """The calls of Locust, whose own exit code is of no interest."""
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        file = Path(folder) / "calls.jsonl"
        command = [sys.executable, "-m", "locust", "-f", "loadtests/soak/locustfile.py"]
        command += ["--headless", "--only-summary", "--run-time", f"{seconds:.0f}s"]
        command += ["--users", str(num_users), "--spawn-rate", str(num_users)]
        command += ["--stop-timeout", str(STOP_SECONDS), "--calls", str(file)]
        command += ["--host", http_url(watch.service.http, Identity())]
        command += ["--grpc-target", watch.service.grpc]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as load:
            try:
                watch.until_ended(load)
            finally:
                load.terminate()
        return read_calls(file)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--server", default="localhost:8001", help="started when not running")
    parser.add_argument("--http", default="localhost:8000")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--users", type=int, default=16, help="three of them rude")
    return parser.parse_args()


if __name__ == "__main__":
    main()
