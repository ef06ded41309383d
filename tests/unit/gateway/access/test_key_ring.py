import logging
from pathlib import Path

import pytest

from salience.gateway.access.api_key import ApiKey
from salience.gateway.access.key_file import BadKeyFile
from salience.gateway.access.key_ring import KeyRing
from salience.gateway.access.known_key import KnownKey
from tests.unit.gateway.access.key_files import record_of, write

KEY, OTHER = ApiKey.new(), ApiKey.new()


def found(ring: KeyRing, key: ApiKey) -> KnownKey:
    known = ring.key(key.id)
    assert known is not None
    return known


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "keys.json", record_of(KEY))


def test_a_secret_is_verified_once_and_then_compared(path: Path) -> None:
    known = found(KeyRing(path, num_gateways=1), KEY)

    assert known.verdict(KEY.secret) is None
    assert not known.verify(OTHER.secret)
    assert known.verdict(KEY.secret) is None
    assert known.verify(KEY.secret)
    assert known.verdict(KEY.secret) is True
    assert known.verdict(OTHER.secret) is False


def test_keys_come_and_go_with_the_file_and_the_others_stay_as_they_are(path: Path) -> None:
    ring = KeyRing(path, num_gateways=1)
    known = found(ring, KEY)

    write(path, record_of(KEY), record_of(OTHER))
    assert ring.key(OTHER.id)
    assert ring.key(KEY.id) is known

    write(path, record_of(OTHER))
    assert ring.key(KEY.id) is None
    assert ring.key(OTHER.id)


def test_a_key_whose_record_changed_is_verified_anew(path: Path) -> None:
    ring = KeyRing(path, num_gateways=1)
    found(ring, KEY).verify(KEY.secret)

    write(path, record_of(ApiKey(KEY.id, OTHER.secret)))

    assert found(ring, KEY).verdict(KEY.secret) is None
    assert not found(ring, KEY).verify(KEY.secret)


@pytest.mark.parametrize("break_it", [Path.unlink, lambda path: path.write_text("{")])
def test_no_key_is_valid_while_the_file_cannot_be_read(
    path: Path, caplog: pytest.LogCaptureFixture, break_it: object
) -> None:
    ring = KeyRing(path, num_gateways=1)
    assert callable(break_it)

    break_it(path)

    assert ring.key(KEY.id) is None
    assert ring.key(KEY.id) is None
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    write(path, record_of(KEY))
    assert ring.key(KEY.id)


def test_without_a_file_there_is_no_ring(tmp_path: Path) -> None:
    with pytest.raises(BadKeyFile, match="No such file"):
        KeyRing(tmp_path / "keys.json", num_gateways=1)


def test_each_of_several_gateways_gives_out_its_share(tmp_path: Path) -> None:
    record = record_of(KEY, calls_per_second=6, max_calls_in_flight=3)
    limits = found(KeyRing(write(tmp_path / "k", record), num_gateways=2), KEY).caller.limits

    assert (limits.calls_per_second, limits.max_in_flight) == (3, 1)
