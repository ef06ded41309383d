"""What the documents name exists: files, make's verbs, commands; tests/live runs their blocks."""

import re
from pathlib import Path

import pytest

from salience.cli.commands import app

PROJECT = Path(__file__).parents[2]
DOCUMENTS = sorted(PROJECT.glob("*.md"))
NAMES = [path.name for path in DOCUMENTS]
LANGUAGES = {"bash", "python", "console", "text", "json", "yaml", "proto", "mermaid"}
MAKE_TARGETS = set(
    re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), flags=re.MULTILINE)
)
COMMANDS = {command.callback.__name__ for command in app.registered_commands if command.callback}
GROUPS = {group.name for group in app.registered_groups if group.name}


def code_in(document: Path) -> str:
    """Fenced blocks and inline code."""
    text = document.read_text()
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, flags=re.DOTALL))


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_block_says_what_it_is(document: Path) -> None:
    opened = re.findall(r"^```(.*)$", document.read_text(), flags=re.MULTILINE)[::2]

    assert set(opened) <= LANGUAGES


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text())

    for link in links:
        assert (document.parent / link).exists(), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_verb_of_make_exists(document: Path) -> None:
    named = re.findall(r"(?:^|[\s`])make ([a-z][a-z-]*)", code_in(document), flags=re.MULTILINE)

    assert set(named) <= MAKE_TARGETS


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_command_exists(document: Path) -> None:
    prefix = r"(?:^\$? *|`|\.venv/bin/)salience "
    named = re.findall(prefix + r"([a-z]+)", code_in(document), flags=re.MULTILINE)

    assert set(named) <= COMMANDS | GROUPS
