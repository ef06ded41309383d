"""`python -m dashboards.prometheus_rule FILE`: the rules as the Prometheus operator takes them."""

import sys
from pathlib import Path

import yaml

MONITORING = Path(__file__).parents[1] / "deploy" / "monitoring"
_HEADER = "# The rules of deploy/monitoring: `make generate` writes this.\n"


def prometheus_rule() -> str:
    """The manifest."""
    files = [MONITORING / "recording.yml", MONITORING / "alerts.yml"]
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    manifest = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "salience"},
        "spec": {"groups": groups},
    }
    return _HEADER + yaml.safe_dump(manifest, sort_keys=False, width=100)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(prometheus_rule())
