import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from salience.engines.engine import Engine, Tokens
from salience.errors import Unsupported
from salience.models.bert_encoder import BertSize
from salience.models.sentence_ranker import SentenceRanker, SentenceRankerSize
from salience.recipes.summarization_en import DESCRIPTION
from salience.tasks.extraction_loading import load_extraction, prepare_extraction
from salience.tasks.loading import load_task, prepare_engine
from salience.tasks.model_folder import ModelFolder
from salience.tasks.summarization import ChooseSentences
from salience.training.model_files import write_model
from salience.v1.summarization_pb2 import Summary

STORE = Path(__file__).parents[3] / "model_store"
SIZE = SentenceRankerSize(
    BertSize(
        vocabulary=30_522,
        width=16,
        inner_width=32,
        num_heads=2,
        num_layers=1,
        max_len=512,
        num_cases=7,
        dropout=0.0,
    ),
    num_sentence_layers=1,
)


class CountsSequences:
    """An engine around another one."""

    name = device = "counted"

    def __init__(self, engine: Engine[NDArray[np.float32]]) -> None:
        self._engine = engine
        self.count = 0

    def run(self, batch: Sequence[Tokens]) -> Sequence[NDArray[np.float32]]:
        self.count += len(batch)
        return self._engine.run(batch)


@pytest.fixture
def folder(tmp_path: Path) -> ModelFolder:
    torch.manual_seed(0)
    settings = {**DESCRIPTION, "size": asdict(SIZE)}
    write_model(SentenceRanker(SIZE), settings, tmp_path, eight_bits=True)
    shutil.copy(STORE / "entities-en" / "tokenizer.json", tmp_path)
    return ModelFolder(tmp_path)


def test_the_task_says_what_it_serves(folder: ModelFolder) -> None:
    model = load_extraction(folder, "pytorch").model

    assert (model.name, model.engine, model.device) == ("summarization-en", "pytorch", "cpu")
    assert list(model.source_languages) == ["en"]


def test_a_wrapped_engine_sees_every_window(folder: ModelFolder) -> None:
    wrapped: list[CountsSequences] = []

    def wrap(engine: Engine[NDArray[np.float32]]) -> CountsSequences:
        wrapped.append(CountsSequences(engine))
        return wrapped[0]

    task = load_extraction(folder, "pytorch", wrap_engine=wrap)
    task.answer(["In Rome.", "", "One more of them. " * 120])

    assert wrapped[0].count == 3


@pytest.mark.parametrize("engine", ["pytorch", "onnxruntime-int8"])
def test_the_kind_of_the_folder_decides_what_is_loaded(folder: ModelFolder, engine: str) -> None:
    prepared = prepare_engine(folder, engine)

    task = load_task(folder.path, engine=engine)

    assert isinstance(task, ChooseSentences)
    assert task.model.engine == engine
    assert prepared == (folder.path if engine == "pytorch" else folder.path / engine)
    (answer,) = task.answer(["It rained. It rained again."])
    assert isinstance(answer, Summary)
    assert len(answer.sentences) == 1


def test_an_engine_that_cannot_run_it_is_refused(folder: ModelFolder) -> None:
    with pytest.raises(Unsupported, match="ctranslate2-int8"):
        prepare_extraction(folder, "ctranslate2-int8")


def test_the_settings_are_those_of_the_folder(folder: ModelFolder) -> None:
    settings = {**folder.settings, "limits": {"max_items": 2, "max_characters": 9}}
    (folder.path / "model.json").write_text(json.dumps(settings))

    (answer,) = load_extraction(ModelFolder(folder.path), "pytorch").answer(["It is so long."])

    assert "limit is 9" in str(answer)
