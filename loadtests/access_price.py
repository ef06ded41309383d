"""What keys and TLS cost: `python -m loadtests.access_price`.

First what a check of a call takes by itself. Then the calls a second of two gateways before one
fake TorchServe, one of them with TLS and API keys, in turns. Callers, the fake and the gateways
share the machine, so a gateway's own processor time per call is shown, too.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil
from rich.console import Console
from rich.table import Table

from loadtests.guarded_gateways import OPEN, Gateway, guards_in, running_gateway
from loadtests.unary_callers import PROTOCOLS, Call
from salience.gateway.access.authentication import Authentication, ByApiKey, Open
from salience.gateway.access.key_ring import KeyRing
from tests.unit.gateway.harness import fake_in_a_thread

_NUM_CHECKS = 50_000


@dataclass
class Spent:
    """By all rounds of one gateway over one protocol."""

    calls: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0


class Price(NamedTuple):
    """Of one protocol, without guards and with."""

    open: Spent
    guarded: Spent


async def check_microseconds(authentication: Authentication, authorization: str | None) -> float:
    """The mean processor time of one check, its key seen before."""
    await authentication.caller(authorization)
    began = time.process_time()
    for _ in range(_NUM_CHECKS):
        await authentication.caller(authorization)
    return (time.process_time() - began) / _NUM_CHECKS * 1e6


async def spend(spent: Spent, gateway: Gateway, call: Call, seconds: float, callers: int) -> None:
    """Call one after the other from each of `callers`, and add up what it took."""
    process = psutil.Process(gateway.pid)
    before, began = process.cpu_times(), time.perf_counter()
    counts = await asyncio.gather(*(_calls(call, began + seconds) for _ in range(callers)))
    after = process.cpu_times()
    spent.calls += sum(counts)
    spent.seconds += time.perf_counter() - began
    spent.cpu_seconds += after.user + after.system - before.user - before.system


async def _calls(call: Callable[[], Awaitable[None]], until: float) -> int:
    count = 0
    while time.perf_counter() < until:
        await call()
        count += 1
    return count


async def price(
    protocol: str, gateways: tuple[Gateway, Gateway], *, rounds: int, seconds: float, callers: int
) -> Price:
    """Load the gateways in turns, after a turn that is not counted."""
    of_protocol = PROTOCOLS[protocol]
    found = Price(Spent(), Spent())
    async with of_protocol(gateways[0]) as open_call, of_protocol(gateways[1]) as guarded_call:
        turns = list(zip(found, gateways, (open_call, guarded_call), strict=True))
        for _, gateway, call in turns:
            await spend(Spent(), gateway, call, seconds / 4, callers)
        for number in range(rounds):
            for spent, gateway, call in turns if number % 2 else reversed(turns):
                await spend(spent, gateway, call, seconds, callers)
    return found


def _table(prices: dict[str, Price]) -> Table:
    table = Table(
        "protocol", "calls/s", "with TLS and keys", "ratio", "CPU µs a call", "with", box=None
    )
    for protocol, of_protocol in prices.items():
        rates = [spent.calls / spent.seconds for spent in of_protocol]
        micros = [spent.cpu_seconds / spent.calls * 1e6 for spent in of_protocol]
        table.add_row(
            protocol,
            *(f"{rate:,.0f}" for rate in rates),
            f"{rates[1] / rates[0]:.3f}",
            *(f"{of_call:.0f}" for of_call in micros),
        )
    return table


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=5.0, help="of a gateway's turn")
    parser.add_argument("--callers", type=int, default=16)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as path, fake_in_a_thread() as fake:
        guards = guards_in(Path(path))
        ring = KeyRing(guards.key_file, num_gateways=1)
        without = asyncio.run(check_microseconds(Open(), None))
        with_key = asyncio.run(check_microseconds(ByApiKey(ring), guards.authorization))
        print(f"a check takes {without:.2f} µs without keys, {with_key:.2f} µs with")
        with (
            running_gateway(fake.url, OPEN) as unguarded,
            running_gateway(fake.url, guards) as guarded,
        ):
            prices = {
                protocol: asyncio.run(
                    price(
                        protocol,
                        (unguarded, guarded),
                        rounds=given.rounds,
                        seconds=given.seconds,
                        callers=given.callers,
                    )
                )
                for protocol in PROTOCOLS
            }
    Console().print(_table(prices))


if __name__ == "__main__":
    main()
