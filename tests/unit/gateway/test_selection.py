import pytest

from salience.errors import InvalidInput, ModelNotReady, Unsupported
from salience.gateway.item_messages import ItemRequest
from salience.gateway.metrics import GatewayMetrics
from salience.gateway.registry import Registry
from salience.gateway.selection import choose_model
from salience.gateway.settings import GatewaySettings
from salience.gateway.task_kinds import (
    ENTITIES,
    IMAGE_CLASSIFICATION,
    SUMMARIZATION,
    TRANSLATION,
    TaskKind,
)
from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.images_pb2 import ClassifyImagesRequest
from salience.v1.models_pb2 import READINESS_FAILED, READINESS_READY, TASK_ENTITIES, Model
from salience.v1.summarization_pb2 import SummarizeRequest
from tests.unit.gateway.fake_torchserve import (
    ENTITY_MODEL,
    HEADLINE_WRITER,
    IMAGE_MODEL,
    SUMMARIZER,
    TRANSLATOR,
)
from tests.unit.gateway.harness import translate_request


def registry_of(*models: Model) -> Registry:
    registry = Registry(GatewaySettings(), GatewayMetrics())
    for model in models:
        served = registry.add(model.name)
        served.description, served.readiness = model, READINESS_READY
    return registry


def entity_model(name: str, language: str) -> Model:
    return Model(name=name, task=TASK_ENTITIES, source_languages=[language])


def chosen(registry: Registry, kind: TaskKind, request: ItemRequest) -> str:
    return choose_model(registry, kind, request).name


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
    with pytest.raises(Unsupported, match="no model that is served does image_classification"):
        chosen(registry_of(TRANSLATOR), IMAGE_CLASSIFICATION, ClassifyImagesRequest())


SUMMARIZE = SummarizeRequest(texts=["x"])


def test_the_default_model_is_taken_by_calls_that_leave_the_choice_open() -> None:
    registry = registry_of(HEADLINE_WRITER, SUMMARIZER)

    assert chosen(registry, SUMMARIZATION, SUMMARIZE) == "summarization-en"
    english = SummarizeRequest(texts=["x"], language="en")
    assert chosen(registry, SUMMARIZATION, english) == "summarization-en"
    named = SummarizeRequest(texts=["x"], model="headline-en")
    assert chosen(registry, SUMMARIZATION, named) == "headline-en"


def test_a_default_model_that_fails_is_not_replaced_by_one_that_answers_otherwise() -> None:
    registry = registry_of(HEADLINE_WRITER, SUMMARIZER)
    registry.named("summarization-en", field="model").readiness = READINESS_FAILED

    assert chosen(registry, SUMMARIZATION, SUMMARIZE) == "summarization-en"


def test_the_default_model_may_be_among_those_that_are_loading() -> None:
    registry = registry_of(HEADLINE_WRITER)
    registry.add("summarization-en")

    with pytest.raises(ModelNotReady):
        chosen(registry, SUMMARIZATION, SUMMARIZE)


def test_without_a_default_a_model_must_be_named() -> None:
    clothing = Model(name="clothing", task=IMAGE_MODEL.task)

    with pytest.raises(InvalidInput, match="name a model; there are clothing, image-class"):
        chosen(registry_of(clothing, IMAGE_MODEL), IMAGE_CLASSIFICATION, ClassifyImagesRequest())
