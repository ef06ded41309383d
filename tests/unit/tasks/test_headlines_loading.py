import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from salience.decoding.generated import Generated
from salience.engines.engine import Engine, Tokens
from salience.errors import Unsupported
from salience.models.bert_encoder import BertSize
from salience.models.headline_network import HeadlineNetwork, HeadlineSize
from salience.recipes.headline_en import DESCRIPTION
from salience.tasks.headlines_loading import load_headlines, prepare_headlines
from salience.tasks.model_folder import ModelFolder
from salience.tasks.summarization_loading import load_summarization
from salience.tasks.summary_item import SummaryItem
from salience.text.word_pieces import WordPieces
from salience.training.model_files import write_model
from salience.v1.summarization_pb2 import Summary

STORE = Path(__file__).parents[3] / "model_store"
SIZE = HeadlineSize(
    BertSize(
        vocabulary=30_522,
        width=16,
        inner_width=32,
        num_heads=2,
        num_layers=1,
        max_len=256,
        num_cases=1,
        dropout=0.0,
    ),
    decoder_layers=1,
    num_styles=3,
)


class CountsSequences:
    """An engine around another one."""

    name = device = "counted"

    def __init__(self, engine: Engine[Generated]) -> None:
        self._engine = engine
        self.count = 0

    def run(self, batch: Sequence[Tokens]) -> Sequence[Generated]:
        self.count += len(batch)
        return self._engine.run(batch)


@pytest.fixture
def folder(tmp_path: Path) -> ModelFolder:
    torch.manual_seed(0)
    shutil.copy(STORE / "entities-en" / "tokenizer.json", tmp_path)
    words = ["we", "read", "texts"]
    ids = {name: n for n, name in enumerate(WordPieces(tmp_path / "tokenizer.json").pieces)}
    pieces = ["[SEP]", *words]
    (tmp_path / "words.txt").write_text("\n".join(words))
    (tmp_path / "generated_pieces.txt").write_text("\n".join(pieces))
    network = HeadlineNetwork(SIZE, torch.tensor([ids[piece] for piece in pieces]))
    write_model(network, {**DESCRIPTION, "size": asdict(SIZE)}, tmp_path, eight_bits=True)
    return ModelFolder(tmp_path)


def test_the_task_says_what_it_serves(folder: ModelFolder) -> None:
    model = load_headlines(folder, "pytorch").model

    assert (model.name, model.engine, model.device) == ("headline-en", "pytorch", "cpu")
    assert list(model.source_languages) == ["en"]


def test_summarization_serves_it_by_its_kind(folder: ModelFolder) -> None:
    task = load_summarization(folder, "pytorch")

    (answer,) = task.answer(["We read 12 texts by Ada in Oslo."])

    assert isinstance(answer, Summary)
    assert answer.text
    assert not answer.sentences


def test_a_wrapped_engine_sees_every_sequence(folder: ModelFolder) -> None:
    wrapped: list[CountsSequences] = []

    def wrap(engine: Engine[Generated]) -> CountsSequences:
        wrapped.append(CountsSequences(engine))
        return wrapped[0]

    load_headlines(folder, "pytorch", wrap_engine=wrap).answer(
        [SummaryItem("We read."), SummaryItem(""), SummaryItem("We read texts.")]
    )

    assert wrapped[0].count == 2


def test_the_reference_needs_nothing_built(folder: ModelFolder) -> None:
    assert prepare_headlines(folder, "pytorch") == folder.path


def test_an_engine_that_cannot_run_it_is_refused(folder: ModelFolder) -> None:
    with pytest.raises(Unsupported, match="ctranslate2-int8"):
        load_headlines(folder, "ctranslate2-int8")
