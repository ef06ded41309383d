from collections.abc import Iterator

import pytest

from tests.unit.gateway.harness import Harness, running_harness, wait_until


@pytest.fixture(scope="session")
def shared_gateway() -> Iterator[Harness]:
    with running_harness() as harness:
        yield harness


@pytest.fixture
def gateway(shared_gateway: Harness) -> Iterator[Harness]:
    """A running gateway that has seen other tests, but whose fake has forgotten them."""
    shared_gateway.fake.forget()
    wait_until(lambda: shared_gateway.http("GET", "/readyz").status == 200)
    yield shared_gateway
    shared_gateway.fake.forget()
