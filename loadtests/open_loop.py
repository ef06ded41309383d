"""Calls that arrive at a rate, whether or not earlier ones were answered.

locust -f loadtests/open_loop.py --headless --rate 40 --users 2 --run-time 60s --p99-ms 500

A call's time counts from the moment of its arrival, so that a slow service is not forgiven
the calls that had to wait for it; a call that is sent late is counted besides.
"""

import argparse
import random
import time
from http.client import HTTPException
from itertools import count
from typing import Any

import gevent
import grpc
import grpc.experimental.gevent as grpc_gevent
from gevent.pool import Group
from geventhttpclient import useragent
from locust import User, events, task

from loadtests.bench.questions import TASKS, Task
from loadtests.connections import http_url
from loadtests.load import session
from loadtests.load.arrivals import arrival_times
from salience.client.identity import Identity

grpc_gevent.init_gevent()

LATE_SECONDS = 0.05
_HTTP_CONNECTIONS = 256
_PATIENCE_SECONDS = 10.0
_seeds = count()
_identity = Identity()


class Arrivals(User):
    """A share of the arrivals: both protocols, the tasks of `--tasks`, each with one item."""

    host = http_url("localhost:8000", _identity)

    def on_start(self) -> None:
        """Choose what arrives when."""
        options = self.environment.parsed_options
        seed = next(_seeds)
        self._calls = Group()
        self._chance = random.Random(seed)
        self._times = arrival_times(options.rate / (options.num_users or 1), seed=seed)
        self._tasks = [one for one in TASKS if one.name in options.tasks.split(",")]
        self._items = {one.name: one.items() for one in self._tasks}
        tls, target = _identity.tls, options.grpc_target
        self._channel = (
            grpc.secure_channel(target, tls.credentials()) if tls else grpc.insecure_channel(target)
        )
        self._metadata = tuple(_identity.headers.items())
        self._http = useragent.UserAgent(
            concurrency=_HTTP_CONNECTIONS,
            max_retries=0,
            headers=_identity.headers,
            ssl_context_factory=tls.ssl_context if tls else None,
        )

    def on_stop(self) -> None:
        """Wait for the answers to what has arrived, then disconnect."""
        self._calls.join(timeout=_PATIENCE_SECONDS)
        self._channel.close()
        self._http.close()

    @task
    def arrive(self) -> None:
        """Every arrival gets a greenlet of its own."""
        begin = time.perf_counter()
        for moment in self._times:
            gevent.sleep(max(0.0, begin + moment - time.perf_counter()))
            asked = self._chance.choice(self._tasks)
            item = self._chance.choice(self._items[asked.name])
            send = self._chance.choice((self._over_grpc, self._over_http))
            self._calls.spawn(send, asked, item, begin + moment)

    def _over_grpc(self, asked: Task, item: Any, arrived: float) -> None:
        self._note_lateness(f"gRPC {asked.method}", arrived)
        failure: Exception | None = None
        method = self._channel.unary_unary(asked.grpc_method, bytes, bytes)
        try:
            body = asked.request([item]).SerializeToString()
            method(body, timeout=60.0, metadata=self._metadata)
        except grpc.RpcError as error:
            failure = error
        self._fire("gRPC", asked.method, arrived, failure)

    def _over_http(self, asked: Task, item: Any, arrived: float) -> None:
        self._note_lateness(f"HTTP {asked.method}", arrived)
        failure: Exception | None = None
        try:
            self._http.urlopen(
                f"{self.host}{asked.http_path}",
                method="POST",
                payload=asked.json_request([item]),
                headers={"Content-Type": "application/json"},
                to_string=True,
            )
        except (OSError, HTTPException, useragent.ConnectionError) as error:
            failure = error
        self._fire("HTTP", asked.method, arrived, failure)

    def _note_lateness(self, name: str, arrived: float) -> None:
        late = time.perf_counter() - arrived
        if late > LATE_SECONDS:
            self.environment.events.request.fire(
                request_type=session.LATE,
                name=name,
                response_time=late * 1000,
                response_length=0,
                exception=None,
            )

    def _fire(self, kind: str, name: str, arrived: float, failure: Exception | None) -> None:
        self.environment.events.request.fire(
            request_type=kind,
            name=name,
            response_time=(time.perf_counter() - arrived) * 1000,
            response_length=0,
            exception=failure,
        )


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rate", type=float, default=20.0, help="arrivals a second, in all")
    parser.add_argument("--tasks", default="entities,translation")


events.init_command_line_parser.add_listener(_add_options)  # type: ignore[no-untyped-call]
session.use(test="open_loop")
