"""A dashboard in the terms of this project: titles, expressions and units."""

from dataclasses import dataclass

from grafana_foundation_sdk.builders import common, dashboard, prometheus, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import AnnotationQuery, DataSourceRef

_SOURCE = DataSourceRef(type_val="prometheus", uid="prometheus")


@dataclass(frozen=True)
class Panel:
    """Lines over time: each expression, with what its legend says."""

    title: str
    unit: str
    lines: dict[str, str]


@dataclass(frozen=True)
class Dashboard:
    """A page of panels."""

    name: str
    title: str
    panels: tuple[Panel, ...]

    def json(self) -> str:
        """What Grafana is provisioned with."""
        page = (
            dashboard.Dashboard(f"Salience: {self.title}")
            .uid(f"salience-{self.name}")
            .tags(["salience"])
            .refresh("15s")
            .time("now-1h", "now")
            .readonly()
        )
        page = page.annotation(_LoadTests())
        for panel in self.panels:
            page = page.with_panel(_built(panel))
        return str(JSONEncoder(sort_keys=True, indent=1).encode(page.build())) + "\n"


class _LoadTests(dashboard.AnnotationQuery):
    """Regions over every panel, from the start of a load test to its end."""

    def build(self) -> AnnotationQuery:
        return _NamedRegions(
            name="Load tests",
            datasource=_SOURCE,
            icon_color="orange",
            expr="salience_load_test_running == 1",
        )


class _NamedRegions(AnnotationQuery):
    """Adds what Prometheus's regions are called, which the builder does not know."""

    def to_json(self) -> dict[str, object]:
        return super().to_json() | {"titleFormat": "Load test: {{test}}"}


def percentile(share: float, metric: str, by: str) -> str:
    """The expression for a percentile of a histogram."""
    return f"histogram_quantile({share}, sum by (le, {by}) (rate({metric}_bucket[5m])))"


def mean(metric: str, by: str) -> str:
    """The expression for the mean of a histogram."""
    return f"sum by ({by}) (rate({metric}_sum[5m])) / sum by ({by}) (rate({metric}_count[5m]))"


def _built(panel: Panel) -> timeseries.Panel:
    legend_below = (
        common.VizLegendOptions()
        .show_legend(True)
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
    )
    built = (
        timeseries.Panel()
        .title(panel.title)
        .unit(panel.unit)
        .datasource(_SOURCE)
        .span(12)
        .legend(legend_below)
    )
    for legend, expression in panel.lines.items():
        built = built.with_target(
            prometheus.Dataquery().expr(expression).legend_format(legend).datasource(_SOURCE)
        )
    return built
