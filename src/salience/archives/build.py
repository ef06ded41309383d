"""From a model's folder to a `.mar` file."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from salience.archives.contents import (
    MODEL_CONFIG,
    handler_file,
    model_config,
    model_files,
    provenance_of,
)
from salience.archives.inspection import inspect_archive
from salience.archives.vendored import vendored_files
from salience.tasks.loading import prepare_engine
from salience.tasks.model_folder import ModelFolder
from salience.worker.provenance import FILE_NAME, Provenance, UnsupportedArchive


def build_archive(
    model_folder: Path,
    out_dir: Path,
    *,
    engine: str | None = None,
    threads: int = 1,
    device_ids: Sequence[int] = (),
    self_contained: bool = False,
) -> Path:
    """Build `<name>.mar` in `out_dir`, unless the one there has the same content.

    `engine` is what a CPU worker runs, by default the model's own choice; the
    reference weights, which a GPU worker runs, are always included. Workers take the GPUs
    of `device_ids` in turn, by default all of the machine. A `self_contained`
    archive brings this package, and the others that it needs, to a TorchServe without them.
    """
    folder = ModelFolder(model_folder)
    engine = engine or str(folder.settings["default_engine"])
    archive = out_dir / f"{folder.name}.mar"
    with tempfile.TemporaryDirectory(prefix="salience-archive-") as scratch:
        config = Path(scratch) / MODEL_CONFIG
        config.write_text(model_config(engine, threads=threads, device_ids=device_ids))
        brought = vendored_files(folder, engine, Path(scratch)) if self_contained else {}
        if not _is_current(archive, brought | _files(folder, engine, config)):
            prepare_engine(folder, engine)
            out_dir.mkdir(parents=True, exist_ok=True)
            built = _build(folder, brought | _files(folder, engine, config), Path(scratch))
            shutil.move(built, archive)
    return archive


def _files(folder: ModelFolder, engine: str, config: Path) -> dict[str, Path]:
    handler = handler_file(folder)
    return {**model_files(folder, engine), handler.name: handler, MODEL_CONFIG: config}


def _is_current(archive: Path, files: Mapping[str, Path]) -> bool:
    """Whether the archive was made by this version of the package from these files."""
    if not archive.exists():
        return False
    try:
        built = inspect_archive(archive).provenance
    except UnsupportedArchive:
        return False
    wanted = provenance_of(files)
    return (built.package_version, built.files) == (wanted.package_version, wanted.files)


def _build(folder: ModelFolder, files: Mapping[str, Path], scratch: Path) -> Path:
    staging = scratch / "staging"
    _stage(files, provenance_of(files), staging)
    config, handler = files[MODEL_CONFIG], files[handler_file(folder).name]
    options = {
        "--model-name": folder.name,
        "--version": folder.settings["version"],
        "--handler": handler,
        "--config-file": config,
        # The archiver takes what is inside this folder, subfolders included.
        "--extra-files": staging,
        "--export-path": scratch,
        "--archive-format": "zip-store",  # weights hardly compress
    }
    _run_archiver([str(word) for option in options.items() for word in option], scratch)
    return scratch / f"{folder.name}.mar"


def _stage(files: Mapping[str, Path], provenance: Provenance, staging: Path) -> None:
    for name, source in files.items():
        target = staging / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    (staging / FILE_NAME).write_text(provenance.to_json())


def _run_archiver(arguments: list[str], scratch: Path) -> None:
    """Run torch-model-archiver, which works in `$TMPDIR/<model name>`: give it its own."""
    command = [sys.executable, "-W", "ignore", "-m", "model_archiver.model_packaging", *arguments]
    work = scratch / "work"
    work.mkdir()
    environment = os.environ | {"TMPDIR": str(work)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"torch-model-archiver failed:\n{done.stderr}")
