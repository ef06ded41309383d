"""The users of a soak, whose every call becomes a line of a file.

locust -f loadtests/soak/locustfile.py --headless --users 16 --run-time 20m --calls build/calls
"""

import argparse
import time
from pathlib import Path
from typing import Any

from locust import events

from loadtests.grpc_users import GrpcUser
from loadtests.http_users import HttpUser
from loadtests.soak.calls import Call, failure_kind, write_call
from loadtests.soak.rude_users import RudeGrpcUser, RudeHttpUser

__all__ = ["GrpcUser", "HttpUser", "RudeGrpcUser", "RudeHttpUser"]


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--grpc-target", default="localhost:8001", help="where gRPC listens")
    parser.add_argument("--calls", type=Path, required=True, help="the file to write")


def _write_calls(environment: Any, **_: Any) -> None:
    file = environment.parsed_options.calls.open("w", encoding="utf-8", buffering=1)
    began = time.monotonic()

    def write(
        request_type: str,
        name: str,
        response_time: float,
        exception: BaseException | None,
        **_: Any,
    ) -> None:
        second = time.monotonic() - began
        kind = failure_kind(exception)
        write_call(Call(second, f"{request_type} {name}", response_time, kind), file)

    environment.events.request.add_listener(write)
    environment.events.quitting.add_listener(lambda **_: file.close())


events.init_command_line_parser.add_listener(_add_options)  # type: ignore[no-untyped-call]
events.test_start.add_listener(_write_calls)  # type: ignore[no-untyped-call]
