"""From what a call says of its caller to who it is."""

import asyncio
import hmac
from typing import NamedTuple, Protocol

from salience.errors import Overloaded, Unauthenticated
from salience.gateway.access.api_key import ApiKey
from salience.gateway.access.caller import ANYONE, Caller
from salience.gateway.access.key_record import KeyRecord
from salience.gateway.access.key_ring import KeyRing
from salience.gateway.access.known_key import KnownKey

AUTHORIZATION_HEADER = "authorization"

_MAX_HASHED_AT_ONCE = 2  # Each takes a core and 16 MiB.
_RETRY_SECONDS = 1.0


class Authentication(Protocol):
    """Tells who calls."""

    async def caller(self, authorization: str | None) -> Caller:
        """Who sent that header. Raises Unauthenticated, and Overloaded while it cannot tell."""


class Open:
    """Asks nobody who they are."""

    async def caller(self, authorization: str | None) -> Caller:
        """Anyone."""
        return ANYONE


class _Verification(NamedTuple):
    """Under way: whether that secret is the key's."""

    secret: str
    verdict: asyncio.Task[bool]


class ByApiKey:
    """Asks for `authorization: Bearer KEY`.

    Of each key one secret at a time is hashed, so that whoever guesses at one key keeps the
    holders of others waiting for no more than a hash.
    """

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._hashing = asyncio.Semaphore(_MAX_HASHED_AT_ONCE)
        self._under_way: dict[KeyRecord, _Verification] = {}

    async def caller(self, authorization: str | None) -> Caller:
        """The holder of the key."""
        if not authorization:
            raise Unauthenticated("an API key is needed: send `authorization: Bearer KEY`")
        scheme, _, text = authorization.partition(" ")
        key = ApiKey.parse(text.strip()) if scheme.lower() == "bearer" else None
        caller = await self._holder(key) if key else None
        if caller is None:
            raise Unauthenticated("the API key is not valid")
        return caller

    async def _holder(self, key: ApiKey) -> Caller | None:
        known = self._keys.key(key.id)
        if known is None:
            return None
        verdict = known.verdict(key.secret)
        if verdict is None:
            verdict = await self._verified(known, key.secret)
        return known.caller if verdict else None

    async def _verified(self, known: KnownKey, secret: str) -> bool:
        """Calls with the same secret share the hash, which goes on without those who leave."""
        under_way = self._under_way.get(known.record)
        if under_way is None:
            verdict = asyncio.create_task(self._hash(known, secret))
            under_way = self._under_way[known.record] = _Verification(secret, verdict)
            verdict.add_done_callback(lambda _: self._under_way.pop(known.record))
        elif not hmac.compare_digest(under_way.secret, secret):
            message = "another secret is being verified for this API key"
            raise Overloaded(message, retry_seconds=_RETRY_SECONDS)
        return await asyncio.shield(under_way.verdict)

    async def _hash(self, known: KnownKey, secret: str) -> bool:
        async with self._hashing:
            return await asyncio.to_thread(known.verify, secret)
