"""The live service is as good as its models: evaluated through the client, as a user would."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from salience.cli.answering_model import model_of_service
from salience.cli.measured_models import Measurable, measurable_models
from salience.cli.measuring import measure
from salience.evaluation.quality_records import QualityRecords
from tests.live.running_service import RunningService
from tests.live.test_command_line import salience

PROJECT = Path(__file__).parents[2]
STORE = PROJECT / "model_store"
RECORDS = QualityRecords.read(STORE / "quality.json")
MODELS = [model for model in measurable_models(STORE) if not model.folder.is_demonstration]
NAMES = [model.folder.name for model in MODELS]
POINTS = 1.0


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_a_service_reaches_what_was_measured_in_process(
    model: Measurable, service: RunningService
) -> None:
    recorded = RECORDS.find(model.state(model.engines[0]), model.sample.name)
    assert recorded

    with model_of_service(model.folder.name, service.grpc_target, 60) as served:
        assert served.description.engine == model.engines[0]
        measured, _ = measure(served, model.sample, PROJECT / model.sample.file, limit=None)

    assert measured.num_errors == 0
    for name, figure in recorded.metrics.items():
        tolerance = max(POINTS, 100 / recorded.num_examples)
        assert measured.metrics[name].value == pytest.approx(figure.value, abs=tolerance), name


def test_a_service_is_evaluated_by_the_command_line(
    service: RunningService, tmp_path: Path
) -> None:
    data = PROJECT / "tests" / "data" / "ewt_test_every_tenth.conll"
    asked = ("entities-en", "--data", str(data), "--limit", "20", "--server", service.grpc_target)

    done = salience("evaluate", *asked, "--json", str(tmp_path / "report.json"))

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    report = json.loads((tmp_path / "report.json").read_text())
    schema = files("salience.evaluation").joinpath("report_schema.json").read_text()
    jsonschema.validate(report, json.loads(schema))
    assert report["digest"] == measurable_digest("entities-en")
    assert report["results"][0]["num_examples"] == 20


def measurable_digest(name: str) -> str:
    (digest,) = (model.folder.digest for model in MODELS if model.folder.name == name)
    return digest
