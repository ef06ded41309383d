import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from salience.archives import build_archive
from salience.cli.model_store import served_folders
from tests.live.running_service import RunningService, running_service
from tests.live.transports.over_grpc import Grpc, grpc_channel
from tests.live.transports.over_http import Http
from tests.live.transports.transport import Transport

SMALL_MODEL = Path("model_store/entities-en")
SECOND_VERSION = "entities-next"
MODELS = [folder.path for folder in served_folders(Path("model_store"))]


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archives of all models but demonstrations."""
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


@pytest.fixture(scope="session")
def rollouts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the small service follows."""
    return tmp_path_factory.mktemp("rollouts") / "rollouts.json"


@pytest.fixture(scope="session")
def small_service(
    rollouts: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """One small model, a second version of it, and an autoscaler in a hurry."""
    folder = tmp_path_factory.mktemp("small")
    build_archive(SMALL_MODEL, folder)
    build_archive(second_version(folder), folder)
    hurry = {"scale_up_seconds": 0.5, "scale_down_seconds": 2.0, "scale_seconds": 0.25}
    with running_service(
        folder, folder / "log", max_workers=2, silent_seconds=5, rollouts=str(rollouts), **hurry
    ) as service:
        yield service


def second_version(folder: Path) -> Path:
    """The small model under another name, which calls organizations firms."""
    copy = shutil.copytree(SMALL_MODEL, folder / SECOND_VERSION)
    described = json.loads((copy / "model.json").read_text())
    described |= {"name": SECOND_VERSION, "version": "2.0", "labels": ["PER", "LOC", "FIRM"]}
    (copy / "model.json").write_text(json.dumps(described))
    return copy


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
