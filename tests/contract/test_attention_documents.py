"""The pages about attention: their code runs, no name is missing. Links of pages and cards lead
somewhere, and figures can be drawn."""

import re
from pathlib import Path

import pytest

from figures.drawing import every_figure, write
from salience import attention

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "docs/attention"
PAGES = sorted(FOLDER.glob("*.md"))
CODE = re.compile(r"^```python\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
MOST_BYTES = 60_000
LINKED = [*PAGES, *PROJECT.glob("docs/models/*.md"), *PROJECT.glob("model_store/*/README.md")]
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


@every_page
def test_a_page_names_what_the_table_finds_there(page: Path) -> None:
    for row in (FOLDER / "README.md").read_text().splitlines():
        if f"]({page.name})" in row and row.startswith("|"):
            for name in re.findall(r"`(\w+)`", row):
                assert name in page.read_text(), name


@pytest.mark.parametrize("name", every_figure())
def test_a_figure_is_drawn_and_small(name: str) -> None:
    folder, _, stem = name.rpartition(".")
    drawn = PROJECT / "docs" / folder / "figures" / f"{stem}.svg"

    assert drawn.stat().st_size < MOST_BYTES


def test_a_figure_can_be_drawn_again_and_is_the_same(tmp_path: Path) -> None:
    once, again = (write("attention.masks", tmp_path / str(number)) for number in range(2))

    assert once.read_bytes() == again.read_bytes()
