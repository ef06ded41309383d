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
from typing import BinaryIO

from salience.worker.provenance import FILE_NAME, Provenance, UnsupportedArchive

MANIFEST, SETTINGS = "MAR-INF/MANIFEST.json", "model.json"
Trusted = frozenset[str] | None
"""The SHA-256 of archives that may be served; None where nobody said."""


def check_archive(path: Path, trusted: Trusted = None) -> str:
    """The name of the model in an archive, all of which is as it was built.

    Every file is listed in its provenance with the right SHA-256, and none would be unpacked
    outside of the archive's own folder; the whole is one of those that are `trusted`, if those
    are known. A file that has not changed is read once.

    Raises:
        UnsupportedArchive: it is not so; the message says why, and is safe to log.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise UnsupportedArchive(f"{path.name} cannot be read") from error
    return _checked(path, trusted, found.st_ino, found.st_size, found.st_ctime_ns)


def unpack_archive(path: Path, folder: Path, trusted: Trusted = None) -> None:
    """Make a folder of the files of an archive that was found to be as it was built.

    TorchServe is given the folder: Java would read an archive's entries one after the other,
    those that its directory does not list included.

    Raises:
        UnsupportedArchive: it cannot be served; the message says why, and is safe to log.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with _opened(path, trusted) as archive:
        _check(archive)
        archive.extractall(folder)


@lru_cache
def _checked(path: Path, trusted: Trusted, inode: int, size: int, changed: int) -> str:
    with _opened(path, trusted) as archive:
        return _check(archive)


@contextmanager
def _opened(path: Path, trusted: Trusted) -> Iterator[zipfile.ZipFile]:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            if trusted is not None:
                _check_trust(file, trusted)
            yield archive
    except UnsupportedArchive as refusal:
        raise UnsupportedArchive(f"{path.name}: {refusal}") from refusal
    except OSError as error:
        raise UnsupportedArchive(f"{path.name} cannot be unpacked: {error.strerror}") from error
    except Exception as error:  # Libraries raise what they like over bytes that are damaged.
        raise UnsupportedArchive(f"{path.name} is not an archive of this project") from error


def _check_trust(file: BinaryIO, trusted: frozenset[str]) -> None:
    file.seek(0)
    if hashlib.file_digest(file, "sha256").hexdigest() not in trusted:  # type: ignore[arg-type]
        raise UnsupportedArchive("its SHA-256 is not listed in SALIENCE_ARCHIVE_DIGESTS")


def _check(archive: zipfile.ZipFile) -> str:
    provenance = Provenance.from_json(archive.read(FILE_NAME).decode())
    provenance.check_version()
    _check_files(archive, provenance)
    return _model_name(archive)


def _model_name(archive: zipfile.ZipFile) -> str:
    """What the manifest says, all of which must follow from the model's own file."""
    manifest, told = json.loads(archive.read(MANIFEST)), json.loads(archive.read(SETTINGS))
    wanted = {
        "modelName": str(told["name"]),
        "modelVersion": str(told["version"]),
        "handler": f"{told['task']}_handler.py",
        "configFile": "model-config.yaml",
    }
    if manifest["model"] != wanted or manifest["runtime"] != "python":
        raise UnsupportedArchive("its manifest is not that of the model in it")
    return wanted["modelName"]


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
