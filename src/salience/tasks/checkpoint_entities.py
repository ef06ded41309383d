"""An entity model made from a Hugging Face checkpoint, loaded for serving."""

from pathlib import Path
from typing import Any

from salience.engines.explaining_engine import ExplainingEngine
from salience.engines.onnx_token_classifier import OnnxTokenClassifier
from salience.engines.pytorch_token_classifier import PyTorchTokenClassifier
from salience.errors import Unsupported
from salience.tasks.entities import RecognizeEntities
from salience.tasks.entities_loading import max_tokens_per_batch
from salience.tasks.model_folder import ModelFolder
from salience.tasks.scheme_decoding import SchemeDecoder
from salience.tasks.token_scores import TokenScorer
from salience.text.tokenizer_pieces import TokenizerPieces

EIGHT_BITS, EXACT = OnnxTokenClassifier.name, "onnxruntime"
ENGINES = (EIGHT_BITS, EXACT, PyTorchTokenClassifier.name)
"""The fastest first."""
_FORM = 2
"""With the weights of the layers as outputs."""


def load_checkpoint_entities(
    folder: ModelFolder, engine: str, device: str, threads: int, wrap_engine: Any
) -> RecognizeEntities:
    """The task, with the engine of that name."""
    running = _engine(folder, engine, device, threads)
    return RecognizeEntities(
        model=folder.description(
            engine=running.name, device=running.device, explains=running.explains
        ),
        scorer=TokenScorer(
            wrap_engine(running),
            TokenizerPieces(folder.path / "tokenizer.json"),
            max_tokens=max_tokens_per_batch(running),
            window=folder.settings["window"],
            explaining=wrap_engine(ExplainingEngine(running)),
        ),
        decoder=SchemeDecoder(folder.settings["tags"]),
    )


def prepare_checkpoint_entities(folder: ModelFolder, engine: str) -> Path:
    """The folder with the engine's files; PyTorch needs none but the model's own."""
    if engine == PyTorchTokenClassifier.name:
        return folder.path
    if engine == EXACT:
        return folder.derived(engine, lambda path: _convert(folder, path), form=_FORM)
    if engine == EIGHT_BITS:
        exact = prepare_checkpoint_entities(folder, EXACT)
        return folder.derived(engine, lambda path: _quantize(exact, path), form=_FORM)
    raise Unsupported(f"{folder.name} cannot run on the engine {engine}", field="engine")


def _engine(
    folder: ModelFolder, engine: str, device: str, threads: int
) -> OnnxTokenClassifier | PyTorchTokenClassifier:
    prepared = prepare_checkpoint_entities(folder, engine)
    if engine != PyTorchTokenClassifier.name:
        return OnnxTokenClassifier(prepared, threads=threads, name=engine)
    from salience.models.hugging_face import load_token_classifier  # brings transformers

    network = load_token_classifier(folder.path, folder.settings["architecture"])
    return PyTorchTokenClassifier(network, device=device, threads=threads)


def _convert(folder: ModelFolder, path: Path) -> None:
    from salience.engines.onnx_checkpoint_converter import convert_classifier
    from salience.models.hugging_face import load_token_classifier

    network = load_token_classifier(folder.path, folder.settings["architecture"])
    convert_classifier(network, path, max_len=folder.settings["window"] + 2)


def _quantize(exact: Path, path: Path) -> None:
    from salience.engines.onnx_checkpoint_converter import quantize

    quantize(exact, path)
