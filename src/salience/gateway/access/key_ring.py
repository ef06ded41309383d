"""The keys that are valid at this moment."""

import logging
from pathlib import Path

from salience.gateway.access.key_file import BadKeyFile, read_keys
from salience.gateway.access.known_key import KnownKey, known_key
from salience.gateway.file_stamp import stamp_of

_LOG = logging.getLogger(__name__)


class KeyRing:
    """Follows the file of keys; when it cannot be read, no key is valid.

    Raises:
        BadKeyFile: it cannot be read when this is made.
    """

    def __init__(self, path: Path, *, num_gateways: int) -> None:
        self._path = path
        self._num_gateways = num_gateways
        self._stamp = stamp_of([path])
        self._keys: dict[str, KnownKey] = {}
        self._read()

    def key(self, key_id: str) -> KnownKey | None:
        """The key of that id, if it is valid now."""
        self._follow()
        return self._keys.get(key_id)

    def _follow(self) -> None:
        stamp = stamp_of([self._path])
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._read()
            _LOG.info("there are %d API keys now", len(self._keys))
        except BadKeyFile as error:
            self._keys = {}
            _LOG.error("no API key is valid: %s", error)

    def _read(self) -> None:
        """Keys that have not changed keep their counts, and that they were verified."""
        before = self._keys
        self._keys = {
            record.id: before[record.id]
            if record.id in before and before[record.id].record == record
            else known_key(record, num_gateways=self._num_gateways)
            for record in read_keys(self._path).keys
        }
