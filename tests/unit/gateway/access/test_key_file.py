import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from salience.gateway.access.api_key import ApiKey
from salience.gateway.access.key_file import BadKeyFile, KeyFile, read_keys
from tests.unit.gateway.access.key_files import record_of, write

KEY = ApiKey.new()
RECORD = record_of(KEY, tasks=["translation"], calls_per_second=2.5)


def test_a_key_is_read_from_its_text() -> None:
    assert ApiKey.parse(KEY.text()) == KEY


def test_a_file_comes_back_as_it_was_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = write(tmp_path / "keys.json", RECORD)

    assert read_keys(path).keys == (RECORD,)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]


def test_the_secret_is_not_in_the_file(tmp_path: Path) -> None:
    text = write(tmp_path / "keys.json", RECORD).read_text()

    assert KEY.id in text
    assert KEY.secret not in text


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"keys": [{"id": "secret-of-somebody"}]}',
        '{"keys": [], "more": 1}',
        "\udc80",
    ],
)
def test_a_wrong_file_is_refused_without_showing_what_is_in_it(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content.encode(errors="surrogateescape"))

    with pytest.raises(BadKeyFile) as raised:
        read_keys(path)

    assert "secret-of-somebody" not in str(raised.value)


def test_ids_are_unique_and_tasks_known() -> None:
    with pytest.raises(ValidationError, match="same id"):
        KeyFile(keys=(RECORD, RECORD))
    with pytest.raises(ValidationError, match="there is no task 'poetry'"):
        record_of(KEY, tasks=["poetry"])


@pytest.mark.parametrize(
    "text",
    ["", "salience_", KEY.text() + "x", KEY.text().upper(), f"salience_{KEY.id}_\udc80"],
    ids=["nothing", "no id", "longer", "in capitals", "not Unicode"],  # the same in every process
)
def test_what_is_no_key_is_not_taken_for_one(text: str) -> None:
    assert ApiKey.parse(text) is None
