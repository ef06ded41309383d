import grpc
import pytest

from tests.unit.gateway.fake_torchserve import FakeTorchServe
from tests.unit.gateway.harness import (
    Harness,
    running_harness,
    translate_body,
    translate_request,
    wait_until,
)


def test_calls_beyond_the_queue_are_refused_and_those_within_are_served() -> None:
    with running_harness(
        FakeTorchServe(num_workers=1), rows_per_worker=1, max_waiting_rows=3
    ) as gateway:
        texts = [f"held {number}" for number in range(4)]
        gateway.fake.held = set(texts)
        calls = [gateway.translation.Translate.future(translate_request(text)) for text in texts]
        wait_until(lambda: has_waiting(gateway))

        refused = [call for call in calls if call.done()] or None
        reply = gateway.http("POST", "/v1/translate", translate_body("one too many"))

        assert refused is None
        assert (reply.status, reply.json["code"]) == (429, "RESOURCE_EXHAUSTED")
        assert (reply.json["reason"], reply.headers["retry-after"]) == ("OVERLOADED", "1")
        with pytest.raises(grpc.RpcError) as raised:
            gateway.translate("one too many")
        assert raised.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED

        gateway.fake.held = set()
        assert [call.result(10).results[0].translation.text for call in calls] == [
            text.upper() for text in texts
        ]
        assert "one too many" not in gateway.fake.items_seen()


def has_waiting(gateway: Harness) -> bool:
    return 'in_flight{method="Translate",protocol="grpc"} 4.0' in gateway.metrics()
