"""Writes the networks of Hugging Face checkpoints in CTranslate2's format."""

import json
from pathlib import Path
from typing import Any

from ctranslate2.converters import TransformersConverter

from salience.engines.ctranslate2_generator import VOCABULARY
from salience.errors import Unsupported
from salience.models.hugging_face import load_network, load_tokenizer

_LAYOUTS = {
    "BartForConditionalGeneration": (False, True),
    "MBartForConditionalGeneration": (True, True),
    "PegasusForConditionalGeneration": (True, False),
}
"""Whether layers and embeddings are normalized before; the library's configurations no
longer tell, and the converter asks them."""


class _WholeVocabulary:
    """A tokenizer that names every id of the network, each by a name of its own."""

    def __init__(self, tokenizer: Any, size: int) -> None:
        self._tokenizer = tokenizer
        self._size = size
        self.num_madeup_words = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)

    def get_vocab(self) -> dict[str, int]:
        """The names, in the order of the ids."""
        known = {number: piece for piece, number in self._tokenizer.get_vocab().items()}
        known |= getattr(self._tokenizer, "id_to_lang_token", {})
        return {known.get(number, f"<unused-{number}>"): number for number in range(self._size)}


class _FolderConverter(TransformersConverter):  # type: ignore[misc]  # it is untyped
    """CTranslate2's own converter, given a network and a tokenizer that are there."""

    def __init__(self, folder: Path, network: Any) -> None:
        super().__init__(str(folder))
        self._network = network

    def _load(self) -> Any:
        spec = super()._load()
        spec.decoder.alignment_heads = spec.decoder.num_heads  # Not the first one alone.
        return spec

    def load_model(self, model_class: Any, model_name_or_path: str, **kwargs: Any) -> Any:
        """The network, its configuration as the converter knows it from older versions."""
        config = self._network.config
        before, embedding = _LAYOUTS.get(type(self._network).__name__, (None, None))
        if before is not None:
            config.normalize_before, config.normalize_embedding = before, embedding
        if config.model_type in ("t5", "mt5"):
            config.tie_word_embeddings = getattr(config, "scale_decoder_outputs", False)
        return self._network

    def load_tokenizer(self, tokenizer_class: Any, model_name_or_path: str, **kwargs: Any) -> Any:
        """The tokenizer, with a name for every id."""
        tokenizer = load_tokenizer(Path(model_name_or_path))
        return _WholeVocabulary(tokenizer, self._network.config.vocab_size)


def convert_checkpoint_to_ctranslate2(
    model: Path, architecture: str, folder: Path, *, start: int, eight_bits: bool
) -> None:
    """Write the network in a model's folder into the folder `folder`, which is emptied.

    `start` is the decoder's first token.
    """
    network = load_network(model, architecture)
    converter = _FolderConverter(model, network)
    converter.convert(str(folder), quantization="int8" if eight_bits else None, force=True)
    if not (folder / VOCABULARY).exists():
        raise Unsupported("source and target have vocabularies of their own")
    _fill_settings(folder, start)


def _fill_settings(folder: Path, start: int) -> None:
    """What the converter leaves open for mBART, whose first token is a language."""
    file = folder / "config.json"
    settings = json.loads(file.read_text())
    pieces = json.loads((folder / VOCABULARY).read_text())
    for name, usual in (("decoder_start_token", start), ("bos_token", 0)):
        if settings.get(name) is None:
            settings[name] = pieces[usual]
    file.write_text(json.dumps(settings, indent=2))
