"""The folder of a model that writes headlines, loaded for serving."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from salience.decoding.allowed_words import Lexicon
from salience.decoding.line_rules import LineSettings
from salience.decoding.options import DecodingOptions
from salience.engines.engine import Engine
from salience.engines.explaining_engine import ExplainingEngine
from salience.engines.pytorch_headline_writer import PyTorchHeadlineWriter
from salience.engines.text_windows import ReadingSettings
from salience.errors import Unsupported
from salience.models.headline_network import HeadlineSize, load_headline_network
from salience.models.pointer_generator import PointerGeneratorSize, load_pointer_generator
from salience.models.writing_network import WritingNetwork
from salience.tasks.headlines import WriteHeadlines
from salience.tasks.model_folder import WEIGHTS, ModelFolder
from salience.text.word_pieces import WordPieces

MAX_TOKENS_PER_BATCH_ON_CPU = 4_096
MAX_TOKENS_PER_BATCH_ON_GPU = 16_384


def load_headlines(
    folder: ModelFolder,
    engine: str,
    device: str = "cpu",
    threads: int = 1,
    wrap_engine: Callable[[Engine[Any]], Engine[Any]] = lambda engine: engine,
) -> WriteHeadlines:
    """The task, with the engine of that name."""
    prepare_headlines(folder, engine)
    torch.set_num_threads(threads)
    pieces = WordPieces(folder.path / "tokenizer.json")
    lexicon = Lexicon(pieces.pieces, _lines(folder.path / "words.txt"))
    running = _engine(folder, pieces, lexicon, device)
    on_cpu = running.device == "cpu"
    return WriteHeadlines(
        model=folder.description(engine=running.name, device=running.device, explains=True),
        engine=lambda explain: wrap_engine(ExplainingEngine(running) if explain else running),
        pieces=pieces,
        lexicon=lexicon,
        style=folder.settings["decoding"]["style"],
        max_tokens=MAX_TOKENS_PER_BATCH_ON_CPU if on_cpu else MAX_TOKENS_PER_BATCH_ON_GPU,
    )


def prepare_headlines(folder: ModelFolder, engine: str) -> Path:
    """The folder with what `engine` needs; PyTorch needs nothing but the model's own."""
    if engine == PyTorchHeadlineWriter.name:
        return folder.path
    raise Unsupported(f"{folder.name} cannot run on the engine {engine}", field="engine")


def _engine(
    folder: ModelFolder, pieces: WordPieces, lexicon: Lexicon, device: str
) -> PyTorchHeadlineWriter:
    reading, decoding = folder.settings["reading"], folder.settings["decoding"]
    options = DecodingOptions(decoding["beam_size"], 1, decoding["length_penalty"])
    line = LineSettings(
        options,
        pieces.end,
        max_length=decoding["max_length"],
        min_length=decoding["min_length"],
        blocked_repeat=decoding["blocked_repeat"],
    )
    return PyTorchHeadlineWriter(
        _network(folder, lexicon).to(device),
        lexicon,
        ReadingSettings(pieces.start, pieces.end, **reading),
        line,
        device,
    )


def _network(folder: ModelFolder, lexicon: Lexicon) -> WritingNetwork:
    ids = {piece: number for number, piece in enumerate(lexicon.pieces)}
    generated = [ids[piece] for piece in _lines(folder.path / "generated_pieces.txt")]
    if folder.settings.get("network") == "recurrent":
        recurrent = PointerGeneratorSize(**folder.settings["size"])
        return load_pointer_generator(folder.path / WEIGHTS, recurrent, generated)
    size = HeadlineSize.of(folder.settings["size"])
    return load_headline_network(folder.path / WEIGHTS, size, generated)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()
