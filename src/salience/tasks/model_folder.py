"""A model's folder: the same in `model_store/<model>/` and inside an archive."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from salience.tasks.explaining import MAX_EXPLAINED_CHARACTERS
from salience.v1.models_pb2 import Limits, Model

WEIGHTS = "weights.safetensors"
HUGGING_FACE = "huggingface"


class ModelFolder:
    """Reads `model.json` and knows where the other files are."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The whole of `model.json`."""
        return json.loads((self.path / "model.json").read_text())  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        """For example `entities-en`."""
        return str(self.settings["name"])

    @property
    def task(self) -> str:
        """`translation` or `entities`."""
        return str(self.settings["task"])

    @property
    def is_default(self) -> bool:
        """Whether it is meant when others could be as well."""
        return bool(self.settings.get("default", False))

    @property
    def is_demonstration(self) -> bool:
        """Whether it is there to show an idea, and so only packaged when it is named."""
        return bool(self.settings.get("demonstration", False))

    @property
    def streams(self) -> bool:
        """Whether its answers come in parts: sentence by sentence, or document by document."""
        return self.task == "translation" or self.settings.get("kind") == "extractive"

    @property
    def is_checkpoint(self) -> bool:
        """Whether it was made from a Hugging Face checkpoint, not trained here."""
        return self.settings.get("source") == HUGGING_FACE

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the reference weights, in hexadecimal."""
        return hashlib.sha256((self.path / WEIGHTS).read_bytes()).hexdigest()

    def derived(self, engine: str, build: Callable[[Path], None], *, form: int = 1) -> Path:
        """The folder with what `engine` needs, made from the reference weights.

        `build` fills an empty folder; it runs when there is none yet for these weights, or
        one of another `form`, which grows when `build` is changed.
        """
        path, stamp = self.path / engine, self.path / engine / "weights.sha256"
        expected = self.digest if form == 1 else f"{self.digest} form {form}"
        if not stamp.exists() or stamp.read_text() != expected:
            with tempfile.TemporaryDirectory(prefix=f".{engine}-", dir=self.path) as scratch:
                partial = Path(scratch) / engine
                partial.mkdir()
                build(partial)
                (partial / stamp.name).write_text(expected)
                shutil.rmtree(path, ignore_errors=True)
                partial.rename(path)
        return path

    def description(self, *, engine: str, device: str, explains: bool = False) -> Model:
        """What `GetModel` tells a caller, its readiness excepted."""
        limits = Limits(**self.settings["limits"])
        if explains:
            limits.max_explained_characters = MAX_EXPLAINED_CHARACTERS.get(self.task, 0)
        return Model(
            name=self.name,
            task=f"TASK_{self.task.upper()}",
            source_languages=self.settings["source_languages"],
            target_languages=self.settings["target_languages"],
            labels=self.settings["labels"],
            limits=limits,
            version=self.settings["version"],
            digest=self.digest,
            engine=engine,
            device=device,
            is_default=self.is_default,
            streams=self.streams,
            explains=explains,
        )
