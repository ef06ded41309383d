"""The trained model on a small sample of its test set, and its recipe on a few steps."""

import json
import tarfile
from pathlib import Path

import pytest
import torch

from salience.data.summaries import SummarizedDocument, read_summaries
from salience.evaluation.rouge import best_rouge
from salience.recipes import headline_en
from salience.tasks.headlines import WriteHeadlines
from salience.tasks.headlines_loading import load_headlines
from salience.tasks.model_folder import ModelFolder
from salience.tasks.summary_item import SummaryItem
from salience.text.summary_length import SummaryLength
from salience.v1.summarization_pb2 import Summary

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / headline_en.SAMPLE.file
TEXT = (
    "🎉 Attention lets a network choose what it looks at. We present SalienceNet, which serves "
    "attention models in production and answers 2,500 requests a second on two cores. "
)


@pytest.fixture(scope="module")
def folder() -> ModelFolder:
    return ModelFolder(ROOT / "model_store" / "headline-en")


@pytest.fixture(scope="module")
def task(folder: ModelFolder) -> WriteHeadlines:
    return load_headlines(folder, "pytorch")


@pytest.fixture(scope="module")
def documents() -> list[SummarizedDocument]:
    return list(read_summaries(SAMPLE, "test"))


def written(task: WriteHeadlines, items: list[SummaryItem]) -> list[Summary]:
    answers = task.answer(items)
    assert all(isinstance(answer, Summary) for answer in answers)
    return [answer for answer in answers if isinstance(answer, Summary)]


def test_the_committed_model_says_what_papers_are_about(
    task: WriteHeadlines, documents: list[SummarizedDocument]
) -> None:
    summaries = written(task, [SummaryItem(document.document) for document in documents])

    scores = [
        best_rouge(summary.text, document.references)["rouge1"]
        for summary, document in zip(summaries, documents, strict=True)
    ]
    assert sum(scores) / len(scores) >= 38
    assert sum(bool(summary.unsupported) for summary in summaries) <= 1


def test_a_line_is_short_and_clean(task: WriteHeadlines) -> None:
    (summary,) = written(task, [SummaryItem(TEXT)])

    assert 3 <= len(summary.text.split()) <= 40
    assert summary.text[0].isupper()
    assert " ," not in summary.text
    assert "##" not in summary.text
    assert not summary.sentences


def test_a_limit_in_words_is_kept(task: WriteHeadlines) -> None:
    items = [SummaryItem(TEXT, SummaryLength(words=words)) for words in (1, 6)]

    lengths = [len(summary.text.split()) for summary in written(task, items)]

    assert lengths[0] == 1
    assert 2 <= lengths[1] <= 6


def test_a_line_does_not_depend_on_its_neighbours(
    task: WriteHeadlines, documents: list[SummarizedDocument]
) -> None:
    items = [SummaryItem(document.document) for document in documents[:3]]

    assert written(task, items) == [written(task, [item])[0] for item in items]


def test_the_end_of_a_long_text_is_read_too(task: WriteHeadlines) -> None:
    filler = "The weather was as it is. " * 60
    items = [SummaryItem(filler), SummaryItem(filler + TEXT)]

    without, with_news = written(task, items)

    assert without.text != with_news.text


def test_the_committed_files_are_what_the_recipe_writes(folder: ModelFolder) -> None:
    described = {**folder.settings}
    size = described.pop("size")

    assert described == json.loads(json.dumps(headline_en.DESCRIPTION))
    assert size["encoder"]["num_layers"] == 6
    assert (folder.path / "weights.safetensors").stat().st_size < 40_000_000


def test_a_stopped_run_goes_on_and_leaves_a_model_that_serves(tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(SAMPLE.read_text().splitlines(keepends=True)[:3]))
    (tmp_path / "summarization").mkdir()
    for corpus in ("acl_titles", "scitldr"):
        archive_path = tmp_path / "summarization" / f"{corpus}.tar.xz"
        with tarfile.open(archive_path, "w:xz", preset=0) as archive:
            archive.add(few, f"{corpus}/train.jsonl")
    headline_en.run(tmp_path, tmp_path / "run", steps=1)
    headline_en.run(tmp_path, tmp_path / "run", steps=2)

    task = load_headlines(ModelFolder(tmp_path / "run"), "pytorch")

    checkpoint = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert checkpoint["step"] == 2
    assert isinstance(task.answer([SummaryItem(TEXT)])[0], Summary)
