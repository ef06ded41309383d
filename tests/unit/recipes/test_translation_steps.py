"""The table of steps, at a size that trains in seconds."""

import dataclasses
import lzma
from itertools import pairwise
from pathlib import Path

import pytest

from salience.models.translation_transformer import small_translation_transformer
from salience.recipes import translation, translation_steps
from salience.recipes.translation_de_en import RECIPE

SAMPLE = Path(__file__).parents[3] / "tests/data/tatoeba-sample.en-de.tsv"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "translation"
    folder.mkdir(parents=True)
    pairs = SAMPLE.read_text(encoding="utf-8").splitlines()
    trained = "".join(f"tatoeba\t{pair}\n" for pair in pairs)
    (folder / "en-de.train.tsv.xz").write_bytes(lzma.compress(trained.encode()))
    (folder / "ding-terms.en-de.tsv.xz").write_bytes(lzma.compress(b"belt loop\tSchlaufe\n"))
    held_out = "\n".join(pairs[:8])
    (folder / "tatoeba.en-de.dev.tsv.xz").write_bytes(lzma.compress(held_out.encode()))
    return tmp_path / "data"


def test_every_step_differs_from_the_one_before() -> None:
    taken = list(translation_steps.steps())

    for one, next_one in pairwise(taken):
        assert one[1:] != next_one[1:], next_one.name


def test_every_step_has_a_row(
    data_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tiny = dataclasses.replace(
        small_translation_transformer(600), width=16, inner_width=32, encoder_layers=1
    )
    monkeypatch.setattr(translation, "small_translation_transformer", lambda vocabulary: tiny)
    recipe = dataclasses.replace(RECIPE, starts_from=None, vocabulary=600)
    monkeypatch.setattr(translation_steps, "RECIPE", recipe)

    translation_steps.main(data_dir, tmp_path / "runs", updates=2, whole_run=3)

    rows = capsys.readouterr().out.splitlines()[2:]
    assert len(rows) == len(list(translation_steps.steps()))
    assert [row.split("|")[2].strip() for row in rows] == ["2"] * (len(rows) - 3) + ["3"] * 3
    assert all(float(row.split("|")[3]) >= 0 for row in rows)
