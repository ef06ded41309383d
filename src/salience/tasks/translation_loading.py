"""A translation model's folder, loaded for serving."""

from pathlib import Path
from typing import Any

import torch

from salience.decoding.options import DecodingOptions
from salience.engines.ctranslate2_converter import convert_to_ctranslate2
from salience.engines.ctranslate2_translator import CTranslate2Translator
from salience.engines.pytorch_translator import PyTorchTranslator, load_network
from salience.engines.translator import SearchingEngine, Translator
from salience.errors import Unsupported
from salience.models.translation_transformer import TransformerSize, TranslationTransformer
from salience.tasks.model_folder import WEIGHTS, ModelFolder
from salience.tasks.translation import TranslateTexts
from salience.text.subwords import Subwords


def load_translation(
    folder: ModelFolder, engine: str, device: str, threads: int, wrap_engine: Any
) -> TranslateTexts:
    """The task, with the engine of that name."""
    subwords = _subwords(folder)
    running = _engine(folder, engine, subwords, device, threads)
    return TranslateTexts(
        model=folder.description(engine=running.name, device=running.device),
        engine=lambda decoding: wrap_engine(SearchingEngine(running, decoding)),
        subwords=subwords,
        max_source_tokens=folder.settings["max_source_tokens"],
        decoding=DecodingOptions(
            beam_size=folder.settings["beam_size"],
            length_penalty=folder.settings.get("length_penalty", 1.0),
        ),
    )


def prepare_translation(folder: ModelFolder, engine: str) -> Path:
    """The folder with the engine's files; PyTorch needs none but the model's own."""
    if engine == PyTorchTranslator.name:
        return folder.path
    if engine == CTranslate2Translator.name:
        pieces = _subwords(folder).pieces
        return folder.derived(
            engine, lambda path: convert_to_ctranslate2(_network(folder), pieces, path)
        )
    raise Unsupported(f"{folder.name} cannot run on the engine {engine}", field="engine")


def _engine(
    folder: ModelFolder, engine: str, subwords: Subwords, device: str, threads: int
) -> Translator:
    prepared = prepare_translation(folder, engine)
    if engine == CTranslate2Translator.name:
        return CTranslate2Translator(
            prepared,
            subwords.pieces,
            max_len=folder.settings["size"]["max_len"],
            threads=threads,
        )
    torch.set_num_threads(threads)
    return PyTorchTranslator(_network(folder).to(device), device)


def _network(folder: ModelFolder) -> TranslationTransformer:
    return load_network(folder.path / WEIGHTS, TransformerSize(**folder.settings["size"]))


def _subwords(folder: ModelFolder) -> Subwords:
    return Subwords(folder.path / "subwords.model")
