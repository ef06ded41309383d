import os
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from prometheus_client.parser import text_string_to_metric_families

from salience.metrics import catalogue
from tests.unit.gateway.fake_torchserve import FakeTorchServe
from tests.unit.gateway.harness import (
    running_harness,
    translate_body,
    translate_request,
    wait_until,
)

WITHOUT_TLS = set(catalogue.GATEWAY) - {catalogue.CERTIFICATE_EXPIRY}
NAMES = {metric.name.removesuffix("_total") for metric in WITHOUT_TLS}

WORKER = """
from prometheus_client import Counter
Counter("salience_worker_batch_items", "Items.", ("model",)).labels("entities-en").inc(3)
"""


def sample(text: str, name: str, **labels: str) -> float:
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def test_calls_and_items_are_counted_by_what_became_of_them() -> None:
    with running_harness() as gateway:
        gateway.fake.inference_seconds = 0.0001
        gateway.translate("one", "", "poison")
        gateway.http("POST", "/v1/translate", translate_body(""))
        with pytest.raises(grpc.RpcError):
            gateway.translate("a", model="m" * 50)
        text = gateway.metrics()

    assert {family.name for family in text_string_to_metric_families(text)} == NAMES
    model = {"model": "translation-en-de"}
    calls = {"method": "Translate", **model}
    assert sample(text, "salience_requests_total", code="OK", protocol="grpc", **calls) == 1
    assert (
        sample(text, "salience_requests_total", code="INVALID_ARGUMENT", protocol="http", **calls)
        == 1
    )
    assert sample(text, "salience_requests_total", code="NOT_FOUND", model="") == 1
    assert sample(text, "salience_items_total", outcome="OK", **model) == 1
    assert sample(text, "salience_items_total", outcome="INVALID_INPUT", **model) == 3
    assert sample(text, "salience_inference_seconds_sum", **model) == pytest.approx(0.0001)
    assert sample(text, "salience_request_duration_seconds_count", code="OK", **calls) == 1


def test_rows_in_hand_and_workers_are_shown_for_each_model() -> None:
    model = {"model": "translation-en-de"}
    fake = FakeTorchServe(num_workers=1, held={"held", "held too"})
    with running_harness(fake, rows_per_worker=1) as gateway:
        requests = [translate_request(text) for text in ("held", "held too")]
        calls = [gateway.translation.Translate.future(request) for request in requests]
        wait_until(lambda: sample(gateway.metrics(), "salience_rows_waiting", **model) == 1)
        text = gateway.metrics()
        fake.held = set()
        for call in calls:
            call.result(10)
        after = gateway.metrics()

    assert sample(text, "salience_rows_running", **model) == 1
    assert sample(after, "salience_rows_running", **model) == 0
    assert sample(after, "salience_rows_waiting", **model) == 0
    assert sample(text, "salience_workers", **model) == 1


def test_the_metrics_of_workers_are_served_too(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", WORKER], env=environment, check=True)
    (tmp_path / "counter_1.db").write_bytes(b"")
    (tmp_path / "counter_2.db").write_bytes(b"\xff\xff\xff\xff torn")

    with running_harness(wait=False, worker_metrics_dir=tmp_path) as gateway:
        text = gateway.metrics()

    assert sample(text, "salience_worker_batch_items_total", model="entities-en") == 6


def test_a_folder_without_worker_metrics_is_no_hindrance(tmp_path: Path) -> None:
    with running_harness(wait=False, worker_metrics_dir=tmp_path / "absent") as gateway:
        assert "salience_requests_total" in gateway.metrics()
