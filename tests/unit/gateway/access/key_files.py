"""Files of keys for tests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from salience.gateway.access.api_key import ApiKey
from salience.gateway.access.key_file import KeyFile, write_keys
from salience.gateway.access.key_record import KeyRecord
from salience.gateway.access.secret_hash import secret_hash
from tests.unit.gateway.harness import Harness, running_harness

SALT = b"s" * 16


def record_of(key: ApiKey, **granted: Any) -> KeyRecord:
    return KeyRecord(
        id=key.id,
        name="somebody",
        salt=SALT.hex(),
        scrypt=secret_hash(key.secret, SALT).hex(),
        created=datetime(2026, 1, 1, tzinfo=UTC),
        **granted,
    )


def write(path: Path, *records: KeyRecord) -> Path:
    write_keys(path, KeyFile(keys=records))
    return path


@contextmanager
def guarded_gateway(
    path: Path, *, settings: Mapping[str, Any] = MappingProxyType({}), **granted: Any
) -> Iterator[tuple[Harness, ApiKey]]:
    """A gateway and a key that it takes."""
    key = ApiKey.new()
    with running_harness(api_keys=write(path, record_of(key, **granted)), **settings) as gateway:
        yield gateway, key


def bearer(key: ApiKey) -> dict[str, str]:
    return {"authorization": f"Bearer {key.text()}"}


def metadata(key: ApiKey) -> tuple[tuple[str, str], ...]:
    return tuple(bearer(key).items())
