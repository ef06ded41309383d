from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner, Result

from salience.cli.commands import app
from tests.unit.client.fake_service import FakeService, running_fake_service

Run = Callable[..., Result]


@pytest.fixture
def service() -> Iterator[FakeService]:
    with running_fake_service() as service:
        yield service


@pytest.fixture
def run() -> Run:
    """Runs the command line with the given arguments and standard input."""

    def run_salience(*arguments: str, stdin: str | bytes = "") -> Result:
        return CliRunner().invoke(app, arguments, input=stdin)

    return run_salience
