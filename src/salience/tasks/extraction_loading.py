"""The folder of a model that chooses sentences, loaded for serving."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from salience.engines.engine import Engine
from salience.engines.onnx_sentence_ranker import OnnxSentenceRanker
from salience.engines.pytorch_sentence_ranker import PyTorchSentenceRanker
from salience.errors import Unsupported
from salience.models.bert_encoder import BertSize
from salience.models.sentence_ranker import (
    SentenceRanker,
    SentenceRankerSize,
    load_sentence_ranker,
)
from salience.tasks.model_folder import WEIGHTS, ModelFolder
from salience.tasks.sentence_scores import SentenceScorer
from salience.tasks.summarization import ChooseSentences
from salience.text.word_pieces import WordPieces

ONE_SEQUENCE = 1
"""Of a batch's tokens: in int8 a text runs alone, so its neighbours do not change its scores."""
MAX_TOKENS_PER_BATCH_ON_CPU = 1_024
MAX_TOKENS_PER_BATCH_ON_GPU = 16_384


def load_extraction(
    folder: ModelFolder,
    engine: str,
    device: str = "cpu",
    threads: int = 1,
    wrap_engine: Callable[[Engine[Any]], Engine[Any]] = lambda engine: engine,
) -> ChooseSentences:
    """The task, with the engine of that name."""
    pieces = WordPieces(folder.path / "tokenizer.json")
    running = _engine(folder, engine, pieces.start, device, threads)
    return ChooseSentences(
        model=folder.description(engine=running.name, device=running.device, explains=True),
        scorer=SentenceScorer(wrap_engine(running), pieces, max_tokens=_max_tokens(running)),
        lead_preference=folder.settings["lead_preference"],
    )


def prepare_extraction(folder: ModelFolder, engine: str) -> Path:
    """The folder with the engine's files; PyTorch needs none but the model's own."""
    if engine == PyTorchSentenceRanker.name:
        return folder.path
    if engine == OnnxSentenceRanker.name:
        return folder.derived(engine, lambda path: _convert(folder, path))
    raise Unsupported(f"{folder.name} cannot run on the engine {engine}", field="engine")


def _engine(
    folder: ModelFolder, engine: str, marker: int, device: str, threads: int
) -> PyTorchSentenceRanker | OnnxSentenceRanker:
    prepared = prepare_extraction(folder, engine)
    if engine == OnnxSentenceRanker.name:
        return OnnxSentenceRanker(prepared, marker=marker, threads=threads)
    network = _network(folder)
    return PyTorchSentenceRanker(network, marker=marker, device=device, threads=threads)


def _max_tokens(engine: Engine[Any]) -> int:
    if engine.name == OnnxSentenceRanker.name:
        return ONE_SEQUENCE
    return MAX_TOKENS_PER_BATCH_ON_CPU if engine.device == "cpu" else MAX_TOKENS_PER_BATCH_ON_GPU


def _convert(folder: ModelFolder, path: Path) -> None:
    from salience.engines.onnx_ranker_converter import convert_ranker_to_onnx_int8

    convert_ranker_to_onnx_int8(_network(folder), path)


def _network(folder: ModelFolder) -> SentenceRanker:
    encoder = BertSize(**folder.settings["size"]["encoder"])
    num_layers = folder.settings["size"]["num_sentence_layers"]
    size = SentenceRankerSize(encoder, num_sentence_layers=num_layers)
    return load_sentence_ranker(folder.path / WEIGHTS, size)
