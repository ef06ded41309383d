"""The tables as they stand in the README and in a card."""

from pathlib import Path

import pytest

from salience.evaluation.evaluation import Figure
from salience.evaluation.evaluation_set import Compared, EvaluationSet
from salience.evaluation.quality_tables import (
    BEGIN,
    END,
    MeasuredModel,
    card_table,
    comparison_table,
    with_table,
    with_tables_of_page,
)
from salience.evaluation.report import Measurement


def measured(data: str, **values: float) -> Measurement:
    figures = {metric: Figure(value, "") for metric, value in values.items()}
    return Measurement(data, "test", {}, "0" * 64, 2000, 0, figures)


MODEL = MeasuredModel(
    name="summarization-en",
    is_demonstration=False,
    num_parameters=24_560_000,
    num_bytes=26_000_000,
    engines=["onnxruntime-int8", "pytorch"],
    metrics=("rouge1", "rougeL"),
    test_sets=[
        EvaluationSet(
            "SciTLDR",
            Path("scitldr.tar.xz"),
            baselines=[Compared("LEAD-1", {"rouge1": 31.3, "rougeL": 24.1}, "a/LEAD.md")],
            literature=[
                Compared("BERTSumExt", {"rouge1": 38.5}, "https://b"),
                Compared("CATTS", {"rouge1": 43.8}, "https://c"),
            ],
        ),
        EvaluationSet("GUMSum", Path("gumsum.tar.xz")),
    ],
    measurements={
        ("onnxruntime-int8", "SciTLDR"): measured("SciTLDR", rouge1=39.126, rouge2=20, rougeL=32),
        ("pytorch", "SciTLDR"): measured("SciTLDR", rouge1=39.2, rouge2=20.1, rougeL=32.1),
        ("pytorch", "GUMSum"): measured("GUMSum", rouge1=30, rouge2=9, rougeL=19),
    },
)


def test_a_model_stands_beside_what_it_is_compared_to() -> None:
    assert comparison_table([MODEL]).splitlines() == [
        "| model | size | test set | metric | served on a CPU | PyTorch | baseline | literature |",
        "| --- | --- | --- | --- | ---: | ---: | ---: | ---: |",
        "| [summarization-en](model_store/summarization-en/README.md) | 24.6 M, 26 MB | SciTLDR "
        "| ROUGE-1 / ROUGE-L | 39.13 / 32.00 | 39.20 / 32.10 "
        "| [LEAD-1](a/LEAD.md) 31.3 / 24.1 "
        "| [BERTSumExt](https://b) 38.5; [CATTS](https://c) 43.8 |",
        "|  |  | GUMSum | ROUGE-1 / ROUGE-L |  | 30.00 / 19.00 |  |  |",
    ]


def test_a_card_has_every_metric_and_engine_and_what_it_is_compared_to() -> None:
    assert card_table(MODEL).splitlines() == [
        "| test set | examples |  | ROUGE-1 | ROUGE-2 | ROUGE-L |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| SciTLDR | 2,000 | `onnxruntime-int8` | 39.13 | 20.00 | 32.00 |",
        "| SciTLDR | 2,000 | `pytorch` | 39.20 | 20.10 | 32.10 |",
        "| SciTLDR |  | [LEAD-1](../../a/LEAD.md) | 31.3 |  | 24.1 |",
        "| SciTLDR |  | [BERTSumExt](https://b) | 38.5 |  |  |",
        "| SciTLDR |  | [CATTS](https://c) | 43.8 |  |  |",
        "| GUMSum | 2,000 | `pytorch` | 30.00 | 9.00 | 19.00 |",
    ]


def test_a_table_is_put_between_its_marks_and_nowhere_else() -> None:
    document = f"before\n{BEGIN}\nold \\1\n{END}\nafter\n"

    written = with_table(document, r"| new \1 |")

    assert written == f"before\n{BEGIN}\n\n| new \\1 |\n\n{END}\nafter\n"
    assert with_table(written, r"| new \1 |") == written
    assert with_table("no marks", "| new |") == "no marks"


def test_a_page_has_tables_of_the_models_it_names_with_links_from_its_place() -> None:
    mark = "<!-- quality of summarization-en: `make quality` writes this -->"
    page = f"# Summaries\n\n{mark}\nold\n{END}\n\nMore.\n"

    written = with_tables_of_page(page, [MODEL])

    table = comparison_table([MODEL], root="../../")
    assert written == f"# Summaries\n\n{mark}\n\n{table}\n\n{END}\n\nMore.\n"
    assert "](../../model_store/summarization-en/README.md)" in table
    assert "](https://b)" in table
    assert with_tables_of_page(written, [MODEL]) == written


def test_a_page_cannot_name_a_model_that_is_not_there() -> None:
    page = f"<!-- quality of another: `make quality` writes this -->\n{END}"

    with pytest.raises(KeyError):
        with_tables_of_page(page, [MODEL])
