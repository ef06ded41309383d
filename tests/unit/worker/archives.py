"""Archives by hand, right or wrong in one thing."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from salience.worker.archive_check import MANIFEST, SETTINGS
from salience.worker.provenance import FILE_NAME, Provenance

FILES = {"tiny_handler.py": b"class Handler: ...", "weights.safetensors": bytes(1000)}
MODEL_CONFIG = "model-config.yaml"


def write_archive(
    path: Path,
    model: str,
    *,
    manifest: Mapping[str, str] | None = None,
    changed: Mapping[str, bytes] | None = None,
    left_out: str = "",
) -> Path:
    """An archive of FILES; what is `changed`, or added, after its provenance was written."""
    told = {"name": model, "task": "tiny", "version": "1.0"}
    files = {**FILES, SETTINGS: json.dumps(told).encode(), MODEL_CONFIG: b""}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = {
        "modelName": model,
        "modelVersion": "1.0",
        "handler": "tiny_handler.py",
        "configFile": MODEL_CONFIG,
        **(manifest or {}),
    }
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MANIFEST, json.dumps({"runtime": "python", "model": manifest}))
        archive.writestr(FILE_NAME, Provenance(version("salience"), "unknown", digests).to_json())
        for name, content in {**files, **(changed or {})}.items():
            if name != left_out:
                archive.writestr(name, content)
    return path
