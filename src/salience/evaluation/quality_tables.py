"""The tables of the README, the cards and the models' pages, in Markdown, out of the records."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from salience.evaluation.evaluation import Figure
from salience.evaluation.evaluation_set import Compared, EvaluationSet
from salience.evaluation.report import Measurement

BEGIN, END = "<!-- quality: `make quality` writes this -->", "<!-- end of quality -->"
BLOCK_OF_PAGE = re.compile(
    r"<!-- quality of (?P<names>[a-z0-9, -]+): `make quality` writes this -->\n"
    rf".*?{re.escape(END)}",
    re.DOTALL,
)
TO_ROOT = "../../"
"""From a card or a page about models to the project's folder."""
TITLES = {
    "bleu": "BLEU",
    "chrf": "chrF",
    "f1": "span F1",
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougeL": "ROUGE-L",
    "unsupported": "with an unsupported number or name, %",
    "top1": "top-1 %",
    "top5": "top-5 %",
    "map50": "mAP@0.5 %",
    "frechet": "Fréchet distance (Lite0 features, less is better)",
}


@dataclass(frozen=True)
class MeasuredModel:
    """A model with its measurements by engine and data set.

    The first of its `engines` serves it, the last is the reference. `metrics` are its task's.
    """

    name: str
    is_demonstration: bool
    num_parameters: int
    num_bytes: int
    engines: Sequence[str]
    metrics: Sequence[str]
    test_sets: Sequence[EvaluationSet]
    measurements: Mapping[tuple[str, str], Measurement]


def comparison_table(models: Sequence[MeasuredModel], *, root: str = "") -> str:
    """Every test set of every model beside what simpler and larger ones reach.

    `root` is the way from the document to the project's folder, such as `../../`.
    """
    header = ("model", "size", "test set", "metric", "served on a CPU", "PyTorch")
    rows = [row for model in models for row in _comparison_rows(model, root)]
    return _markdown([*header, "baseline", "literature"], rows, left=4)


def card_table(model: MeasuredModel) -> str:
    """Every metric of one model on every test set and engine, beside what it is compared to."""
    metrics = list(dict.fromkeys(m for one in model.measurements.values() for m in one.metrics))
    header = ("test set", "examples", "", *(TITLES.get(metric, metric) for metric in metrics))
    rows = [row for test in model.test_sets for row in _card_rows(model, test, metrics)]
    return _markdown(header, rows, left=1)


def with_table(document: str, table: str) -> str:
    """The document with the table between its marks; unchanged when it has no marks."""
    between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    return between.sub(lambda _: f"{BEGIN}\n\n{table}\n\n{END}", document)


def with_tables_of_page(page: str, models: Sequence[MeasuredModel]) -> str:
    """The page with a table of the models that each of its blocks names, in their order."""
    by_name = {model.name: model for model in models}

    def table_of(block: re.Match[str]) -> str:
        begin = block[0].partition("\n")[0]
        named = [by_name[name] for name in block["names"].split(", ")]
        return f"{begin}\n\n{comparison_table(named, root=TO_ROOT)}\n\n{END}"

    return BLOCK_OF_PAGE.sub(table_of, page)


def _card_rows(
    model: MeasuredModel, test: EvaluationSet, metrics: Sequence[str]
) -> Iterator[Sequence[str]]:
    for engine in model.engines:
        one = model.measurements.get((engine, test.name))
        if one:
            figures = (_value(one.metrics, metric) for metric in metrics)
            yield (test.name, f"{one.num_examples:,}", f"`{engine}`", *figures)
    for other in (*test.baselines, *test.literature):
        known = (f"{other.figures[m]:.1f}" if m in other.figures else "" for m in metrics)
        yield (test.name, "", _linked(other, TO_ROOT), *known)


def _comparison_rows(model: MeasuredModel, root: str) -> Iterator[Sequence[str]]:
    link = f"[{model.name}]({root}model_store/{model.name}/README.md)"
    size = f"{model.num_parameters / 1e6:.1f} M, {model.num_bytes / 1e6:.0f} MB"
    named = " / ".join(TITLES[metric] for metric in model.metrics)
    for number, test in enumerate(model.test_sets):
        served, reference = (
            one.metrics if (one := model.measurements.get((engine, test.name))) else {}
            for engine in (model.engines[0], model.engines[-1])
        )
        yield (
            *((link, size) if number == 0 else ("", "")),
            test.name,
            named,
            _values(served, model.metrics),
            _values(reference, model.metrics),
            _compared(test.baselines, model.metrics, root),
            _compared(test.literature, model.metrics, root),
        )


def _compared(others: Sequence[Compared], metrics: Sequence[str], root: str) -> str:
    return "; ".join(
        f"{_linked(one, root)} "
        + " / ".join(f"{one.figures[metric]:.1f}" for metric in metrics if metric in one.figures)
        for one in others
    )


def _linked(other: Compared, root: str) -> str:
    if not other.source:
        return other.name
    return f"[{other.name}]({other.source if '://' in other.source else root + other.source})"


def _values(figures: Mapping[str, Figure], metrics: Sequence[str]) -> str:
    return " / ".join(_value(figures, metric) for metric in metrics if metric in figures)


def _value(figures: Mapping[str, Figure], metric: str) -> str:
    return f"{figures[metric].value:.2f}" if metric in figures else ""


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int) -> str:
    """The first `left` columns are words, the others figures."""
    rule = ["---"] * left + ["---:"] * (len(header) - left)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))
