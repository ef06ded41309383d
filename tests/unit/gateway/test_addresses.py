"""Where a gateway listens."""

import asyncio

import aiohttp
import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest
from grpc_health.v1.health_pb2_grpc import HealthStub

from salience.gateway.server import running_gateway
from tests.unit.gateway.harness import quick_settings

NOBODY = "http://127.0.0.1:1"


async def ask_over_both_protocols(host: str, written: str) -> None:
    async with running_gateway(quick_settings(NOBODY, host=host)) as ports:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{written}:{ports.http}/healthz") as response,
        ):
            assert response.status == 200
        async with grpc.aio.insecure_channel(f"{written}:{ports.grpc}") as channel:
            await HealthStub(channel).Check(HealthCheckRequest(), timeout=10)


def test_a_gateway_listens_on_an_address_of_version_6() -> None:
    asyncio.run(ask_over_both_protocols("::1", "[::1]"))
