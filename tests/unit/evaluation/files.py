"""Data files of each task, with one or two examples."""

import json
import lzma
import tarfile
from io import BytesIO
from pathlib import Path

PAIRS = "Good morning\tGOOD MORNING\nGood night\tGOOD NIGHT\n"
TAGGED = "Ada\tB-PER\nsleeps\tO\n\nRome\tB-LOC\n"
SUMMARIES = "".join(
    json.dumps({"document": document, "summary": summary}) + "\n"
    for document, summary in [("Cats sleep. They eat.", "Cats sleep."), ("It rains.", "Rain.")]
)


def packed(file: Path, members: dict[str, bytes]) -> Path:
    """A tar archive with these files."""
    with tarfile.open(file, "w:xz" if file.suffix == ".xz" else "w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, BytesIO(content))
    return file


def xz(file: Path, text: str) -> Path:
    """The text, compressed."""
    file.write_bytes(lzma.compress(text.encode()))
    return file


def plain(file: Path, text: str) -> Path:
    """The text as it is."""
    file.write_text(text, encoding="utf-8")
    return file
