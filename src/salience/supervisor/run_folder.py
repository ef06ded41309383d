"""Where what exists only while the service runs is kept."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from salience.metrics.folder import SUPERVISOR_METRICS_FILE

_PREFIX, _LOCK = "salience-", "lock"


@dataclass(frozen=True)
class RunFolder:
    """A private folder for what exists only while the service runs."""

    path: Path

    @property
    def metrics(self) -> Path:
        """The workers' metrics."""
        return self.path / "metrics"

    @property
    def own_metrics(self) -> Path:
        """The supervisor's metrics."""
        return self.metrics / SUPERVISOR_METRICS_FILE

    @property
    def scratch(self) -> Path:
        """Where TorchServe puts its sockets."""
        return self.path / "tmp"

    @property
    def store(self) -> Path:
        """The models that TorchServe may serve: archives that were checked, unpacked."""
        return self.path / "store"

    def clear_scratch(self) -> None:
        """Forget what an earlier TorchServe left there."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)


@contextmanager
def new_run_folder() -> Iterator[RunFolder]:
    """One for the block; those of services that were killed are removed."""
    _remove_abandoned()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as path, _claimed(Path(path)):
        yield RunFolder(Path(path))


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """A lock that ends with the process. It has its name only once it is held."""
    unnamed = folder / "new-lock"
    with unnamed.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        unnamed.rename(folder / _LOCK)
        yield


def _remove_abandoned() -> None:
    for lock in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_LOCK}"):
        with suppress(OSError):  # it is in use, or another starter is faster
            if lock.parent.lstat().st_uid == os.geteuid():
                with lock.open() as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(lock.parent)
