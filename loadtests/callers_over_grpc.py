"""What all users over gRPC have in common."""

import time
from collections.abc import Callable

import grpc
from locust import User, between

from loadtests.checks import WrongAnswer
from loadtests.greenlets import wait_in_greenlets
from loadtests.load.seeds import next_seed
from salience.client import RetryPolicy
from salience.client.identity import Identity
from salience.errors import ServingError

wait_in_greenlets()

ONCE = RetryPolicy(max_attempts=1)


class GrpcCaller(User):
    """Calls through our own client, without its retries."""

    abstract = True
    wait_time = between(0.0, 0.1)

    def on_start(self) -> None:
        """Connect, each user on its own."""
        self._seed = next_seed(self.environment)
        self._client = Identity().client(self._target, retries=ONCE)

    def on_stop(self) -> None:
        """Disconnect."""
        self._client.close()

    @property
    def _target(self) -> str:
        target: str = self.environment.parsed_options.grpc_target
        return target

    def _measure(self, name: str, call_and_check: Callable[[], None]) -> None:
        started = time.perf_counter()
        failure: Exception | None = None
        try:
            call_and_check()
        except (ServingError, grpc.RpcError, WrongAnswer) as error:
            failure = error
        self.environment.events.request.fire(
            request_type="gRPC",
            name=name,
            response_time=(time.perf_counter() - started) * 1000,
            response_length=0,
            exception=failure,
        )
