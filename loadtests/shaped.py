"""Users that come and go in a shape, held against objectives.

locust -f loadtests/shaped.py --headless --shape spike --peak-users 32 --shape-seconds 120 \
    --p99-ms 800 --processes 2 --html build/locust.html --load-report build/load.html
"""

import argparse
from typing import Any

from locust import LoadTestShape, events

from loadtests.grpc_users import GrpcUser
from loadtests.http_users import HttpUser
from loadtests.load import session
from loadtests.load.shapes import SHAPES, users_at
from loadtests.other_grpc_users import OtherGrpcUser
from loadtests.other_http_users import OtherHttpUser

__all__ = ["ChosenShape", "GrpcUser", "HttpUser", "OtherGrpcUser", "OtherHttpUser"]


class ChosenShape(LoadTestShape):
    """The shape that the command line names."""

    def tick(self) -> tuple[int, float] | None:
        """How many users there should be now, and how fast they start."""
        assert self.runner
        options: Any = self.runner.environment.parsed_options
        seconds: float = self.get_run_time()  # type: ignore[no-untyped-call]
        users = users_at(
            options.shape,
            seconds,
            run_seconds=options.shape_seconds,
            peak=options.peak_users,
        )
        return None if users is None else (users, float(options.peak_users))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--shape", choices=sorted(SHAPES), default="step")
    parser.add_argument("--peak-users", type=int, default=16)
    parser.add_argument("--shape-seconds", type=float, default=60.0)


events.init_command_line_parser.add_listener(_add_options)  # type: ignore[no-untyped-call]
session.use(test="shaped")
