"""The catalogue as a page of the documentation."""

from salience.metrics.catalogue import PARTS
from salience.metrics.metric import Metric

_HEAD = """# Metrics

Written from `src/salience/metrics/catalogue.py` by `make generate`. The gateway serves its own,
the workers' and the supervisor's on port 8002; where a worker machine has no gateway, its
supervisor serves the latter two there. TorchServe's own (`ts_*`) are scraped from port 8082.
Labels have few values: models, methods, codes and reasons, never what a caller wrote.
"""
_COLUMNS = "| name | kind | unit | labels | meaning |\n| --- | --- | --- | --- | --- |"


def metrics_page() -> str:
    """All of `docs/metrics.md`."""
    sections = [
        "\n".join([f"\n## {part}\n", _COLUMNS, *map(_row, metrics)])
        for part, metrics in PARTS.items()
    ]
    return "\n".join([_HEAD.rstrip(), *sections]) + "\n"


def _row(metric: Metric) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    cells = (f"`{metric.name}`", metric.kind, metric.unit, labels, metric.help_text)
    return "| " + " | ".join(cells) + " |"
