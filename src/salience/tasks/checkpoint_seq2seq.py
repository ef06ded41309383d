"""A model that writes text and was made from a Hugging Face checkpoint, loaded for serving."""

from pathlib import Path
from typing import Any

from salience.decoding.generation_rules import GenerationRules
from salience.decoding.options import DecodingOptions
from salience.engines.ctranslate2_generator import CTranslate2Generator
from salience.engines.pytorch_generator import PyTorchGenerator
from salience.engines.translator import SearchingEngine, Translator
from salience.errors import Unsupported
from salience.tasks.model_folder import ModelFolder
from salience.tasks.translation import TranslateTexts
from salience.tasks.written_summaries import WriteSummaries
from salience.text.checkpoint_subwords import CheckpointSubwords

EIGHT_BITS, EXACT = "ctranslate2-int8", "ctranslate2"
ENGINES = (EIGHT_BITS, EXACT, PyTorchGenerator.name)
"""The fastest first."""
_FORM = 2
"""Tells the mean of the heads where it looks."""


def load_checkpoint_seq2seq(
    folder: ModelFolder, engine: str, device: str, threads: int, wrap_engine: Any
) -> TranslateTexts | WriteSummaries:
    """The task, with the engine of that name."""
    rules = generation_rules(folder)
    running = load_translator(folder, engine, rules=rules, device=device, threads=threads)
    kind = TranslateTexts if folder.task == "translation" else WriteSummaries
    return kind(
        model=folder.description(
            engine=running.name, device=running.device, explains=running.explains
        ),
        engine=lambda decoding: wrap_engine(SearchingEngine(running, decoding)),
        subwords=load_subwords(folder),
        max_source_tokens=folder.settings["source_tokens"]["max_length"],
        decoding=DecodingOptions(
            beam_size=folder.settings["beam_size"],
            length_penalty=folder.settings["length_penalty"],
        ),
    )


def prepare_checkpoint_seq2seq(folder: ModelFolder, engine: str) -> Path:
    """The folder with the engine's files; PyTorch needs none but the model's own."""
    if engine == PyTorchGenerator.name:
        return folder.path
    if engine in ENGINES:
        return folder.derived(
            engine, lambda path: _convert(folder, path, engine == EIGHT_BITS), form=_FORM
        )
    raise Unsupported(f"{folder.name} cannot run on the engine {engine}", field="engine")


def generation_rules(folder: ModelFolder) -> GenerationRules:
    """How the network is to write."""
    written = folder.settings["generation"]
    tuples = {name: tuple(written[name]) for name in ("start", "forbidden")}
    return GenerationRules(**{**written, **tuples})


def load_subwords(folder: ModelFolder) -> CheckpointSubwords:
    """The subwords, and what stands around a source."""
    source = folder.settings["source_tokens"]
    return CheckpointSubwords.of(folder.path, before=source["before"], after=source["after"])


def load_translator(
    folder: ModelFolder,
    engine: str,
    *,
    rules: GenerationRules,
    device: str = "cpu",
    threads: int = 1,
) -> Translator:
    """The engine of that name."""
    prepared = prepare_checkpoint_seq2seq(folder, engine)
    if engine != PyTorchGenerator.name:
        return CTranslate2Generator(prepared, rules, threads=threads, name=engine)
    from salience.models.hugging_face import load_network  # brings transformers

    network = load_network(folder.path, folder.settings["architecture"])
    return PyTorchGenerator(network, rules, device=device, threads=threads)


def _convert(folder: ModelFolder, path: Path, eight_bits: bool) -> None:
    from salience.engines.ctranslate2_checkpoint_converter import convert_checkpoint_to_ctranslate2

    convert_checkpoint_to_ctranslate2(
        folder.path,
        folder.settings["architecture"],
        path,
        start=generation_rules(folder).start[0],
        eight_bits=eight_bits,
    )
