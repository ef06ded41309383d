"""The recipe end to end, at a size that trains in seconds, and the models it made."""

import dataclasses
import lzma
from pathlib import Path
from types import ModuleType

import pytest

from salience.data.parallel_text import SentencePair
from salience.models.translation_transformer import small_translation_transformer
from salience.recipes import translation, translation_de_en, translation_en_de
from salience.tasks.loading import load_task
from salience.v1.translation_pb2 import Translation

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "tests/data/tatoeba-sample.en-de.tsv"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A corpus of a shape like the real one, holding rows that must not be trained on."""
    folder = tmp_path / "data" / "translation"
    folder.mkdir(parents=True)
    pairs = SAMPLE.read_text(encoding="utf-8").splitlines()
    rows = [f"tatoeba\t{pair}\n" for pair in pairs] + ["multi30k\tNot ours.\tNicht unseres.\n"]
    (folder / "en-de.train.tsv.xz").write_bytes(lzma.compress("".join(rows).encode()))
    (folder / "ding-terms.en-de.tsv.xz").write_bytes(lzma.compress(b"belt loop\tSchlaufe\n"))
    return tmp_path / "data"


def test_only_corpora_that_may_be_published_are_read(data_dir: Path) -> None:
    pairs = translation_en_de.RECIPE.publishable_pairs(data_dir / "translation")

    assert {pair.corpus for pair in pairs} == {"tatoeba", "ding_terms"}


def test_the_other_direction_reads_the_same_pairs_turned_round(data_dir: Path) -> None:
    pairs = list(translation_de_en.RECIPE.publishable_pairs(data_dir / "translation"))

    assert pairs[-1] == SentencePair("ding_terms", "Schlaufe", "belt loop")


@pytest.mark.parametrize("recipe", [translation_en_de, translation_de_en])
def test_a_run_makes_a_model_that_serves(
    recipe: ModuleType, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = dataclasses.replace(
        small_translation_transformer(600), width=16, inner_width=32, encoder_layers=1
    )
    monkeypatch.setattr(translation, "small_translation_transformer", lambda vocabulary: tiny)

    monkeypatch.setattr(
        recipe, "RECIPE", dataclasses.replace(recipe.RECIPE, starts_from=None, vocabulary=600)
    )

    recipe.run(data_dir, tmp_path / "run", steps=4)

    task = load_task(tmp_path / "run", engine="ctranslate2-int8")
    assert isinstance(task.answer(["Guten Morgen."])[0], Translation)


def test_a_test_set_is_measured_in_the_direction_of_the_recipe() -> None:
    pair = SentencePair("", "Good morning.", "Guten Morgen.")
    changed = {
        test.change(pair).source
        for recipe in (translation_en_de, translation_de_en)
        for test in recipe.TEST_SETS
    }

    assert changed == {"Good morning.", "Guten Morgen."}
    assert all(test.change(pair) == pair for test in translation_en_de.TEST_SETS)
