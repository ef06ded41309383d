"""The pictures that every load asks about."""

import json
from dataclasses import dataclass

from loadtests.sentences import REQUESTS


@dataclass(frozen=True)
class Picture:
    """An image's file, and the class that must be found the likeliest."""

    content: bytes
    label: str


def read_pictures() -> list[Picture]:
    """All of them, in the order of the file."""
    lines = (REQUESTS / "images.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Picture((REQUESTS / row["file"]).read_bytes(), row["label"]) for row in rows]
