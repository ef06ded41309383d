from collections.abc import Iterator

import pytest

from salience.client import Client, RetryPolicy
from tests.unit.client.fake_service import FakeService, running_fake_service

AT_ONCE = RetryPolicy(max_attempts=3, first_pause_seconds=0.0)


@pytest.fixture
def service() -> Iterator[FakeService]:
    with running_fake_service() as service:
        yield service


@pytest.fixture
def client(service: FakeService) -> Iterator[Client]:
    with Client(service.target, timeout_seconds=10.0, retries=AT_ONCE) as client:
        yield client
