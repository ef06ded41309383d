"""What Prometheus is told, of the gateway and of the workers, after real calls."""

import pytest

from salience.metrics import catalogue
from tests.live.metrics import calls_in_flight, samples, value
from tests.live.running_service import RunningService
from tests.live.transports.over_http import Http
from tests.live.transports.transport import (
    Transport,
    entities,
    failure_of,
    translate,
    translate_request,
)

TRANSLATION = "translation-en-de"
ENTITIES = "entities-en"
NOT_HERE = {
    catalogue.SHADOW_ITEMS,  # needs a rollout
    catalogue.ROWS_RESENT,  # a worker that dies
    *(catalogue.KEY_CALLS, catalogue.AUTHENTICATIONS_REFUSED),  # API keys
    catalogue.CERTIFICATE_EXPIRY,  # TLS
    catalogue.GPU_MEMORY,  # a GPU
}


@pytest.fixture
def answered(transport: Transport) -> Transport:
    """A transport over which both models have just answered."""
    translate(transport, "Good morning.", "")
    entities(transport, "Ada Lovelace lived in London.")
    return transport


@pytest.mark.usefixtures("answered")
def test_every_metric_is_served_with_its_labels(service: RunningService) -> None:
    served = {sample.name: sample.labels.keys() - {"le"} for sample in samples(service)}
    promised = {
        series: set(metric.labels)
        for metric in set(catalogue.CATALOGUE) - NOT_HERE
        for series in metric.series
    }

    assert promised == {name: served.get(name) for name in promised}


@pytest.mark.usefixtures("answered")
def test_every_model_has_worker_metrics(service: RunningService) -> None:
    for model in service.models:
        for name in ("items", "seconds"):
            assert value(service, f"salience_worker_batch_{name}_count", model=model) >= 1
    for model in (TRANSLATION, ENTITIES):
        for name in ("tokens", "padding_ratio"):
            assert value(service, f"salience_worker_batch_{name}_count", model=model) >= 1


def test_a_call_is_counted_by_protocol_and_code(
    answered: Transport, service: RunningService
) -> None:
    def calls(code: str) -> float:
        labels = {"method": "Translate", "model": TRANSLATION, "protocol": answered.name}
        return value(service, "salience_requests_total", **labels, code=code)

    before = calls("OK"), calls("INVALID_ARGUMENT")
    translate(answered, "Good morning.")
    failure_of(answered, translate_request(""))

    assert (calls("OK"), calls("INVALID_ARGUMENT")) == (before[0] + 1, before[1] + 1)
    assert calls_in_flight(service) == 0


def test_items_are_counted_by_what_became_of_them(
    answered: Transport, service: RunningService
) -> None:
    def items(outcome: str) -> float:
        return value(service, "salience_items_total", model=TRANSLATION, outcome=outcome)

    outcomes = ("OK", "INVALID_INPUT", "INPUT_TOO_LONG")
    before = [items(outcome) for outcome in outcomes]
    translate(answered, "Good morning.", "", "The water is cold.", "x" * 100_001)

    after = [items(outcome) for outcome in outcomes]
    assert [new - old for new, old in zip(after, before, strict=True)] == [2, 1, 1]


def test_the_times_of_a_call_add_up(answered: Transport, service: RunningService) -> None:
    def seconds(metric: str, **labels: str) -> float:
        return value(service, f"salience_{metric}_seconds_sum", model=TRANSLATION, **labels)

    def times() -> list[float]:
        whole = seconds("request_duration", method="Translate", protocol=answered.name)
        return [whole, seconds("queue"), seconds("inference"), seconds("worker_batch")]

    before = times()
    translate(answered, "Good morning.")

    whole, queue, inference, engine = (new - old for new, old in zip(times(), before, strict=True))
    assert 0 < queue + inference <= whole < 30
    assert 0 < engine <= inference


def test_the_workers_tell_the_shape_of_their_batches(
    over_http: Http, service: RunningService
) -> None:
    def sums() -> list[float]:
        names = ("items_sum", "tokens_sum", "padding_ratio_count", "padding_ratio_sum")
        return [value(service, f"salience_worker_batch_{name}", model=ENTITIES) for name in names]

    texts = ["Ada Lovelace lived in London for many years.", "She moved to Paris."] * 4
    before = sums()
    entities(over_http, *texts)

    num_items, tokens, batches, padding = (
        new - old for new, old in zip(sums(), before, strict=True)
    )
    assert len(texts) <= num_items <= len(texts) + 2  # The service may have tried a model itself.
    assert 6 * len(texts) <= tokens <= 20 * len(texts)
    assert 1 <= batches <= num_items
    assert 0 <= padding / batches < 0.6
