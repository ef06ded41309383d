"""Lines of the files that corpora come in: plain, `.xz`, or inside of a tar archive."""

import io
import lzma
import tarfile
from collections.abc import Iterator
from pathlib import Path

from salience.errors import InvalidInput


def lines_of(file: Path, member: str = "") -> Iterator[str]:
    """The lines of a UTF-8 file; of an archive, those of its file named `member`.

    Raises InvalidInput for a file that holds no such text.
    """
    try:
        if is_archive(file):
            yield from _lines_of_member(file, member)
        else:
            opened = lzma.open if file.suffix == ".xz" else open
            with opened(file, "rt", encoding="utf-8", newline="\n") as lines:
                yield from lines
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file.name} is not UTF-8 at byte {error.start}") from error
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise InvalidInput(f"{file.name} cannot be unpacked: {error}") from error


def is_archive(file: Path) -> bool:
    """Whether the name is that of a tar archive, such as `corpus.tar.xz`."""
    return any(suffix in (".tar", ".tgz") for suffix in file.suffixes[-2:])


def _lines_of_member(archive: Path, member: str) -> Iterator[str]:
    with tarfile.open(archive) as files:
        found = [name for name in files.getnames() if Path(name).name == member]
        if len(found) != 1:
            held = ", ".join(info.name for info in files if info.isfile()) or "nothing"
            raise InvalidInput(f"{archive.name} has no file for {member}: it holds {held}")
        content = files.extractfile(found[0])
        assert content is not None, found
        yield from io.TextIOWrapper(content, encoding="utf-8", newline="\n")
