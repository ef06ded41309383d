import subprocess
from pathlib import Path

import pytest

from salience.supervisor.archive_digests import read_digests
from salience.supervisor.preflight import CannotServe
from salience.worker.provenance import sha256_of


def test_digests_are_read_as_sha256sum_writes_them(tmp_path: Path) -> None:
    archives = [tmp_path / name for name in ("one.mar", "number two.mar")]
    for archive in archives:
        archive.write_text(archive.name)
    written = subprocess.run(["sha256sum", *archives], capture_output=True, text=True, check=True)
    (tmp_path / "digests").write_text(written.stdout)

    assert read_digests(tmp_path / "digests") == {sha256_of(archive) for archive in archives}


@pytest.mark.parametrize("content", ["one.mar\n", f"{'0' * 63}  one.mar\n", "\xff"])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "digests").write_text(content, encoding="latin-1")

    with pytest.raises(CannotServe, match="digests"):
        read_digests(tmp_path / "digests")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotServe, match="cannot be read"):
        read_digests(tmp_path / "digests")
