"""Each handler file loads the way a TorchServe worker loads it."""

from pathlib import Path

import pytest
from ts.model_loader import ModelLoaderFactory

from salience.worker.provenance import UnsupportedArchive

HANDLERS = sorted((Path(__file__).parents[2] / "handlers").glob("*.py"))


def test_there_are_handlers_and_nothing_else_in_their_folder() -> None:
    assert HANDLERS
    assert all(path.stem.endswith("_handler") for path in HANDLERS)


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: path.stem)
def test_a_worker_imports_the_handler_and_gets_as_far_as_its_archive(
    path: Path, tmp_path: Path
) -> None:
    loader = ModelLoaderFactory.get_model_loader()

    with pytest.raises(UnsupportedArchive, match="salience archive"):
        loader.load("model", str(tmp_path), path.name, gpu_id=None, batch_size=1)
