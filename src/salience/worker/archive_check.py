"""What a `.mar` file must be before TorchServe, which runs the code in it, may have it."""

import hashlib
import json
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path, PurePosixPath

from salience.worker.provenance import FILE_NAME, Provenance, UnsupportedArchive

MANIFEST, SETTINGS = "MAR-INF/MANIFEST.json", "model.json"


def check_archive(path: Path) -> str:
    """The name of the model in an archive, all of which is as it was built.

    Every file is listed in its provenance with the right SHA-256, and none would be unpacked
    outside of the archive's own folder. A file that has not changed is read once.

    Raises:
        UnsupportedArchive: it is not so; the message says why, and is safe to log.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise UnsupportedArchive(f"{path.name} cannot be read") from error
    return _checked(path, found.st_ino, found.st_size, found.st_ctime_ns)


def unpack_archive(path: Path, folder: Path) -> None:
    """Make a folder of the files of an archive that was found to be as it was built.

    TorchServe is given the folder: Java would read an archive's entries one after the other,
    those that its directory does not list included.

    Raises:
        UnsupportedArchive: it cannot be served; the message says why, and is safe to log.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with _opened(path) as archive:
        _check(archive)
        archive.extractall(folder)


@lru_cache
def _checked(path: Path, inode: int, size: int, changed: int) -> str:
    with _opened(path) as archive:
        return _check(archive)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except UnsupportedArchive as refusal:
        raise UnsupportedArchive(f"{path.name}: {refusal}") from refusal
    except OSError as error:
        raise UnsupportedArchive(f"{path.name} cannot be unpacked: {error.strerror}") from error
    except Exception as error:  # Libraries raise what they like over bytes that are damaged.
        raise UnsupportedArchive(f"{path.name} is not an archive of this project") from error


def _check(archive: zipfile.ZipFile) -> str:
    provenance = Provenance.from_json(archive.read(FILE_NAME).decode())
    provenance.check_version()
    _check_files(archive, provenance)
    model = _model(archive)
    if model["handler"] not in provenance.files:
        raise UnsupportedArchive(f"the handler {model['handler'][:60]} is not in the archive")
    return model["modelName"]


def _model(archive: zipfile.ZipFile) -> dict[str, str]:
    """What the manifest says of the model, which follows from the model's own file."""
    manifest, told = json.loads(archive.read(MANIFEST)), json.loads(archive.read(SETTINGS))
    wanted = {
        "modelName": str(told["name"]),
        "modelVersion": str(told["version"]),
        "handler": f"{told['task']}_handler.py",
        "configFile": "model-config.yaml",
    }
    if manifest["model"] != wanted or manifest["runtime"] != "python":
        raise UnsupportedArchive("its manifest is not that of the model in it")
    return wanted


def _check_files(archive: zipfile.ZipFile, provenance: Provenance) -> None:
    names = archive.namelist()
    for entry in archive.infolist():
        _check_place(entry)
    if len(set(names)) < len(names):
        raise UnsupportedArchive("a file is in it twice")
    for name in provenance.files:
        if name not in names:
            raise UnsupportedArchive(f"{name} is missing: the archive is incomplete")
    for entry in archive.infolist():
        if entry.filename not in (MANIFEST, FILE_NAME):
            _check_digest(archive, entry, provenance)


def _check_place(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename)
    outside = path.is_absolute() or ".." in path.parts or "\\" in entry.filename
    if outside or stat.S_ISLNK(entry.external_attr >> 16):
        raise UnsupportedArchive(f"{entry.filename[:60]!r} would be unpacked elsewhere")


def _check_digest(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, provenance: Provenance) -> None:
    wanted = provenance.files.get(entry.filename)
    if wanted is None:
        raise UnsupportedArchive(f"{entry.filename[:60]!r} was not there when it was built")
    with archive.open(entry) as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    if found != wanted:
        raise UnsupportedArchive(f"{entry.filename} is not the file that was archived: rebuild it")
