"""What all users over HTTP have in common."""

from collections.abc import Callable
from typing import Any

from google.protobuf.json_format import Parse, ParseError
from google.protobuf.message import Message
from locust import FastHttpUser, between

from loadtests.checks import WrongAnswer
from loadtests.connections import http_url
from loadtests.load.seeds import next_seed
from salience.client.identity import Identity

_identity = Identity()


class HttpCaller(FastHttpUser):
    """Sends JSON over connections that stay open."""

    abstract = True
    host = http_url("localhost:8000", _identity)
    insecure = False
    ssl_context_factory = _identity.tls.ssl_context if _identity.tls else None
    default_headers = _identity.headers
    wait_time = between(0.0, 0.1)

    def on_start(self) -> None:
        """Each user asks for other things."""
        self._seed = next_seed(self.environment)

    def _post(
        self, name: str, sent: dict[str, Any], reply: Message, check: Callable[[], None]
    ) -> None:
        """Send to the path that the name begins with, read into `reply`, and check that."""

        def read(body: bytes) -> None:
            Parse(body, reply)
            check()

        self._ask("POST", name, sent, read)

    def _ask(
        self, verb: str, name: str, sent: dict[str, Any], check: Callable[[bytes], Any]
    ) -> None:
        """The same with a check of the body as it is."""
        path = name.partition(" ")[0]
        with self.client.request(verb, path, name=name, catch_response=True, **sent) as response:
            if response.status_code != 200:
                response.failure(f"status {response.status_code}: {response.text}")
                return
            try:
                check(response.content)
            except (WrongAnswer, ParseError) as error:
                response.failure(str(error))
