"""Calls that arrive at a rate, whether or not earlier ones were answered.

locust -f loadtests/open_loop.py --headless --rate 40 --users 2 --run-time 60s --p99-ms 500

A call's time counts from the moment of its arrival, so that a slow service is not forgiven
the calls that had to wait for it; a call that this process was too busy to begin in time is
counted besides as late. What has no answer some seconds after the end has failed.
"""

import argparse
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from typing import Any

import gevent
import grpc
from gevent.pool import Group
from geventhttpclient import useragent
from locust import User, events, task

from loadtests.bench.questions import TASKS, Task
from loadtests.connections import grpc_channel, http_url
from loadtests.greenlets import wait_in_greenlets
from loadtests.load import session
from loadtests.load.arrivals import arrival_times
from loadtests.load.seeds import next_seed
from salience.client.identity import Identity

wait_in_greenlets()

LATE_SECONDS = 0.05
_HTTP_CONNECTIONS = 256
_TIMEOUT_SECONDS = 60.0
_identity = Identity()


class Unanswered(Exception):
    """The run ended, and the call had no answer yet."""


@dataclass(eq=False)
class Call:
    """One that has arrived; seconds as of `perf_counter`."""

    kind: str
    name: str
    arrived: float


class Arrivals(User):
    """A share of the arrivals: both protocols, the tasks of `--tasks`, each with one item."""

    host = http_url("localhost:8000", _identity)

    def on_start(self) -> None:
        """Choose what arrives when."""
        options = self.environment.parsed_options
        seed = next_seed(self.environment)
        self._greenlets = Group()
        self._waiting: set[Call] = set()
        self._chance = random.Random(seed)
        self._times = arrival_times(options.rate / (options.num_users or 1), seed=seed)
        self._tasks = [one for one in TASKS if one.name in options.tasks.split(",")]
        self._items = {one.name: one.items() for one in self._tasks}
        tls = _identity.tls
        self._channel = grpc_channel(options.grpc_target, _identity)
        self._metadata = tuple(_identity.headers.items())
        self._http = useragent.UserAgent(
            concurrency=_HTTP_CONNECTIONS,
            max_retries=0,
            connection_timeout=_TIMEOUT_SECONDS,
            network_timeout=_TIMEOUT_SECONDS,
            headers=_identity.headers,
            ssl_context_factory=tls.ssl_context if tls else None,
        )
        self._begin = time.perf_counter()

    def on_stop(self) -> None:
        """Wait for the answers to what has arrived; what has none has failed. Then disconnect."""
        try:
            self._greenlets.join(timeout=self.environment.parsed_options.patience)
        finally:
            for call in tuple(self._waiting):
                self._ended(call, Unanswered("no answer before the end"))
            self._channel.close()
            self._http.close()

    @task
    def arrive(self) -> None:
        """The next arrival, which gets a greenlet of its own."""
        arrived = self._begin + next(self._times)
        gevent.sleep(max(0.0, arrived - time.perf_counter()))
        asked = self._chance.choice(self._tasks)
        item = self._chance.choice(self._items[asked.name])
        kind, send = self._chance.choice((("gRPC", self._over_grpc), ("HTTP", self._over_http)))
        call = Call(kind, asked.method, arrived)
        self._waiting.add(call)
        self._greenlets.spawn(self._made, call, partial(send, asked, item))

    def _made(self, call: Call, send: Callable[[], None]) -> None:
        self._note_lateness(call)
        failure: Exception | None = None
        try:
            send()
        except (grpc.RpcError, OSError, HTTPException, useragent.ConnectionError) as error:
            failure = error
        self._ended(call, failure)

    def _over_grpc(self, asked: Task, item: Any) -> None:
        method = self._channel.unary_unary(asked.grpc_method, bytes, bytes)
        body = asked.request([item]).SerializeToString()
        method(body, timeout=_TIMEOUT_SECONDS, metadata=self._metadata)

    def _over_http(self, asked: Task, item: Any) -> None:
        self._http.urlopen(
            f"{self.host}{asked.http_path}",
            method="POST",
            payload=asked.json_request([item]),
            headers={"Content-Type": "application/json"},
            to_string=True,
        )

    def _note_lateness(self, call: Call) -> None:
        late = time.perf_counter() - call.arrived
        if late > LATE_SECONDS:
            self._fire(session.LATE, f"{call.kind} {call.name}", late, None)

    def _ended(self, call: Call, failure: Exception | None) -> None:
        if call in self._waiting:  # else it has failed for want of an answer before the end
            self._waiting.remove(call)
            self._fire(call.kind, call.name, time.perf_counter() - call.arrived, failure)

    def _fire(self, kind: str, name: str, seconds: float, failure: Exception | None) -> None:
        self.environment.events.request.fire(
            request_type=kind,
            name=name,
            response_time=seconds * 1000,
            response_length=0,
            exception=failure,
        )


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rate", type=float, default=20.0, help="arrivals a second, in all")
    parser.add_argument("--tasks", default="entities,translation")
    parser.add_argument(
        "--patience", type=float, default=10.0, help="seconds for answers after the end"
    )


events.init_command_line_parser.add_listener(_add_options)  # type: ignore[no-untyped-call]
session.use(test="open_loop")
