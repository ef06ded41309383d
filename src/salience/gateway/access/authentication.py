"""From what a call says of its caller to who it is."""

import asyncio
from typing import Protocol

from salience.errors import Unauthenticated
from salience.gateway.access.api_key import ApiKey
from salience.gateway.access.caller import ANYONE, Caller
from salience.gateway.access.key_ring import KeyRing

AUTHORIZATION_HEADER = "authorization"

_MAX_HASHED_AT_ONCE = 2  # Each takes a core and 16 MiB.


class Authentication(Protocol):
    """Tells who calls."""

    async def caller(self, authorization: str | None) -> Caller:
        """Who sent that header. Raises Unauthenticated."""


class Open:
    """Asks nobody who they are."""

    async def caller(self, authorization: str | None) -> Caller:
        """Anyone."""
        return ANYONE


class ByApiKey:
    """Asks for `authorization: Bearer KEY`."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._hashing = asyncio.Semaphore(_MAX_HASHED_AT_ONCE)

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
            async with self._hashing:
                verdict = known.verdict(key.secret)  # Another call may have shown it meanwhile.
                if verdict is None:
                    verdict = await asyncio.to_thread(known.verify, key.secret)
        return known.caller if verdict else None
