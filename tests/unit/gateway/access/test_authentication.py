"""Telling who calls while somebody guesses."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from salience.errors import Overloaded, Unauthenticated
from salience.gateway.access.api_key import ApiKey
from salience.gateway.access.authentication import ByApiKey
from salience.gateway.access.caller import Caller
from salience.gateway.access.key_ring import KeyRing
from tests.unit.gateway.access.key_files import bearer, guarded_gateway, record_of, write
from tests.unit.gateway.harness import translate_body

GUESSES = 200

Ask = Callable[[ApiKey], Coroutine[Any, Any, Caller | BaseException]]


def guess_at(key: ApiKey) -> ApiKey:
    return ApiKey(key.id, ApiKey.new().secret)


def asking(path: Path, *keys: ApiKey) -> Ask:
    """Who holds a key, or why that is not told, where these are valid."""
    authentication = ByApiKey(KeyRing(write(path, *map(record_of, keys)), num_gateways=1))

    async def ask(key: ApiKey) -> Caller | BaseException:
        try:
            return await authentication.caller(bearer(key)["authorization"])
        except (Unauthenticated, Overloaded) as refusal:
            return refusal

    return ask


def test_of_many_guesses_at_a_key_one_is_tried_and_holders_of_others_do_not_wait(
    tmp_path: Path,
) -> None:
    victim, honest = ApiKey.new(), ApiKey.new()

    async def scenario() -> None:
        ask = asking(tmp_path / "keys.json", victim, honest)
        guesses = [asyncio.create_task(ask(guess_at(victim))) for _ in range(GUESSES)]
        caller = await ask(honest)
        kinds = [type(outcome) for outcome in await asyncio.gather(*guesses)]

        assert isinstance(caller, Caller)
        assert (kinds.count(Unauthenticated), kinds.count(Overloaded)) == (1, GUESSES - 1)
        assert isinstance(await ask(victim), Caller)

    asyncio.run(scenario())


def test_calls_with_the_same_secret_share_its_hash(tmp_path: Path) -> None:
    key = ApiKey.new()

    async def scenario() -> None:
        ask = asking(tmp_path / "keys.json", key)
        callers = await asyncio.gather(*(ask(key) for _ in range(GUESSES)))

        assert all(isinstance(caller, Caller) for caller in callers)

    asyncio.run(scenario())


def test_who_leaves_takes_nobody_along_who_has_the_same_secret(tmp_path: Path) -> None:
    key = ApiKey.new()

    async def scenario() -> None:
        ask = asking(tmp_path / "keys.json", key)
        first, second = (asyncio.ensure_future(ask(key)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()

        assert isinstance(await second, Caller)

    asyncio.run(scenario())


def test_a_call_over_http_waits_for_the_hash_no_longer_than_its_deadline(tmp_path: Path) -> None:
    with guarded_gateway(tmp_path / "keys.json") as (gateway, key):
        headers = {**bearer(key), "x-timeout-seconds": "0.001"}
        late = gateway.http("POST", "/v1/translate", translate_body("a"), headers=headers)

    assert (late.status, late.json["reason"]) == (504, "DEADLINE_EXCEEDED")
    assert not gateway.fake.seen
