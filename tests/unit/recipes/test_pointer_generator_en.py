"""The recipe on a few steps, to a model that serves."""

import tarfile
from pathlib import Path

from salience.recipes import headline_en, pointer_generator_en
from salience.tasks.headlines_loading import load_headlines
from salience.tasks.model_folder import ModelFolder
from salience.tasks.summary_item import SummaryItem
from salience.v1.summarization_pb2 import Summary

SAMPLE = Path(__file__).parents[3] / headline_en.SAMPLE.file
TEXT = "We present a network that serves attention models and answers 2,500 requests a second."


def test_a_stopped_run_goes_on_and_leaves_a_model_that_serves(tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(SAMPLE.read_text().splitlines(keepends=True)[:2]))
    (tmp_path / "summarization").mkdir()
    for corpus in ("acl_titles", "scitldr"):
        archive_path = tmp_path / "summarization" / f"{corpus}.tar.xz"
        with tarfile.open(archive_path, "w:xz", preset=0) as archive:
            archive.add(few, f"{corpus}/train.jsonl")
    pointer_generator_en.run(tmp_path, tmp_path / "run", steps=1)
    pointer_generator_en.run(tmp_path, tmp_path / "run", steps=2)

    task = load_headlines(ModelFolder(tmp_path / "run"), "pytorch")

    (summary,) = task.answer([SummaryItem(TEXT)])
    assert isinstance(summary, Summary)
    assert not summary.unsupported
