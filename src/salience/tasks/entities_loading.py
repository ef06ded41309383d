"""An entity model's folder, loaded for serving."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from salience.data.iob2 import iob2_tags
from salience.engines.engine import Engine
from salience.engines.explaining_engine import ExplainingEngine
from salience.engines.onnx_token_classifier import OnnxTokenClassifier
from salience.engines.pytorch_token_classifier import PyTorchTokenClassifier
from salience.errors import Unsupported
from salience.models.bert_encoder import BertSize
from salience.models.recurrent_tagger import RecurrentTagger, RecurrentTaggerSize
from salience.models.stored_weights import load_weights
from salience.models.token_classifier import TokenClassifier, load_token_classifier
from salience.tasks.crf_decoding import CrfTagDecoder
from salience.tasks.entities import RecognizeEntities
from salience.tasks.model_folder import WEIGHTS, ModelFolder
from salience.tasks.tag_decoding import SpanDecoder, TagDecoder
from salience.tasks.token_scores import TokenScorer
from salience.text.word_pieces import WordPieces

ONE_SEQUENCE = 1
"""Of a batch's tokens, where batches are not wanted.

The int8 engine has one scale for the activations of a batch. Alone, a text gets the same
answer whatever its neighbours are, and a finer scale; it costs 15 % of the speed.
"""
MAX_TOKENS_PER_BATCH_ON_CPU = 256
MAX_TOKENS_PER_BATCH_ON_GPU = 8_192
_FORM = 2
"""With the weights of the layers as outputs."""


def load_entities(
    folder: ModelFolder,
    engine: str,
    device: str = "cpu",
    threads: int = 1,
    wrap_engine: Callable[[Engine[Any]], Engine[Any]] = lambda engine: engine,
) -> RecognizeEntities:
    """The task, with the engine of that name."""
    running = _engine(folder, engine, device, threads)
    pieces = WordPieces(folder.path / "tokenizer.json")
    return RecognizeEntities(
        model=folder.description(
            engine=running.name, device=running.device, explains=running.explains
        ),
        scorer=TokenScorer(
            wrap_engine(running),
            pieces,
            max_tokens=max_tokens_per_batch(running),
            explaining=wrap_engine(ExplainingEngine(running)),
        ),
        decoder=_decoder(folder),
    )


def prepare_entities(folder: ModelFolder, engine: str) -> Path:
    """The folder with the engine's files; PyTorch needs none but the model's own."""
    if engine == PyTorchTokenClassifier.name:
        return folder.path
    if engine == OnnxTokenClassifier.name and not _is_recurrent(folder):
        return folder.derived(engine, lambda path: _convert(folder, path), form=_FORM)
    raise Unsupported(f"{folder.name} cannot run on the engine {engine}", field="engine")


def _engine(
    folder: ModelFolder, engine: str, device: str, threads: int
) -> PyTorchTokenClassifier | OnnxTokenClassifier:
    prepared = prepare_entities(folder, engine)
    if engine == OnnxTokenClassifier.name:
        return OnnxTokenClassifier(prepared, threads=threads)
    return PyTorchTokenClassifier(entity_network(folder), device=device, threads=threads)


def max_tokens_per_batch(engine: Engine[Any]) -> int:
    """How many tokens are best run together."""
    if engine.name == OnnxTokenClassifier.name:
        return ONE_SEQUENCE
    return MAX_TOKENS_PER_BATCH_ON_CPU if engine.device == "cpu" else MAX_TOKENS_PER_BATCH_ON_GPU


def _convert(folder: ModelFolder, path: Path) -> None:
    from salience.engines.onnx_converter import convert_to_onnx_int8

    network = entity_network(folder)
    assert isinstance(network, TokenClassifier)
    convert_to_onnx_int8(network, path)


def entity_network(folder: ModelFolder) -> TokenClassifier | RecurrentTagger:
    """The network with its stored weights, in single precision, ready to predict."""
    num_tags = len(iob2_tags(folder.settings["labels"]))
    if _is_recurrent(folder):
        tagger = RecurrentTagger(RecurrentTaggerSize(**folder.settings["size"]), num_tags=num_tags)
        tagger.load_state_dict(load_weights(folder.path / WEIGHTS))
        return tagger.eval()
    size = BertSize(**folder.settings["size"])
    return load_token_classifier(folder.path / WEIGHTS, size, num_tags=num_tags)


def _decoder(folder: ModelFolder) -> SpanDecoder:
    labels = folder.settings["labels"]
    if not _is_recurrent(folder):
        return TagDecoder(labels)
    weights = load_weights(folder.path / WEIGHTS)
    field = (weights[f"field.{name}"].numpy() for name in ("transitions", "first"))
    return CrfTagDecoder(labels, *field)


def _is_recurrent(folder: ModelFolder) -> bool:
    return bool(folder.settings.get("network") == "recurrent")
