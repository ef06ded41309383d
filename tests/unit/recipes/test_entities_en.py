"""The trained model on a small sample of its test set, and its recipe on a few steps."""

import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch

from salience.data.conll import TaggedSentence, read_conll
from salience.evaluation.entities import tags_of
from salience.recipes import entities_en
from salience.tasks.entities import RecognizeEntities
from salience.tasks.entities_loading import load_entities
from salience.tasks.model_folder import ModelFolder
from salience.v1.entities_pb2 import Entities

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "tests" / "data" / "ewt_test_every_tenth.conll"
ENGINES = ["pytorch", "onnxruntime-int8"]


@pytest.fixture(scope="module")
def folder() -> ModelFolder:
    return ModelFolder(ROOT / "model_store" / "entities-en")


@pytest.fixture(scope="module")
def tasks(folder: ModelFolder) -> dict[str, RecognizeEntities]:
    return {engine: load_entities(folder, engine) for engine in ENGINES}


@pytest.fixture(scope="module")
def sentences() -> list[TaggedSentence]:
    return list(read_conll(SAMPLE, ""))


def found_tags(task: RecognizeEntities, sentences: list[TaggedSentence]) -> list[list[str]]:
    answers = task.answer([" ".join(sentence.words) for sentence in sentences])
    return [
        tags_of(answer, sentence.words)
        for answer, sentence in zip(answers, sentences, strict=True)
        if isinstance(answer, Entities)
    ]


def test_int8_agrees_with_the_reference(
    tasks: dict[str, RecognizeEntities], sentences: list[TaggedSentence]
) -> None:
    expected, found = (found_tags(tasks[engine], sentences) for engine in ENGINES)
    same = np.concatenate(expected) == np.concatenate(found)

    assert same.mean() >= 0.995


@pytest.mark.parametrize("engine", ENGINES)
def test_the_committed_model_answers_in_the_callers_own_words(
    tasks: dict[str, RecognizeEntities], engine: str
) -> None:
    (answer,) = tasks[engine].answer(["🎉 Angela Merkel flew from Berlin to New York, I hear."])

    assert isinstance(answer, Entities)
    assert [(entity.text, entity.label) for entity in answer.entities] == [
        ("Angela Merkel", "PER"),
        ("Berlin", "LOC"),
        ("New York", "LOC"),
    ]
    assert answer.entities[1].start_byte == answer.entities[1].start + 3


def test_the_committed_files_are_what_the_recipe_writes(folder: ModelFolder) -> None:
    described = {**folder.settings}
    size = described.pop("size")

    assert described == json.loads(json.dumps(entities_en.DESCRIPTION))
    assert size["num_layers"] == 6
    assert (folder.path / "weights.safetensors").stat().st_size < 50_000_000


def corpus_archives(folder: Path) -> None:
    for corpus in ("uner_en_ewt", "btc"):
        with tarfile.open(folder / f"{corpus}.tar.xz", "w:xz", preset=0) as archive:
            archive.add(SAMPLE, f"{corpus}/train.conll")
            archive.add(SAMPLE, f"{corpus}/test.conll")


def test_a_stopped_run_goes_on_and_leaves_a_model_that_serves(tmp_path: Path) -> None:
    (tmp_path / "ner").mkdir()
    corpus_archives(tmp_path / "ner")
    entities_en.run(tmp_path, tmp_path / "run", steps=1)
    entities_en.run(tmp_path, tmp_path / "run", steps=2)

    task = load_entities(ModelFolder(tmp_path / "run"), "pytorch")

    checkpoint = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert checkpoint["step"] == 2
    assert isinstance(task.answer(["Ada Lovelace met Charles Babbage."])[0], Entities)
