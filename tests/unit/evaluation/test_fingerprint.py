from pathlib import Path

import pytest

from salience.errors import InvalidInput
from salience.evaluation.fingerprint import sha256_of


def test_a_files_fingerprint_is_what_sha256sum_prints(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")

    assert sha256_of(tmp_path / "a").startswith("ba7816bf8f01cfea414140de5dae2223b00361a39617")


def test_a_folders_fingerprint_knows_every_file_and_its_place(tmp_path: Path) -> None:
    seen = set()
    for name, content in [("hat/1", b"x"), ("hat/2", b"x"), ("shoe/1", b"x"), ("hat/1", b"y")]:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        seen.add(sha256_of(tmp_path))

    assert len(seen) == 4


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"there is no .*nowhere"):
        sha256_of(tmp_path / "nowhere")
