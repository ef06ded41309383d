import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from salience.engines.engine import Engine, Tokens
from salience.errors import Unsupported
from salience.models.bert_encoder import BertSize
from salience.models.token_classifier import TokenClassifier
from salience.recipes.entities_en import DESCRIPTION
from salience.tasks.entities_loading import load_entities, prepare_entities
from salience.tasks.model_folder import ModelFolder
from salience.v1.entities_pb2 import Entities, Entity

STORE = Path(__file__).parents[3] / "model_store"
SIZE = BertSize(
    vocabulary=30_522,
    width=16,
    inner_width=32,
    num_heads=2,
    num_layers=1,
    max_len=128,
    num_cases=7,
    dropout=0.0,
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
    network = TokenClassifier(SIZE, num_tags=7)
    save_file(network.half().state_dict(), tmp_path / "weights.safetensors")
    (tmp_path / "model.json").write_text(json.dumps({**DESCRIPTION, "size": asdict(SIZE)}))
    shutil.copy(STORE / "entities-en" / "tokenizer.json", tmp_path)
    return ModelFolder(tmp_path)


def test_the_task_says_what_it_serves(folder: ModelFolder) -> None:
    model = load_entities(folder, "pytorch").model

    assert (model.name, model.engine, model.device) == ("entities-en", "pytorch", "cpu")
    assert list(model.labels) == ["PER", "LOC", "ORG"]
    assert model.limits.max_characters == 100_000


def test_a_wrapped_engine_sees_every_sequence(folder: ModelFolder) -> None:
    wrapped: list[CountsSequences] = []

    def wrap(engine: Engine[NDArray[np.float32]]) -> CountsSequences:
        wrapped.append(CountsSequences(engine))
        return wrapped[0]

    load_entities(folder, "pytorch", wrap_engine=wrap).answer(["in Rome", "", "in Oslo"])

    assert wrapped[0].count == 2


def test_the_fast_engine_is_built_inside_the_folder(folder: ModelFolder) -> None:
    built = prepare_entities(folder, "onnxruntime-int8")

    assert built == folder.path / "onnxruntime-int8"
    assert load_entities(folder, "onnxruntime-int8").model.engine == "onnxruntime-int8"


@pytest.mark.parametrize("engine", ["pytorch", "onnxruntime-int8"])
def test_an_answer_does_not_depend_on_its_neighbours(engine: str) -> None:
    task = load_entities(ModelFolder(STORE / "entities-en"), engine)
    texts = ["Ms Okafor flew to Nice.", "no names", "The BBC asked Ana and Li Wei in Rome. " * 3]

    together = task.answer(texts)

    for text, answer in zip(texts, together, strict=True):
        (alone,) = task.answer([text])
        assert isinstance(alone, Entities)
        assert isinstance(answer, Entities)
        assert [spans(entity) for entity in alone.entities] == [
            spans(entity) for entity in answer.entities
        ]
        if engine == "onnxruntime-int8":
            assert alone == answer


def spans(entity: Entity) -> tuple[str, int, int]:
    return entity.label, entity.start, entity.end


def test_the_reference_needs_nothing_built(folder: ModelFolder) -> None:
    assert prepare_entities(folder, "pytorch") == folder.path


def test_an_engine_that_cannot_run_it_is_refused(folder: ModelFolder) -> None:
    with pytest.raises(Unsupported, match="ctranslate2-int8"):
        load_entities(folder, "ctranslate2-int8")
