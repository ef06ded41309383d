"""Prometheus is told of ports that exist, and alerts on metrics that exist."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Histogram
from prometheus_client.metrics_core import Metric

from salience.gateway.metrics import GatewayMetrics
from salience.gateway.settings import GatewaySettings
from salience.rpc_status import CANONICAL_CODE
from salience.supervisor import SupervisorSettings
from salience.worker import batch_metrics

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
PROMETHEUS: dict[str, Any] = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
ALERTS = (MONITORING / "alerts.yml").read_text()
SERVICES = yaml.safe_load((MONITORING.parents[1] / "docker-compose.yml").read_text())["services"]
PROMTOOL = shutil.which("promtool")


def metrics_that_exist() -> set[str]:
    """Every series of ours, with the suffixes that histograms and counters get."""
    ours: list[Metric] = list(GatewayMetrics().registry.collect())
    workers = [
        metric
        for histogram in vars(batch_metrics).values()
        if isinstance(histogram, Histogram)
        for metric in histogram.collect()
    ]
    suffixes = {"histogram": ["_bucket", "_sum", "_count"], "counter": ["_total"], "gauge": [""]}
    return {
        metric.name + suffix for metric in [*ours, *workers] for suffix in suffixes[metric.type]
    }


def test_both_parts_are_scraped_where_they_show_metrics() -> None:
    targets = {
        job["job_name"]: job["static_configs"][0]["targets"] for job in PROMETHEUS["scrape_configs"]
    }

    assert targets == {
        "gateway": [f"gateway:{GatewaySettings().metrics_port}"],
        "worker": [f"worker:{SupervisorSettings().metrics_port}"],
    }
    assert targets.keys() <= SERVICES.keys()


def test_every_rule_file_exists() -> None:
    assert [(MONITORING / name).is_file() for name in PROMETHEUS["rule_files"]] == [True]


def test_alerts_name_only_metrics_that_exist() -> None:
    named = set(re.findall(r"\bsalience_\w+", ALERTS))

    assert named
    assert named <= metrics_that_exist()


def test_alerts_name_only_codes_that_calls_end_with() -> None:
    from google.rpc.code_pb2 import Code

    named = set(re.findall(r'code="(\w+)"', ALERTS))

    assert named
    assert named <= {Code.Name(number) for number in CANONICAL_CODE.values()}


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
def test_promtool_accepts_the_configuration() -> None:
    command = [str(PROMTOOL), "check", "config", str(MONITORING / "prometheus.yml")]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
