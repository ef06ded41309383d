import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from salience.supervisor.child import Child, Command
from salience.supervisor.processes import members_of_group
from tests.unit.supervisor.polling import until

SLEEP = "import time; time.sleep(600)"
IGNORE_SIGTERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
WITH_GRANDCHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', '{SLEEP}'])"


def child(
    program: str, folder: Path, *, chatter: tuple[bytes, ...] = (), json_lines: bool = False
) -> Child:
    """Appends a line to `starts`, then runs the program."""
    noted = "open('starts', 'a').write('start\\n')\n"
    words = [sys.executable, "-c", noted + program]
    return Child("the child", Command(words, os.environ, folder, chatter, json_lines))


def num_starts(folder: Path) -> int:
    file = folder / "starts"
    return file.read_text().count("\n") if file.exists() else 0


def while_running(subject: Child, scenario: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        keeping = asyncio.create_task(subject.keep_running())
        try:
            await scenario()
        finally:
            await subject.kill()
            keeping.cancel()

    asyncio.run(run())


def test_a_process_that_ends_is_started_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        await until(lambda: num_starts(tmp_path) == 2)

    while_running(child("raise SystemExit(3)", tmp_path), scenario)

    assert "the child ended with 3" in caplog.text


def test_a_process_that_is_stopped_stays_stopped(tmp_path: Path) -> None:
    subject = child(SLEEP, tmp_path)

    async def scenario() -> None:
        await until(lambda: num_starts(tmp_path) == 1)
        await subject.stop(within_seconds=10)
        assert subject.process
        assert subject.process.returncode == -15

    while_running(subject, scenario)

    assert num_starts(tmp_path) == 1


def test_a_process_that_is_replaced_is_started_again_even_if_it_is_frozen(tmp_path: Path) -> None:
    subject = child(SLEEP, tmp_path)

    async def scenario() -> None:
        await until(lambda: num_starts(tmp_path) == 1)
        psutil.Process(subject.pid).suspend()
        subject.replace("is silent")
        await until(lambda: num_starts(tmp_path) == 2)

    while_running(subject, scenario)


def test_a_process_that_is_being_stopped_is_not_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    subject = child(f"print('up', flush=True); {IGNORE_SIGTERM}", tmp_path)

    async def scenario() -> None:
        await until(lambda: num_starts(tmp_path) == 1)
        stopping = asyncio.create_task(subject.stop(within_seconds=0.1))
        await asyncio.sleep(0)
        subject.replace("is silent")
        await stopping

    while_running(subject, scenario)

    assert "is silent" not in caplog.text


def test_a_process_that_will_not_stop_is_killed(tmp_path: Path) -> None:
    subject = child(f"print('up', flush=True); {IGNORE_SIGTERM}", tmp_path)

    async def scenario() -> None:
        await until(lambda: num_starts(tmp_path) == 1)
        await subject.stop(within_seconds=0.1)
        assert subject.pid
        assert not members_of_group(subject.pid)

    while_running(subject, scenario)


def test_what_a_process_started_ends_with_it(tmp_path: Path) -> None:
    subject = child(f"{WITH_GRANDCHILD}; {SLEEP}", tmp_path)

    async def scenario() -> None:
        await until(lambda: bool(subject.pid) and len(members_of_group(subject.pid or 0)) == 2)
        await subject.stop(within_seconds=10)
        assert not members_of_group(subject.pid or 0)

    while_running(subject, scenario)


def test_what_a_dead_process_started_is_gone_before_the_next_start(tmp_path: Path) -> None:
    subject = child(f"{WITH_GRANDCHILD}; {SLEEP}", tmp_path)

    async def scenario() -> None:
        await until(lambda: bool(subject.pid) and len(members_of_group(subject.pid or 0)) == 2)
        first = subject.pid or 0
        psutil.Process(first).kill()
        await until(lambda: subject.pid != first)
        assert not members_of_group(first)

    while_running(subject, scenario)


def test_output_is_passed_on_without_the_chatter(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program = f"print('chatter: 1\\nnews', flush=True); {SLEEP}"

    assert shown_of(child(program, tmp_path, chatter=(b"chatter:",)), capfd) == ["news"]


def test_as_json_every_line_is_an_object(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program = f"print('news', flush=True); {SLEEP}"

    [line] = shown_of(child(program, tmp_path, json_lines=True), capfd)

    assert (json.loads(line)["logger"], json.loads(line)["message"]) == ("the child", "news")


def shown_of(subject: Child, capfd: pytest.CaptureFixture[str]) -> list[str]:
    """What the supervisor shows of a child until the news have come."""
    shown = ""

    def news_arrived() -> bool:
        nonlocal shown
        shown += capfd.readouterr().err
        return "news" in shown

    async def scenario() -> None:
        await until(news_arrived)

    while_running(subject, scenario)

    # gRPC, where other tests of the process have used it, says a line of its own at a fork.
    return [line for line in shown.splitlines() if "fork_posix" not in line]
