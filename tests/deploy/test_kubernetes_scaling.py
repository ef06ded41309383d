"""What pods are scaled by exists, rises and falls again, and agrees with the supervisor's own."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from salience.metrics.catalogue import CATALOGUE
from salience.supervisor import SupervisorSettings
from tests.deploy.installed_programs import program
from tests.deploy.manifests import Manifest, environment_of, only, variant

PRODUCTION = "overlays/production"
SERIES = {name for metric in CATALOGUE for name in metric.series}
LABELS = 'namespace="salience",pod="{pod}",model="{model}"'


def triggers() -> dict[str, Manifest]:
    scaled: Manifest = only("ScaledObject", variant(PRODUCTION))
    return {trigger["name"]: trigger for trigger in scaled["spec"]["triggers"]}


def test_pods_are_scaled_by_metrics_that_exist_in_their_namespace() -> None:
    namespace = only("Namespace", variant(PRODUCTION))["metadata"]["name"]

    for trigger in triggers().values():
        query = trigger["metadata"]["query"]
        names = re.findall(r"salience_\w+", query)
        assert set(names) <= SERIES
        assert query.count(f'{{namespace="{namespace}"}}') == len(names)


def test_pods_and_workers_are_scaled_by_the_same_limits() -> None:
    settings = SupervisorSettings()
    workers = int(environment_of(variant(PRODUCTION))["SALIENCE_WORKERS_PER_MODEL"])
    queue, rows = triggers()["queue-seconds"], triggers()["rows-in-flight"]

    assert (queue["metricType"], rows["metricType"]) == ("Value", "AverageValue")
    assert float(queue["metadata"]["threshold"]) == settings.scale_queue_seconds
    assert float(rows["metadata"]["threshold"]) == workers * settings.scale_rows_per_worker


def test_scaling_is_of_the_deployment_which_does_not_say_how_many() -> None:
    scaled, deployment = (
        only(kind, variant(PRODUCTION)) for kind in ("ScaledObject", "Deployment")
    )

    assert scaled["spec"]["scaleTargetRef"] == {"name": deployment["metadata"]["name"]}
    assert "replicas" not in deployment["spec"]
    assert scaled["spec"]["minReplicaCount"] >= 2


def test_kserve_scales_by_the_same_rows() -> None:
    [metric] = only("InferenceService", variant("kserve"))["spec"]["predictor"]["autoScaling"][
        "metrics"
    ]
    rows = triggers()["rows-in-flight"]["metadata"]

    assert metric["external"]["metric"]["query"] == rows["query"]
    assert metric["external"]["metric"]["serverAddress"] == rows["serverAddress"]
    assert metric["external"]["target"]["averageValue"] == rows["threshold"]


def series(name: str, values: str, *, pod: str = "a", model: str = "busy") -> dict[str, str]:
    return {"series": f"{name}{{{LABELS.format(pod=pod, model=model)}}}", "values": values}


def expected(query: str, minute: int, value: float) -> dict[str, Any]:
    return {
        "expr": query,
        "eval_time": f"{minute}m",
        "exp_samples": [{"labels": "{}", "value": value}],
    }


@pytest.fixture
def evaluate(tmp_path: Path) -> Any:
    def check(given: list[dict[str, str]], wanted: list[dict[str, Any]]) -> None:
        tests = [{"interval": "15s", "input_series": given, "promql_expr_test": wanted}]
        file = tmp_path / "scaling.test.yml"
        file.write_text(yaml.safe_dump({"rule_files": [], "tests": tests}))
        command = [program("promtool"), "test", "rules", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    return check


def test_queue_time_rises_with_the_load_and_falls_again(evaluate: Any) -> None:
    query = f"round({triggers()['queue-seconds']['metadata']['query']}, 0.001)"
    given = [
        # 60 calls a minute; half a second each for ten minutes, then two milliseconds.
        series("salience_queue_seconds_count", "0+15x120"),
        series("salience_queue_seconds_sum", "0+7.5x40 300.03+0.03x79"),
        series("salience_queue_seconds_count", "0+15x120", model="idle"),
        series("salience_queue_seconds_sum", "0+0.015x120", model="idle"),
        # A model that nobody calls any more.
        series("salience_queue_seconds_count", "5x120", model="forgotten"),
        series("salience_queue_seconds_sum", "5x120", model="forgotten"),
    ]

    evaluate(given, [expected(query, 8, 0.5), expected(query, 20, 0.002)])


def test_queue_time_is_none_before_the_first_call(evaluate: Any) -> None:
    evaluate([], [expected(triggers()["queue-seconds"]["metadata"]["query"], 5, 0)])


def test_rows_in_flight_are_those_of_the_busiest_model_over_all_pods(evaluate: Any) -> None:
    query = triggers()["rows-in-flight"]["metadata"]["query"]
    given = [
        series("salience_rows_waiting", "7x40 0x40"),
        series("salience_rows_running", "5x40 1x40"),
        series("salience_rows_waiting", "20x40 0x40", pod="b"),
        series("salience_rows_running", "8x40 1x40", pod="b"),
        series("salience_rows_waiting", "0x80", model="idle"),
        series("salience_rows_running", "1x80", model="idle"),
    ]

    evaluate(given, [expected(query, 5, 40), expected(query, 15, 2)])


def test_without_metrics_there_is_no_number_to_scale_by(evaluate: Any) -> None:
    rows = triggers()["rows-in-flight"]["metadata"]

    evaluate([], [{"expr": rows["query"], "eval_time": "5m", "exp_samples": []}])
    assert rows["ignoreNullValues"] == "false"
