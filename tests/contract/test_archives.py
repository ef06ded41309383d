"""The archive of every model builds, verifies, and answers inside TorchServe's own code."""

import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ts.model_loader import ModelLoaderFactory

from salience.archives import build_archive, verify_archive
from salience.gateway.task_kinds import TASK_KINDS
from salience.tasks.model_folder import ModelFolder
from salience.v1.models_pb2 import Model

MODELS = sorted(path.parent for path in Path("model_store").glob("*/model.json"))


@pytest.fixture(scope="module", params=MODELS, ids=lambda path: path.name)
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_archive(request.param, tmp_path_factory.mktemp("archives"))


@pytest.fixture(autouse=True)
def _log_levels() -> Iterator[None]:
    """Loading a model sets the levels of its whole process."""
    loggers = [logging.getLogger(name) for name in (None, "salience")]
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


class Headers:
    """What TorchServe's service needs besides the rows."""

    def __init__(self, **headers: str) -> None:
        self._headers = headers

    def get_request_properties(self) -> dict[str, str]:
        return self._headers


def test_there_are_models() -> None:
    assert MODELS


def test_an_archive_verifies(archive: Path) -> None:
    assert f"{verify_archive(archive).name}.mar" == archive.name


def test_a_loaded_archive_describes_its_model_and_answers(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as files:
        files.extractall(tmp_path)
    folder = ModelFolder(tmp_path)
    kind = TASK_KINDS[folder.description(engine="", device="").task]
    handler = f"{folder.task}_handler.py"
    loader = ModelLoaderFactory.get_model_loader()
    service = loader.load(folder.name, str(tmp_path), handler, gpu_id=None, batch_size=2)
    service.context.request_processor = [Headers(**{"x-salience-method": "describe"}), Headers()]
    request = kind.probe().SerializeToString()

    described, answered = service._entry_point(
        [{"body": bytearray()}, {"body": bytearray(request)}], service.context
    )

    assert Model.FromString(described).engine == folder.settings["default_engine"]
    [result] = kind.reply_type.FromString(answered).results
    assert result.WhichOneof("outcome") != "error"
