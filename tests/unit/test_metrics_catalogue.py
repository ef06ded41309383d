"""What the page says, the service shows: the metrics' names, units and labels."""

from pathlib import Path

import pytest

from salience.metrics.catalogue import CATALOGUE
from salience.metrics.metric import Metric
from salience.metrics.page import metrics_page

BOUNDED = {
    *("method", "model", "protocol", "code", "outcome", "stage", "device", "reason"),
    *("key", "version", "digest", "engine"),
}


def test_the_page_is_that_of_the_catalogue() -> None:
    assert Path("docs/metrics.md").read_text() == metrics_page(), "make generate"


def test_no_name_is_taken_twice() -> None:
    assert len({metric.name for metric in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_a_metric_is_bounded_named_and_explained(metric: Metric) -> None:
    assert metric.name.startswith("salience_")
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert set(metric.labels) <= BOUNDED
    assert bool(metric.buckets) == (metric.kind == "histogram")
    assert metric.help_text.endswith(".")
