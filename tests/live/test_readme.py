"""Every `bash` and `python` block of README.md runs as written, against the live service.

Only the ports differ: `localhost:8000` and `localhost:8001` become those of the test's
service. Blocks that are not to be run (they last, or show output) are `console`, `text`, `json`.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.live.running_service import RunningService

PROJECT = Path(__file__).parents[2]
PROGRAMS = {"bash": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}


class Block(NamedTuple):
    """A fenced block, and the line it begins at."""

    language: str
    line: int
    text: str
    printed: str
    """What the block after it says that it prints, if anything."""


def runnable_blocks(document: Path) -> list[Block]:
    text = document.read_text()
    block = r"^```(bash|python)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?"
    found = re.finditer(block, text, re.MULTILINE | re.DOTALL)
    return [
        Block(match[1], text.count("\n", 0, match.start()) + 1, match[2], match[3] or "")
        for match in found
    ]


BLOCKS = runnable_blocks(PROJECT / "README.md")


def test_the_readme_shows_both_protocols() -> None:
    assert {block.language for block in BLOCKS} == {"bash", "python"}
    assert any("curl" in block.text for block in BLOCKS)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line-{block.line}")
def test_the_block_runs(block: Block, service: RunningService) -> None:
    if "curl" in block.text and not shutil.which("curl"):
        pytest.skip("curl is not installed")
    here = block.text.replace("localhost:8000", service.http_url.removeprefix("http://"))
    here = here.replace("localhost:8001", service.grpc_target)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SALIENCE_SERVER": service.grpc_target,
    }

    done = subprocess.run(
        [*PROGRAMS[block.language], here],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert not block.printed or done.stdout == block.printed
