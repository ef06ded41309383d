"""Reading what the service's metrics port serves."""

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.live.running_service import RunningService, get


def samples(service: RunningService) -> list[Sample]:
    families = text_string_to_metric_families(get(service.metrics_url).decode())
    return [sample for family in families for sample in family.samples]


def value(service: RunningService, name: str, **labels: str) -> float:
    """The sum of the samples of that name that have these labels."""
    return sum(
        sample.value
        for sample in samples(service)
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def calls_in_flight(service: RunningService) -> float:
    return value(service, "salience_requests_in_flight")
