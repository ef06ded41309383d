"""A file in which prometheus_client keeps what one process counts."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from prometheus_client.mmap_dict import MmapedDict

Value: TypeAlias = tuple[str, float, float, int]
"""Key, value, time, and where it is."""


def values_of(path: Path) -> Iterator[Value]:
    """All values of the file."""
    return MmapedDict.read_all_values_from_file(str(path))  # type: ignore[no-untyped-call,no-any-return]


def is_readable(path: Path) -> bool:
    """Whether it is whole: a worker that is starting or was killed may leave a torn one."""
    try:
        list(values_of(path))
    except (OSError, ValueError, struct.error, RuntimeError):
        return False
    return True
