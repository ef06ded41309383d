"""Prometheus is told of ports that exist, and dashboards and alerts of metrics that exist."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.rpc.code_pb2 import Code

from dashboards.pages import DASHBOARDS
from dashboards.panels import Dashboard
from loadtests.load.metrics import LoadTestMetrics
from salience.gateway.settings import GatewaySettings
from salience.metrics.catalogue import CATALOGUE
from salience.rpc_status import CANONICAL_CODE
from salience.supervisor import SupervisorSettings
from tests.deploy.composition import PROJECT, SERVICES, command_of
from tests.deploy.installed_programs import program

MONITORING = PROJECT / "deploy" / "monitoring"
PROMETHEUS: dict[str, Any] = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
ALERTS = (MONITORING / "alerts.yml").read_text()
RECORDING = (MONITORING / "recording.yml").read_text()
UNIT_TESTS = Path(__file__).with_name("alerts.test.yml")
RULES: list[dict[str, Any]] = yaml.safe_load(ALERTS)["groups"][0]["rules"]
SERIES = {name for metric in CATALOGUE for name in metric.series}
RECORDED = set(re.findall(r"record: (\S+)", RECORDING))


def names_in(text: str) -> set[str]:
    return set(re.findall(r"\bsalience[_:][\w:]+", text))


def option_of(service: str, option: str) -> str:
    words = command_of(service)
    return words[words.index(option) + 1]


def run(*words: str | Path) -> None:
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_part_is_scraped_where_it_shows_metrics() -> None:
    targets = {
        job["job_name"]: job["static_configs"][0]["targets"] for job in PROMETHEUS["scrape_configs"]
    }

    assert targets == {
        "salience-gateway": [f"gateway:{GatewaySettings().metrics_port}"],
        "salience-worker": [f"worker:{SupervisorSettings().metrics_port}"],
        "salience-torchserve": [f"worker:{SupervisorSettings().torchserve_metrics_port}"],
        "load-test": [f"locust:{option_of('locust', '--load-metrics-port')}"],
    }
    assert {target.split(":")[0] for [target] in targets.values()} <= SERVICES.keys()


def test_alerts_go_to_a_service_of_the_composition() -> None:
    [manager] = PROMETHEUS["alerting"]["alertmanagers"]

    assert manager["static_configs"] == [{"targets": ["alertmanager:9093"]}]
    assert "alertmanager" in SERVICES


def test_every_rule_file_exists() -> None:
    assert all((MONITORING / name).is_file() for name in PROMETHEUS["rule_files"])


@pytest.mark.parametrize("text", [ALERTS, RECORDING], ids=["alerts", "recording rules"])
def test_rules_name_only_metrics_that_exist(text: str) -> None:
    assert names_in(text)
    assert names_in(text) <= SERIES | RECORDED


def test_rules_name_only_codes_that_calls_end_with() -> None:
    named = {
        code
        for codes in re.findall(r'code=~?"([\w|]+)"', ALERTS + RECORDING)
        for code in codes.split("|")
    }

    assert named
    assert named <= {"OK"} | {Code.Name(number) for number in CANONICAL_CODE.values()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_has_a_runbook_and_a_unit_test(rule: dict[str, Any]) -> None:
    runbook = f"docs/runbooks/{rule['alert']}.md"
    cases = yaml.safe_load(UNIT_TESTS.read_text())["tests"]
    fired = {
        case["alertname"]
        for test in cases
        for case in test.get("alert_rule_test", ())
        if case["exp_alerts"]
    }

    assert rule["annotations"]["runbook"] == runbook
    assert (PROJECT / runbook).is_file()
    assert rule["alert"] in fired


def test_every_runbook_is_of_an_alert() -> None:
    runbooks = {path.stem for path in (PROJECT / "docs" / "runbooks").glob("*.md")}

    assert runbooks == {rule["alert"] for rule in RULES}


@pytest.mark.parametrize("page", DASHBOARDS, ids=lambda page: page.name)
def test_a_dashboard_is_current_and_small(page: Dashboard) -> None:
    stored = (MONITORING / "grafana" / "dashboards" / f"{page.name}.json").read_text()

    assert stored == page.json(), "make generate"
    assert len(stored) < 100_000
    assert json.loads(stored)["uid"] == f"salience-{page.name}"


@pytest.mark.parametrize("page", DASHBOARDS, ids=lambda page: page.name)
def test_a_dashboard_marks_when_a_load_test_ran(page: Dashboard) -> None:
    [metric] = LoadTestMetrics("any").registry.collect()
    [marks] = json.loads(page.json())["annotations"]["list"]

    assert marks["enable"]
    assert names_in(marks["expr"]) == {metric.name}
    assert re.findall(r"{{(\w+)}}", marks["titleFormat"]) == list(metric.samples[0].labels)


@pytest.mark.parametrize("page", DASHBOARDS, ids=lambda page: page.name)
def test_a_dashboard_asks_only_for_metrics_that_exist(page: Dashboard) -> None:
    for panel in page.panels:
        for expression in panel.lines.values():
            assert names_in(expression) <= SERIES | RECORDED, panel.title


def test_grafana_is_given_the_dashboards_where_it_looks_for_them() -> None:
    provisioning = MONITORING / "grafana" / "provisioning"
    [provider] = yaml.safe_load((provisioning / "dashboards/salience.yml").read_text())["providers"]
    [source] = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())[
        "datasources"
    ]
    mounts = dict(mount.split(":")[:2] for mount in SERVICES["grafana"]["volumes"])

    assert mounts["./deploy/monitoring/grafana/dashboards"] == provider["options"]["path"]
    assert mounts["./deploy/monitoring/grafana/provisioning"] == "/etc/grafana/provisioning"
    assert source["url"] == "http://prometheus:9090"
    assert source["uid"] == "prometheus"


def test_promtool_accepts_the_configuration() -> None:
    run(program("promtool"), "check", "config", MONITORING / "prometheus.yml")


def test_the_alerts_fire_when_they_should_and_only_then() -> None:
    run(program("promtool"), "test", "rules", UNIT_TESTS)


def test_alertmanager_accepts_its_configuration() -> None:
    run(program("amtool"), "check-config", MONITORING / "alertmanager.yml")
