"""A translation model's folder, loaded for serving."""

from pathlib import Path
from typing import Any

import torch

from salience.decoding.generated import Generated
from salience.engines.ctranslate2_converter import convert_to_ctranslate2
from salience.engines.ctranslate2_translator import CTranslate2Translator
from salience.engines.engine import Engine
from salience.engines.pytorch_translator import PyTorchTranslator, load_network
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
        engine=wrap_engine(running),
        subwords=subwords,
        max_source_tokens=folder.settings["max_source_tokens"],
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
) -> Engine[Generated]:
    prepared = prepare_translation(folder, engine)
    beam_size = folder.settings["beam_size"]
    if engine == CTranslate2Translator.name:
        return CTranslate2Translator(
            prepared,
            subwords.pieces,
            max_len=folder.settings["size"]["max_len"],
            beam_size=beam_size,
            threads=threads,
        )
    torch.set_num_threads(threads)
    return PyTorchTranslator(_network(folder).to(device), beam_size, device)


def _network(folder: ModelFolder) -> TranslationTransformer:
    return load_network(folder.path / WEIGHTS, TransformerSize(**folder.settings["size"]))


def _subwords(folder: ModelFolder) -> Subwords:
    return Subwords(folder.path / "subwords.model")
