"""The recipe on a few steps, to a model that serves."""

import tarfile
from pathlib import Path

import pytest

from salience.errors import Unsupported
from salience.recipes import recurrent_entities_en
from salience.tasks.crf_decoding import CrfTagDecoder
from salience.tasks.entities_loading import load_entities, prepare_entities
from salience.tasks.model_folder import ModelFolder
from salience.v1.entities_pb2 import Entities

SAMPLE = Path(__file__).parents[3] / "tests" / "data" / "ewt_test_every_tenth.conll"


def test_a_stopped_run_goes_on_and_leaves_a_model_that_serves(tmp_path: Path) -> None:
    (tmp_path / "ner").mkdir()
    for corpus in ("uner_en_ewt", "btc"):
        with tarfile.open(tmp_path / "ner" / f"{corpus}.tar.xz", "w:xz", preset=0) as archive:
            archive.add(SAMPLE, f"{corpus}/train.conll")
    recurrent_entities_en.run(tmp_path, tmp_path / "run", steps=1)
    recurrent_entities_en.run(tmp_path, tmp_path / "run", steps=2)
    folder = ModelFolder(tmp_path / "run")

    task = load_entities(folder, "pytorch")

    assert isinstance(task.decoder, CrfTagDecoder)
    assert isinstance(task.answer(["Ada Lovelace met Charles Babbage."])[0], Entities)
    with pytest.raises(Unsupported, match="cannot run on the engine onnxruntime-int8"):
        prepare_entities(folder, "onnxruntime-int8")
