from collections.abc import Iterator
from pathlib import Path

import pytest

from salience.archives import build_archive
from tests.live.running_service import RunningService, running_service
from tests.live.transports.over_grpc import Grpc, grpc_channel
from tests.live.transports.over_http import Http
from tests.live.transports.transport import Transport

MODELS = sorted(path.parent for path in Path("model_store").glob("*/model.json"))


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive of every model."""
    folder = tmp_path_factory.mktemp("archives")
    for model in MODELS:
        build_archive(model, folder)
    return folder


@pytest.fixture(scope="session")
def shared_service(
    archives: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    log = tmp_path_factory.mktemp("live") / "log"
    with running_service(archives, log, log_format="json") as service:
        yield service


@pytest.fixture
def service(shared_service: RunningService) -> RunningService:
    """The service all live tests share; whole, whatever the test before did to it."""
    shared_service.wait_until_whole()
    return shared_service


@pytest.fixture
def over_grpc(service: RunningService) -> Iterator[Grpc]:
    with grpc_channel(service) as channel:
        yield Grpc(channel)


@pytest.fixture
def over_http(service: RunningService) -> Http:
    return Http(service.ports["HTTP_PORT"])


@pytest.fixture(params=["grpc", "http"])
def transport(request: pytest.FixtureRequest, over_grpc: Grpc, over_http: Http) -> Transport:
    """Each of both in turn."""
    return over_grpc if request.param == "grpc" else over_http
