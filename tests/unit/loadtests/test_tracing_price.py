from loadtests.bench.guarded_gateways import OPEN, running_gateway
from loadtests.bench.pairs import Turns, prices
from loadtests.bench.tracing import counted_spans
from tests.unit.gateway.harness import fake_in_a_thread


def test_every_call_of_the_dearer_gateway_is_traced() -> None:
    with fake_in_a_thread() as fake, counted_spans() as (counter, traced):
        where = {"torchserve_url": fake.url, "management_url": fake.url}
        with running_gateway(OPEN, **where) as one, running_gateway(traced, **where) as other:
            turns = Turns(callers=2, rounds=1, seconds=0.5, warm_up=1.0)
            found = list(prices((one, other), ["entities"], turns))

    assert [price.protocol for price in found] == ["grpc", "http"]
    assert counter.calls >= sum(price.rounds[0].dearer.calls_per_second * 0.5 for price in found)
    assert counter.spans >= 2 * counter.calls
