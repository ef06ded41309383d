"""Archives by hand, right or wrong in one thing."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from salience.worker.archive_check import MANIFEST
from salience.worker.provenance import FILE_NAME, Provenance

FILES = {"handler.py": b"class Handler: ...", "weights.safetensors": bytes(1000)}


def write_archive(
    path: Path,
    model: str,
    *,
    handler: str = "handler.py",
    changed: Mapping[str, bytes] | None = None,
    left_out: str = "",
) -> Path:
    """An archive of FILES; what is `changed`, or added, after its provenance was written."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    manifest = {"model": {"modelName": model, "modelVersion": "1.0", "handler": handler}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MANIFEST, json.dumps(manifest))
        archive.writestr(FILE_NAME, Provenance(version("salience"), "unknown", digests).to_json())
        for name, content in {**FILES, **(changed or {})}.items():
            if name != left_out:
                archive.writestr(name, content)
    return path
