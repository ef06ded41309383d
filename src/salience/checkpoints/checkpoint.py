"""A Hugging Face checkpoint on this machine's disk: what it says, and what is refused."""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
import yaml

from salience.errors import InvalidInput, Unsupported
from salience.models.hugging_face import ARCHITECTURES, load_tokenizer, transformers

_WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")
_TOKENIZER_FILES = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "spiece.model",
    "sentencepiece.bpe.model",
    "source.spm",
    "spm.model",
)
_CARD_HEAD = re.compile(r"---\n(.*?)\n---", re.DOTALL)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True)
class Checkpoint:
    """A folder that `save_pretrained` wrote, the task it is to do, and what it leaves unsaid.

    Languages are ISO 639-1, or tokens of the checkpoint; empty ones are read from it. The
    `prefix` is text that it was trained to read before every other.
    """

    path: Path
    task: str
    name: str = ""
    source_languages: tuple[str, ...] = field(default=())
    target_languages: tuple[str, ...] = field(default=())
    prefix: str = ""

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The whole of `config.json`."""
        file = self.path / "config.json"
        try:
            settings = json.loads(file.read_text())
        except FileNotFoundError as error:
            raise InvalidInput(f"{self.path} has no config.json: it is no checkpoint") from error
        except ValueError as error:
            raise InvalidInput(f"{file} is not JSON") from error
        if "auto_map" in settings:
            raise Unsupported("the checkpoint brings code of its own, which is never run")
        return dict(settings)

    @property
    def architecture(self) -> str:
        """The class it was saved from, which does its task."""
        if self.task not in ARCHITECTURES:
            raise InvalidInput(f"{self.task!r} is none of: {', '.join(ARCHITECTURES)}")
        [name, *_] = self.settings.get("architectures") or ["unknown"]
        if name not in ARCHITECTURES[self.task]:
            known = ", ".join(ARCHITECTURES[self.task])
            raise Unsupported(f"a {name} cannot do {self.task}; these can: {known}")
        return str(name)

    @property
    def served_name(self) -> str:
        """The model's name: the given one, or the folder's."""
        name = self.name or re.sub(r"[^a-z0-9._-]+", "-", self.path.resolve().name.lower())
        if not _NAME.fullmatch(name):
            raise InvalidInput(
                f"{name!r} is no name for a model: use a-z, 0-9, dot, dash", field="name"
            )
        return name

    def check_files(self) -> None:
        """Refuse what has no weights that can be read without running code."""
        for name in _WEIGHT_FILES:
            if (self.path / name).is_file() or (self.path / f"{name}.index.json").is_file():
                return
        raise Unsupported(f"{self.path} has no weights: neither {' nor '.join(_WEIGHT_FILES)}")

    @cached_property
    def network(self) -> Any:
        """The original: the library's own class with the checkpoint's weights.

        Weights in `pytorch_model.bin` are a pickle; torch reads only tensors from it and
        refuses everything else.
        """
        kind = getattr(transformers(), self.architecture)
        self.check_files()
        try:
            network, report = kind.from_pretrained(
                self.path,
                local_files_only=True,
                trust_remote_code=False,
                output_loading_info=True,
                dtype=torch.float32,
                weights_only=True,
                attn_implementation="eager",
            )
        except Exception as error:  # whatever the library makes of a damaged file
            raise Unsupported(f"the weights cannot be read: {_first_line(error)}") from error
        if report["missing_keys"] or report["mismatched_keys"]:
            lacking = sorted(report["missing_keys"]) or sorted(report["mismatched_keys"])
            raise Unsupported(f"the weights lack {lacking[0]}: it was not trained for this")
        return network.eval()

    @cached_property
    def tokenizer(self) -> Any:
        """The original tokenizer."""
        if not any((self.path / name).is_file() for name in _TOKENIZER_FILES):
            # Without any the library would make up an empty one.
            raise Unsupported(
                f"{self.path} has no tokenizer: none of {', '.join(_TOKENIZER_FILES)}"
            )
        try:
            return load_tokenizer(self.path)
        except Exception as error:  # whatever the library makes of missing files
            raise Unsupported(f"there is no tokenizer to read: {_first_line(error)}") from error

    @property
    def card_languages(self) -> tuple[str, ...]:
        """The languages that the head of the checkpoint's README names, ISO 639-1."""
        card = self.path / "README.md"
        match = _CARD_HEAD.match(card.read_text()) if card.exists() else None
        try:
            named = (yaml.safe_load(match[1]) or {}).get("language") if match else None
        except (yaml.YAMLError, AttributeError):
            return ()
        codes = [named] if isinstance(named, str) else named or []
        return tuple(code for code in codes if isinstance(code, str) and len(code) in (2, 3))


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
