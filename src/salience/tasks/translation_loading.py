"""A translation model's folder, loaded for serving."""

from pathlib import Path
from typing import Any

import torch

from salience.decoding.options import DecodingOptions
from salience.engines.ctranslate2_converter import convert_to_ctranslate2
from salience.engines.ctranslate2_translator import CTranslate2Translator
from salience.engines.int8_arithmetic import int8_is_exact
from salience.engines.pytorch_translator import PyTorchTranslator
from salience.engines.translator import SearchingEngine, Translator
from salience.errors import Unsupported
from salience.models.translation_network import TranslationNetwork
from salience.models.translation_networks import (
    TRANSFORMER,
    load_translation_network,
    network_name,
)
from salience.models.translation_transformer import TranslationTransformer
from salience.tasks.model_folder import WEIGHTS, ModelFolder
from salience.tasks.translation import TranslateTexts
from salience.text.subwords import Subwords

_FORM = 2
"""With the attention of all heads."""


def load_translation(
    folder: ModelFolder, engine: str, device: str, threads: int, wrap_engine: Any
) -> TranslateTexts:
    """The task, with the engine of that name."""
    subwords = _subwords(folder)
    running = _engine(folder, engine, subwords, device, threads)
    return TranslateTexts(
        model=folder.description(
            engine=running.name, device=running.device, explains=running.explains
        ),
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
    if engine == CTranslate2Translator.name and network_name(folder.settings) == TRANSFORMER:
        return folder.derived(engine, lambda path: _convert(folder, path), form=_FORM)
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
            compute_type="int8" if int8_is_exact() else "float32",
        )
    torch.set_num_threads(threads)
    return PyTorchTranslator(_network(folder).to(device), device)


def _convert(folder: ModelFolder, path: Path) -> None:
    network = _network(folder)
    assert isinstance(network, TranslationTransformer)
    convert_to_ctranslate2(network, _subwords(folder).pieces, path)


def _network(folder: ModelFolder) -> TranslationNetwork:
    return load_translation_network(folder.settings, folder.path / WEIGHTS)


def _subwords(folder: ModelFolder) -> Subwords:
    return Subwords(folder.path / "subwords.model")
