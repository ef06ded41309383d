"""TorchServe understands every line of our configuration."""

import json
import re
import zipfile
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from ts.metrics.metric_cache_yaml_impl import MetricsCacheYamlImpl

from salience.gateway.settings import GatewaySettings
from salience.supervisor import SupervisorSettings
from salience.supervisor.torchserve_process import config_properties

CONFIGURATION = Path("deploy/torchserve")


@pytest.fixture(scope="module")
def frontend() -> zipfile.ZipFile:
    spec = find_spec("ts")
    assert spec
    assert spec.origin
    return zipfile.ZipFile(Path(spec.origin).parent / "frontend" / "model-server.jar")


def keys(properties: str) -> list[str]:
    lines = properties.splitlines()
    return [line.split("=")[0] for line in lines if line and not line.startswith("#")]


def constants(frontend: zipfile.ZipFile, class_name: str) -> set[str]:
    """The strings in a compiled class, among them the settings it asks for."""
    compiled = frontend.read(f"org/pytorch/serve/{class_name}.class")
    return {word.decode() for word in re.findall(rb"[A-Za-z_]{4,}", compiled)}


def test_torchserve_knows_every_property(frontend: zipfile.ZipFile) -> None:
    known = constants(frontend, "util/ConfigManager")

    assert set(keys(config_properties(SupervisorSettings(), store=Path("store")))) <= known


def test_the_operators_properties_leave_addresses_and_paths_to_the_supervisor() -> None:
    operators = keys((CONFIGURATION / "config.properties").read_text())

    assert len(operators) == len(set(operators))
    assert not {key for key in operators if key.endswith(("address", "port", "store"))}


def test_the_largest_row_of_images_fits_into_a_request() -> None:
    properties = dict(
        line.split("=")
        for line in (CONFIGURATION / "config.properties").read_text().splitlines()
        if line and not line.startswith("#")
    )
    models = [json.loads(file.read_text()) for file in Path("model_store").glob("*/model.json")]
    largest_image = max(model["limits"].get("max_bytes", 0) for model in models)

    # A row is beyond its limit by less than its largest item; the rest is for the other fields.
    largest_row = GatewaySettings().max_bytes_per_row + largest_image + 2**16
    assert largest_row < int(properties["max_request_size"])


def test_a_model_is_restarted_only_when_its_worker_had_time_to_start() -> None:
    described = yaml.safe_load((CONFIGURATION / "model-config.yaml").read_text())
    slowest = max(described["startupTimeout"], described["maxRetryTimeoutInSec"])

    assert SupervisorSettings().model_restart_seconds > slowest


def test_torchserve_knows_every_setting_of_a_model(frontend: zipfile.ZipFile) -> None:
    settings = yaml.safe_load((CONFIGURATION / "model-config.yaml").read_text())

    # Its setters carry the names of the settings.
    known = {name.lower() for name in constants(frontend, "archive/model/ModelConfig")}
    assert {f"set{name.lower()}" for name in settings} <= known


# TorchServe leaves the file open.
@pytest.mark.filterwarnings("ignore:.*metrics.yaml:pytest.PytestUnraisableExceptionWarning")
def test_the_worker_reads_the_metrics() -> None:
    cache = MetricsCacheYamlImpl(str(CONFIGURATION / "metrics.yaml"))

    cache.initialize_cache()

    assert cache.cache_keys() == ["gauge:PredictionTime"]


def test_what_torchserve_says_of_each_request_is_logged_only_at_debug() -> None:
    tree = ElementTree.parse(CONFIGURATION / "log4j2.xml")
    levels = {logger.get("name"): logger.get("level") for logger in tree.iter("Logger")}

    assert levels["ACCESS_LOG"] == "${env:TORCHSERVE_LOG_LEVEL:-warn}"
    assert levels["TS_METRICS"] == levels["MODEL_METRICS"] == "off"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Backend received inference at: 1790000000", False),
        ("[PID]123", False),
        ("entities-en: onnxruntime-int8 on cpu", True),
        ("request 7 broke the model", True),
        ("Traceback (most recent call last):", True),
    ],
)
def test_the_workers_own_words_are_shown(line: str, shown: bool) -> None:
    tree = ElementTree.parse(CONFIGURATION / "log4j2.xml")
    chatter = next(tree.iter("RegexFilter")).get("regex")

    assert chatter
    assert (re.fullmatch(chatter, line) is None) == shown
