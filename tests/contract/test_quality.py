"""The figures in the documents are those that were measured, and the models still reach them."""

import json
from itertools import chain
from pathlib import Path

import pytest

from loadtests.translation_lengths import WRITTEN, weights_of
from salience.cli.answering_model import model_in_process
from salience.cli.measured_models import Measurable, measurable_models
from salience.cli.measuring import measure
from salience.cli.quality import PAGES
from salience.evaluation.quality_records import QualityRecords
from salience.evaluation.quality_tables import (
    BEGIN,
    BLOCK_OF_PAGE,
    card_table,
    comparison_table,
    with_table,
    with_tables_of_page,
)

PROJECT = Path(__file__).parents[2]
STORE = PROJECT / "model_store"
RECORDS = QualityRecords.read(STORE / "quality.json")
MODELS = measurable_models(STORE)
NAMES = [model.folder.name for model in MODELS]
ENGINES = [(model, engine) for model in MODELS for engine in model.engines]
ENGINE_NAMES = [f"{model.folder.name}-{engine}" for model, engine in ENGINES]
POINTS = 1.0
"""What a figure in percent may differ by from one machine to another: as much as one example
of the sample counts, and a point at least: one name of the sample is 0.8."""


def test_every_model_has_a_recipe_that_says_what_it_is_measured_on() -> None:
    assert sorted(file.parent.name for file in STORE.glob("*/model.json")) == NAMES


@pytest.mark.parametrize(("model", "engine"), ENGINES, ids=ENGINE_NAMES)
def test_every_model_was_measured_as_it_is_now(model: Measurable, engine: str) -> None:
    """Otherwise: `make quality DATA=DIR`."""
    for test in chain(model.test_sets, [model.sample]):
        assert RECORDS.find(model.state(engine), test.name), test.name


def test_bleu_by_length_was_measured_with_the_weights_as_they_are_now() -> None:
    """Otherwise: `python -m loadtests.translation_lengths --data DIR`."""
    assert json.loads((PROJECT / WRITTEN).read_text())["weights_sha256"] == weights_of(STORE)


@pytest.mark.parametrize(("model", "engine"), ENGINES, ids=ENGINE_NAMES)
def test_the_recorded_figures_of_the_sample_are_reached_again(
    model: Measurable, engine: str
) -> None:
    recorded = RECORDS.find(model.state(engine), model.sample.name)
    assert recorded
    file = PROJECT / model.sample.file

    again, _ = measure(model_in_process(model.folder, engine), model.sample, file, limit=None)

    assert again.sha256 == recorded.sha256
    assert again.num_errors == 0
    for name, figure in recorded.metrics.items():
        tolerance = max(POINTS, 100 / recorded.num_examples)
        assert again.metrics[name].value == pytest.approx(figure.value, abs=tolerance), name


def test_the_readmes_table_is_of_the_recorded_figures() -> None:
    readme = (PROJECT / "README.md").read_text()
    served = [model for model in MODELS if not model.folder.is_demonstration]
    table = comparison_table([model.measured(RECORDS) for model in served])

    assert BEGIN in readme
    assert with_table(readme, table) == readme


def test_the_pages_tables_are_of_the_recorded_figures_and_every_model_has_one() -> None:
    measured = [model.measured(RECORDS) for model in MODELS]
    pages = {page: page.read_text() for page in PROJECT.glob(PAGES)}
    blocks = [block["names"] for text in pages.values() for block in BLOCK_OF_PAGE.finditer(text)]

    for text in pages.values():
        assert with_tables_of_page(text, measured) == text
    assert {name for names in blocks for name in names.split(", ")} == set(NAMES)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_a_cards_table_is_of_the_recorded_figures(model: Measurable) -> None:
    card = (model.folder.path / "README.md").read_text()

    assert BEGIN in card
    assert with_table(card, card_table(model.measured(RECORDS))) == card


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_the_engine_that_serves_costs_at_most_three_tenths_of_a_point(model: Measurable) -> None:
    first = model.test_sets[0].name
    served, reference = (
        RECORDS.find(model.state(engine), first) for engine in (model.engines[0], model.engines[-1])
    )

    assert served
    assert reference
    for name in model.measured(RECORDS).metrics[:1]:
        assert served.metrics[name].value >= reference.metrics[name].value - 0.3, name
