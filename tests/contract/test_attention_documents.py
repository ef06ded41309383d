"""The pages about attention: their code runs, no name is missing. Links of pages and cards lead
somewhere."""

import ast
import re
from pathlib import Path

import pytest

from salience import attention

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "docs/attention"
PAGES = sorted(FOLDER.glob("*.md"))
CODE = re.compile(r"^```python\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
HERE = re.compile(r"^\*\*Here\*\*: (.*?)\n\n", flags=re.MULTILINE | re.DOTALL)
LINKED = [*PAGES, *PROJECT.glob("docs/models/*.md"), *PROJECT.glob("model_store/*/README.md")]
USERS = [
    *PROJECT.glob("src/salience/models/*.py"),
    *PROJECT.glob("src/salience/recipes/*.py"),
]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@every_page
def test_its_code_runs(page: Path) -> None:
    blocks = CODE.findall(page.read_text())

    assert blocks or page.stem == "README"
    for block in blocks:
        exec(compile(block, page.name, "exec"), {})


@pytest.mark.parametrize("page", LINKED, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_its_links_and_figures_exist(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        assert (page.parent / link).exists(), link


@every_page
def test_the_source_files_it_names_exist(page: Path) -> None:
    for path in re.findall(r"`((?:src|tests)/[^`]+)`", page.read_text()):
        assert (PROJECT / path).exists(), path


def test_every_page_and_every_public_name_is_in_the_table() -> None:
    table = (FOLDER / "README.md").read_text()

    assert {page.name for page in PAGES} <= {*re.findall(r"\]\(([^)]+)\)", table), "README.md"}
    assert set(attention.__all__) <= set(re.findall(r"`(\w+)`", table))


def names_on(page: Path) -> set[str]:
    """The public names whose page this is, as the table has it."""
    rows = (FOLDER / "README.md").read_text().splitlines()
    return {
        name
        for row in rows
        if f"]({page.name})" in row and row.startswith("|")
        for name in re.findall(r"`(\w+)`", row)
    }


def imported_by(file: Path) -> set[str]:
    """The names that a file takes from `salience.attention`."""
    return {
        name.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("salience.attention.")
        for name in node.names
    }


@every_page
def test_a_page_names_what_the_table_finds_there(page: Path) -> None:
    text = page.read_text()

    assert [name for name in names_on(page) if name not in text] == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if names_on(page)], ids=lambda page: page.stem
)
def test_a_page_says_which_models_and_recipes_use_what_it_explains(page: Path) -> None:
    using = {file.name for file in USERS if imported_by(file) & names_on(page)}
    here = HERE.search(page.read_text())
    assert here

    named = set(re.findall(r"(\w+\.py)`", here[1])) & {file.name for file in USERS}

    assert named == using
    assert using or "No model here uses" in here[1]
