import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from salience.gateway.task_kinds import TASK_KINDS
from salience.v1.models_pb2 import Model
from tests.unit.gateway.fake_torchserve import DETECTOR, IMAGE_MODEL, NAMES, FakeTorchServe
from tests.unit.gateway.harness import Harness, running_harness, wait_until

TRANSLATION = "salience.v1.TranslationService"
ENTITIES = "salience.v1.EntityService"
SUMMARIES = "salience.v1.SummarizationService"
IMAGES = "salience.v1.ImageService"
MODELS = "salience.v1.ModelService"
PROBES = {kind.items.probe for kind in TASK_KINDS.values()}


def is_serving(gateway: Harness, service: str) -> bool:
    reply = HealthStub(gateway.channel).Check(HealthCheckRequest(service=service), timeout=5)
    return bool(reply.status == HealthCheckResponse.SERVING)


@pytest.mark.parametrize("service", ["", TRANSLATION, ENTITIES, SUMMARIES, IMAGES, MODELS])
def test_every_service_is_healthy_when_every_model_answers(gateway: Harness, service: str) -> None:
    assert is_serving(gateway, service)


@pytest.mark.parametrize("model", [IMAGE_MODEL, DETECTOR], ids=lambda model: str(model.name))
def test_a_service_of_two_tasks_is_healthy_with_a_model_of_either(model: Model) -> None:
    with running_harness(FakeTorchServe(models={model.name: model})) as gateway:
        assert is_serving(gateway, IMAGES)
        assert not is_serving(gateway, ENTITIES)


def test_a_model_is_not_ready_before_it_has_answered_a_probe_with_an_answer() -> None:
    with running_harness(FakeTorchServe(held=PROBES), wait=False) as gateway:
        wait_until(lambda: len(gateway.fake.probes) == len(NAMES))

        ready = gateway.http("GET", "/readyz")
        assert (ready.status, ready.json["models"]) == (
            503,
            dict.fromkeys(NAMES, "READINESS_LOADING"),
        )
        assert not is_serving(gateway, "")
        gateway.fake.held = set()
        wait_until(lambda: gateway.http("GET", "/readyz").status == 200)


@pytest.mark.parametrize("model", NAMES)
def test_every_model_is_healthy_under_its_own_name(gateway: Harness, model: str) -> None:
    assert is_serving(gateway, model)


def test_a_failed_model_takes_down_itself_and_its_own_service_only() -> None:
    with running_harness() as gateway:
        del gateway.fake.models["translation-en-de"]

        wait_until(lambda: not is_serving(gateway, TRANSLATION))

        assert not is_serving(gateway, "translation-en-de")
        assert is_serving(gateway, "entities-en")
        assert is_serving(gateway, ENTITIES)
        assert not is_serving(gateway, "")
        assert gateway.http("GET", "/readyz").json["models"] == {
            **dict.fromkeys(NAMES, "READINESS_READY"),
            "translation-en-de": "READINESS_FAILED",
        }


def test_no_model_is_ready_soon_after_torchserve_froze() -> None:
    with running_harness(count_timeout_seconds=0.1, probe_timeout_seconds=60.0) as gateway:
        gateway.fake.is_frozen = True
        wait_until(lambda: not gateway.is_ready)

        gateway.fake.is_frozen = False
        wait_until(lambda: gateway.is_ready)


def test_traffic_that_succeeds_spares_the_model_probes() -> None:
    with running_harness(check_seconds=1.0) as gateway:
        gateway.fake.probes.clear()
        wait_until(lambda: calling(gateway) and len(gateway.fake.probes) > len(NAMES))

        assert {row.model for row in gateway.fake.probes} == {*NAMES} - {"translation-en-de"}


def calling(gateway: Harness) -> bool:
    return bool(gateway.translate("call").results)
