"""A model's folder with nothing in it that could run."""

import json
from pathlib import Path


def write_model_folder(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "model.json").write_text(json.dumps(SETTINGS))
    (path / "weights.safetensors").write_bytes(b"weights")
    (path / "subwords.model").write_bytes(b"vocabulary")
    (path / "README.md").write_text("A model card.")
    return path


SETTINGS = {
    "name": "tiny-en-de",
    "task": "translation",
    "version": "1.5",
    "default_engine": "pytorch",
    "source_languages": ["en"],
    "target_languages": ["de"],
    "labels": [],
    "limits": {"max_items": 8, "max_characters": 100},
}
