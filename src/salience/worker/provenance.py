"""What an archive was built from, checked before its model is loaded."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

FILE_NAME = "provenance.json"


class UnsupportedArchive(Exception):
    """This worker cannot serve that archive; the message says why and what to do."""


@dataclass(frozen=True)
class Provenance:
    """Which code built an archive, and the SHA-256 of every file in it, by path."""

    package_version: str
    git_commit: str
    files: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Provenance":
        """The provenance of an extracted archive."""
        try:
            return cls.from_json((folder / FILE_NAME).read_text())
        except FileNotFoundError as error:
            raise UnsupportedArchive(
                f"the archive has no {FILE_NAME}: build it with `salience archive`"
            ) from error

    @classmethod
    def from_json(cls, text: str) -> "Provenance":
        """Read what `to_json` wrote."""
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError) as error:
            raise UnsupportedArchive(f"{FILE_NAME} is not readable: {error}") from error

    def to_json(self) -> str:
        """The content of `provenance.json`."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    def check(self, folder: Path) -> None:
        """Raise UnsupportedArchive unless this package can serve what is in `folder`."""
        self.check_version()
        for name, digest in self.files.items():
            path = folder / name
            if not path.is_file():
                raise UnsupportedArchive(f"{name} is missing: the archive is incomplete")
            if sha256_of(path) != digest:
                raise UnsupportedArchive(f"{name} is not the file that was archived: rebuild it")

    def check_version(self, installed: str | None = None) -> None:
        """Raise UnsupportedArchive unless the package has the version that built this."""
        installed = installed or version("salience")
        if _release(self.package_version) != _release(installed):
            raise UnsupportedArchive(
                f"the archive was built by salience {self.package_version} and this is "
                f"{installed}: rebuild the archive, or install that version"
            )


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _release(package_version: str) -> list[str]:
    """Major and minor version: what must agree."""
    return package_version.split(".")[:2]
