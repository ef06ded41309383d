"""The trained model on a small sample of its test set, and its recipe on a few steps."""

import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch

from salience.data.summaries import SummarizedDocument, parse_summaries
from salience.recipes import summarization_en
from salience.tasks.extraction_loading import load_extraction
from salience.tasks.model_folder import ModelFolder
from salience.tasks.summarization import ChooseSentences
from salience.tasks.summary_item import SummaryItem
from salience.text.summary_length import SummaryLength
from salience.v1.summarization_pb2 import Summary, SummarySentence

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "tests" / "data" / "scitldr_test_every_20th.jsonl"
ENGINES = ["pytorch", "onnxruntime-int8"]


@pytest.fixture(scope="module")
def folder() -> ModelFolder:
    return ModelFolder(ROOT / "model_store" / "summarization-en")


@pytest.fixture(scope="module")
def tasks(folder: ModelFolder) -> dict[str, ChooseSentences]:
    return {engine: load_extraction(folder, engine) for engine in ENGINES}


@pytest.fixture(scope="module")
def documents() -> list[SummarizedDocument]:
    with SAMPLE.open(encoding="utf-8", newline="\n") as lines:
        return list(parse_summaries(lines))


def test_int8_agrees_with_the_reference(
    tasks: dict[str, ChooseSentences], documents: list[SummarizedDocument]
) -> None:
    everything = [SummaryItem(one.document, SummaryLength(ratio=1.0)) for one in documents]
    expected, found = (
        np.array([s.score for one in tasks[engine].answer(everything) for s in sentences_of(one)])
        for engine in ENGINES
    )

    assert np.abs(expected - found).max() < 0.1
    assert np.corrcoef(expected, found)[0, 1] > 0.99


def sentences_of(answer: object) -> list[SummarySentence]:
    assert isinstance(answer, Summary)
    return list(answer.sentences)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_answer_does_not_depend_on_its_neighbours(
    tasks: dict[str, ChooseSentences], documents: list[SummarizedDocument], engine: str
) -> None:
    texts = [document.document for document in documents[:6]]

    together = tasks[engine].answer(texts)

    for text, answer in zip(texts, together, strict=True):
        (alone,) = tasks[engine].answer([text])
        assert isinstance(alone, Summary)
        assert isinstance(answer, Summary)
        assert alone.text == answer.text
        if engine == "onnxruntime-int8":
            assert alone == answer


@pytest.mark.parametrize("engine", ENGINES)
def test_a_document_of_many_windows_is_summarized_within_its_words(
    tasks: dict[str, ChooseSentences], documents: list[SummarizedDocument], engine: str
) -> None:
    text = "\n\n".join(document.document for document in documents[:12])

    (answer,) = tasks[engine].answer([SummaryItem(text, SummaryLength(words=100))])

    assert isinstance(answer, Summary)
    assert 60 <= len(answer.text.split()) <= 100
    assert all(s.text == text[s.start : s.end] for s in answer.sentences)


def test_the_committed_files_are_what_the_recipe_writes(folder: ModelFolder) -> None:
    described = {**folder.settings}
    size = described.pop("size")

    assert described == json.loads(json.dumps(summarization_en.DESCRIPTION))
    assert size["num_sentence_layers"] == 2
    assert (folder.path / "weights.safetensors").stat().st_size < 30_000_000


def corpus_archives(folder: Path) -> None:
    for corpus in ("scitldr", "acl_titles", "gumsum", "dialogsum"):
        with tarfile.open(folder / f"{corpus}.tar.xz", "w:xz", preset=0) as archive:
            for part in ("train", "dev", "test"):
                archive.add(SAMPLE, f"{corpus}/{part}.jsonl")


def test_a_stopped_run_goes_on_and_leaves_a_model_that_serves(tmp_path: Path) -> None:
    (tmp_path / "summarization").mkdir()
    corpus_archives(tmp_path / "summarization")
    summarization_en.run(tmp_path, tmp_path / "run", steps=1)
    summarization_en.run(tmp_path, tmp_path / "run", steps=2)

    task = load_extraction(ModelFolder(tmp_path / "run"), "pytorch")

    checkpoint = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert checkpoint["step"] == 2
    assert isinstance(task.answer(["It rained. We stayed at home."])[0], Summary)
