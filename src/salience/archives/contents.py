"""What goes into an archive, and where it comes from."""

import subprocess
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from salience.tasks.model_folder import ModelFolder
from salience.worker.provenance import Provenance, sha256_of

PROJECT = Path(__file__).parents[3]
MODEL_CONFIG = "model-config.yaml"


def handler_file(folder: ModelFolder) -> Path:
    """The handler of the model's task."""
    return PROJECT / "handlers" / f"{folder.task}_handler.py"


def model_config(engine: str, *, threads: int = 1, device_ids: Sequence[int] = ()) -> str:
    """The archive's model-config.yaml: the operator's part, then what the worker reads."""
    common = (PROJECT / "deploy" / "torchserve" / MODEL_CONFIG).read_text()
    devices = f"\ndeviceIds: {list(device_ids)}\n" if device_ids else ""
    return f"{common}{devices}\nsalience:\n  engine: {engine}\n  threads: {threads}\n"


def model_files(folder: ModelFolder, engine: str) -> dict[str, Path]:
    """The model's own files and those of one engine, by their path in the archive."""
    own = [path for path in folder.path.iterdir() if path.is_file()]
    derived = [path for path in (folder.path / engine).rglob("*") if path.is_file()]
    return {
        path.relative_to(folder.path).as_posix(): path
        for path in sorted(own + derived)
        if not path.name.startswith(".")
    }


def provenance_of(files: Mapping[str, Path]) -> Provenance:
    """What to write into an archive of these files."""
    return Provenance(
        package_version=version("salience"),
        git_commit=_git_commit(),
        files={name: sha256_of(path) for name, path in files.items()},
    )


def _git_commit() -> str:
    """The commit of the source tree, marked when it has changes, or `unknown`."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        answer = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return answer.stdout.strip()
