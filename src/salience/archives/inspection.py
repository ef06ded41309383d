"""Looking into a `.mar` file."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from salience.worker.archive_check import MANIFEST, check_archive
from salience.worker.provenance import FILE_NAME, Provenance, UnsupportedArchive


@dataclass(frozen=True)
class ArchiveSummary:
    """What an archive says about itself; sizes are in bytes."""

    name: str
    version: str
    handler: str
    provenance: Provenance
    file_sizes: dict[str, int]


def inspect_archive(path: Path) -> ArchiveSummary:
    """Read an archive's manifest and provenance.

    Raises:
        UnsupportedArchive: it is not an archive that `build_archive` wrote.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            model = json.loads(archive.read(MANIFEST))["model"]
            provenance = Provenance.from_json(archive.read(FILE_NAME).decode())
            file_sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UnsupportedArchive(f"{path.name} is not an archive of this project") from error
    return ArchiveSummary(
        name=model["modelName"],
        version=model["modelVersion"],
        handler=model["handler"],
        provenance=provenance,
        file_sizes=file_sizes,
    )


def verify_archive(path: Path) -> ArchiveSummary:
    """Check what is checked before an archive is served.

    Raises:
        UnsupportedArchive: a service of this version would refuse it; says why.
    """
    check_archive(path)
    return inspect_archive(path)
