import subprocess
import sys


def test_a_load_on_nothing_fails() -> None:
    command = [sys.executable, "-m", "locust", "-f", "loadtests/locustfile.py", "--headless"]
    nowhere = ["--host", "http://127.0.0.1:1", "--grpc-target", "127.0.0.1:1"]
    brief = ["--users", "2", "--spawn-rate", "2", "--run-time", "5s", "--only-summary"]

    done = subprocess.run(
        [*command, *nowhere, *brief], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 1
    assert "gRPC" in done.stderr
    assert "/v1/" in done.stderr
