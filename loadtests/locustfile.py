"""Locust users of both protocols; every one checks its answers.

locust -f loadtests/locustfile.py --headless --users 16 --run-time 60s
"""

from typing import Any

from locust import events

from loadtests.grpc_users import GrpcUser
from loadtests.http_users import HttpUser
from loadtests.load.metrics_option import tell_prometheus
from loadtests.other_grpc_users import OtherGrpcUser
from loadtests.other_http_users import OtherHttpUser

__all__ = ["GrpcUser", "HttpUser", "OtherGrpcUser", "OtherHttpUser"]


def _add_options(parser: Any) -> None:
    parser.add_argument(
        "--grpc-target", default="localhost:8001", help="Where the service's gRPC listens"
    )


tell_prometheus(test="users")
events.init_command_line_parser.add_listener(_add_options)  # type: ignore[no-untyped-call]
