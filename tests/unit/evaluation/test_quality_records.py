"""Measurements last as long as the model is what it was."""

from dataclasses import replace
from pathlib import Path

import pytest

from salience.evaluation.evaluation import Figure
from salience.evaluation.quality_records import ModelState, QualityRecords
from salience.evaluation.report import Measurement

STATE = ModelState("headline-en", "pytorch", "1" * 64, "2" * 64)
MEASUREMENT = Measurement(
    data="scitldr",
    part="test",
    options={"sentences": 1},
    sha256="3" * 64,
    num_examples=618,
    num_errors=0,
    metrics={"rouge1": Figure(38.1234, "stemmed")},
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    records = QualityRecords()
    records.put(STATE, MEASUREMENT)
    records.write(tmp_path / "quality.json")

    assert QualityRecords.read(tmp_path / "quality.json").find(STATE, "scitldr") == MEASUREMENT


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    assert QualityRecords.read(tmp_path / "quality.json").find(STATE, "scitldr") is None


@pytest.mark.parametrize("field", ["model", "engine", "weights_sha256", "other_files_sha256"])
def test_a_model_in_another_state_is_not_known(field: str) -> None:
    records = QualityRecords()
    records.put(STATE, MEASUREMENT)

    assert records.find(replace(STATE, **{field: "other"}), "scitldr") is None


def test_a_new_state_takes_the_place_of_the_old_one() -> None:
    records, trained_again = QualityRecords(), replace(STATE, weights_sha256="4" * 64)
    records.put(STATE, MEASUREMENT)
    records.put(trained_again, MEASUREMENT)

    assert records.find(STATE, "scitldr") is None
    assert records.find(trained_again, "scitldr") == MEASUREMENT
