"""A key of the file, and whether its secret has been shown before."""

import hashlib
import hmac
from dataclasses import dataclass, field

from salience.gateway.access.call_limits import CallLimits
from salience.gateway.access.caller import Caller
from salience.gateway.access.key_record import KeyRecord
from salience.gateway.access.scope import Scope
from salience.gateway.access.secret_hash import secret_hash
from salience.gateway.access.task_names import TASKS


@dataclass
class KnownKey:
    """Remembers, once the secret was verified, a hash of it that takes microseconds."""

    record: KeyRecord
    caller: Caller
    _quick_hash: bytes | None = field(default=None, init=False)

    def verdict(self, secret: str) -> bool | None:
        """Whether the secret is the key's; None while only `verify` can tell."""
        if self._quick_hash is None:
            return None
        return hmac.compare_digest(_quick_hash(secret), self._quick_hash)

    def verify(self, secret: str) -> bool:
        """The same by the hash of the file, which takes long."""
        found = secret_hash(secret, bytes.fromhex(self.record.salt))
        is_right = hmac.compare_digest(found, bytes.fromhex(self.record.scrypt))
        if is_right:
            self._quick_hash = _quick_hash(secret)
        return is_right


def known_key(record: KeyRecord, *, num_gateways: int) -> KnownKey:
    """What a record grants; every gateway of several gives out its share."""
    rate, most = record.calls_per_second, record.max_calls_in_flight
    limits = CallLimits(
        calls_per_second=rate and rate / num_gateways,
        max_in_flight=most and max(1, most // num_gateways),
    )
    scope = Scope(frozenset(TASKS[name] for name in record.tasks), frozenset(record.models))
    return KnownKey(record, Caller(record.id, Scope() if record.admin else scope, limits))


def _quick_hash(secret: str) -> bytes:
    """Enough for 256 random bits: scrypt guards what people can guess."""
    return hashlib.sha256(secret.encode()).digest()
