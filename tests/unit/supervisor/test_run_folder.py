import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from salience.supervisor.run_folder import new_run_folder

OTHER = """
import sys
from salience.supervisor.run_folder import new_run_folder
with new_run_folder() as folder:
    folder.store.mkdir()
    print(folder.path, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@contextmanager
def another_service(temporary: Path) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """A process with a run folder; both are gone at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER],
        env=os.environ | {"TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        yield process, Path(process.stdout.readline().strip())


def test_a_run_folder_is_gone_after_its_block() -> None:
    with new_run_folder() as folder:
        folder.clear_scratch()

    assert not folder.path.exists()


def test_what_a_killed_service_left_is_removed_by_the_next(tmp_path: Path) -> None:
    with another_service(tmp_path) as (process, left):
        process.kill()
    assert (left / "store").is_dir()

    with new_run_folder() as folder:
        assert list(tmp_path.iterdir()) == [folder.path]


def test_what_a_running_service_needs_stays(tmp_path: Path) -> None:
    with another_service(tmp_path) as (_, used):
        with new_run_folder():
            assert (used / "store").is_dir()

        assert (used / "store").is_dir()


def test_what_may_be_something_else_stays(tmp_path: Path) -> None:
    (tmp_path / "salience-notes").mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lock").touch()
    (tmp_path / "salience-link").symlink_to(elsewhere)

    with new_run_folder():
        assert (tmp_path / "salience-notes").is_dir()
        assert (elsewhere / "lock").exists()
