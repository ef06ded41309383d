import pytest

from salience.errors import InvalidInput, ModelNotReady, Unsupported
from salience.gateway.methods import ENTITIES, TRANSLATION
from salience.gateway.registry import Registry
from salience.gateway.selection import TextRequest, choose_model
from salience.gateway.text_calls import TextKind
from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.models_pb2 import READINESS_FAILED, READINESS_READY, TASK_ENTITIES, Model
from tests.unit.gateway.fake_torchserve import ENTITY_MODEL, TRANSLATOR
from tests.unit.gateway.harness import translate_request


def registry_of(*models: Model) -> Registry:
    registry = Registry(rows_per_worker=1, characters_per_worker=1, max_waiting_rows=1)
    for model in models:
        served = registry.add(model.name)
        served.description, served.readiness = model, READINESS_READY
    return registry


def entity_model(name: str, language: str) -> Model:
    return Model(name=name, task=TASK_ENTITIES, source_languages=[language])


def chosen(registry: Registry, kind: TextKind, request: TextRequest) -> str:
    return choose_model(registry, kind.task, kind.languages, request).name


def test_the_model_that_serves_the_pair_is_taken() -> None:
    french = Model(name="a", task=TRANSLATOR.task, source_languages=["en"], target_languages=["fr"])
    registry = registry_of(french, TRANSLATOR, ENTITY_MODEL)

    assert chosen(registry, TRANSLATION, translate_request("x")) == "translation-en-de"
    assert chosen(registry, TRANSLATION, translate_request("x", target_language="fr")) == "a"


def test_of_two_models_for_a_language_the_one_that_is_ready_is_taken() -> None:
    registry = registry_of(entity_model("a", "en"), entity_model("b", "en"))
    registry.named("a", field="model").readiness = READINESS_FAILED
    request = RecognizeEntitiesRequest(texts=["x"], language="en")

    assert chosen(registry, ENTITIES, request) == "b"


def test_a_call_that_leaves_the_choice_between_models_open_is_refused() -> None:
    registry = registry_of(entity_model("a", "en"), entity_model("b", "de"))

    with pytest.raises(InvalidInput, match="name a model or a language; there are a, b") as raised:
        chosen(registry, ENTITIES, RecognizeEntitiesRequest(texts=["x"]))
    assert raised.value.field == "model"


def test_a_model_that_has_not_described_itself_might_be_the_one() -> None:
    registry = registry_of(TRANSLATOR)
    registry.add("still-loading")

    with pytest.raises(ModelNotReady) as raised:
        chosen(registry, ENTITIES, RecognizeEntitiesRequest(texts=["x"]))
    assert raised.value.retry_seconds


def test_a_task_that_no_model_does_is_unsupported() -> None:
    with pytest.raises(Unsupported):
        chosen(registry_of(TRANSLATOR), ENTITIES, RecognizeEntitiesRequest(texts=["x"]))
