"""Callers who send half, do not read, or leave in the middle; what they ask is not answered.

A failure of theirs is to be refused a connection.
"""

import json
import random
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from locust import User, between, task

from loadtests.load.seeds import next_seed
from loadtests.sentences import read_sentences
from salience.client import RetryPolicy
from salience.client.identity import Identity
from salience.errors import ServingError

_RESET = struct.pack("ii", 1, 0)
_NUM_TEXTS = 64
_SIP_BYTES = 64
_SLOW_SECONDS = 4.0
_PATIENCE_SECONDS = 60.0
_identity = Identity()


class RudeHttpUser(User):
    """Speaks HTTP over sockets of its own."""

    fixed_count = 2
    wait_time = between(0.2, 1.0)

    def on_start(self) -> None:
        """Write what is to be sent."""
        self._random = random.Random(next_seed(self.environment))
        address = urlsplit(self.host or "")
        self._address = (address.hostname or "localhost", address.port or 80)
        texts = [sentence.text for sentence in read_sentences("entities")]
        body = json.dumps({"texts": (texts * _NUM_TEXTS)[:_NUM_TEXTS]}).encode()
        headers = {"host": "soak", "content-type": "application/json", **_identity.headers}
        lines = [f"{name}: {value}" for name, value in headers.items()]
        head = ["POST /v1/entities HTTP/1.1", *lines, f"content-length: {len(body)}", "", ""]
        self._request = "\r\n".join(head).encode() + body

    @task
    def drop_half_a_request(self) -> None:
        """A part of it, then a reset."""
        sent = self._request[: self._random.randrange(1, len(self._request))]
        self._dropped("half a request", lambda peer: peer.sendall(sent))

    @task
    def leave_before_the_answer(self) -> None:
        """The whole of it, then a reset."""

        def ask_and_wait(peer: socket.socket) -> None:
            peer.sendall(self._request)
            time.sleep(self._random.uniform(0.0, 0.2))

        self._dropped("no wait for the answer", ask_and_wait)

    @task
    def read_slowly(self) -> None:
        """The answer a sip at a time, and then no more of it."""

        def ask_and_sip(peer: socket.socket) -> None:
            peer.sendall(self._request)
            until = time.monotonic() + _SLOW_SECONDS
            while time.monotonic() < until and peer.recv(_SIP_BYTES):
                time.sleep(0.1)

        self._dropped("a slow reader", ask_and_sip)

    def _dropped(self, name: str, use: Callable[[socket.socket], None]) -> None:
        with _measured(self, "rude HTTP", name), _connection(self._address) as peer:
            use(peer)


class RudeGrpcUser(User):
    """Hangs up on streams."""

    fixed_count = 1
    wait_time = between(0.2, 1.0)

    def on_start(self) -> None:
        """Connect."""
        target = self.environment.parsed_options.grpc_target
        self._client = _identity.client(target, retries=RetryPolicy(max_attempts=1))
        self._texts = [sentence.text for sentence in read_sentences("translation")][:_NUM_TEXTS]

    def on_stop(self) -> None:
        """Disconnect."""
        self._client.close()

    @task
    def leave_a_stream(self) -> None:
        """After its first sentence."""
        with _measured(self, "rude gRPC", "a stream left"):
            replies = iter(self._client.translate_stream(self._texts))
            next(replies)
            replies.close()  # type: ignore[attr-defined]


@contextmanager
def _connection(address: tuple[str, int]) -> Iterator[socket.socket]:
    """That receives little ahead, and ends by a reset."""
    with socket.socket() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        peer.settimeout(_PATIENCE_SECONDS)
        peer.connect(address)
        if _identity.tls:
            context = _identity.tls.ssl_context()
            with context.wrap_socket(peer, server_hostname=address[0]) as secured:
                yield secured
        else:
            yield peer


@contextmanager
def _measured(user: User, kind: str, name: str) -> Iterator[None]:
    started = time.perf_counter()
    failure: Exception | None = None
    try:
        yield
    except (OSError, ServingError) as error:
        failure = error
    user.environment.events.request.fire(
        request_type=kind,
        name=name,
        response_time=(time.perf_counter() - started) * 1000,
        response_length=0,
        exception=failure,
    )
