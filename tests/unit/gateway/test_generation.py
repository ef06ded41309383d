"""Pictures made of seeds, over both transports."""

import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from salience.v1.images_pb2 import GenerateImagesRequest
from tests.unit.gateway.fake_torchserve import GENERATOR, FakeTorchServe
from tests.unit.gateway.harness import Harness, running_harness

PATH = "/v1/images:generate"


@pytest.fixture(scope="module")
def gateway() -> Iterator[Harness]:
    with running_harness(FakeTorchServe(models={GENERATOR.name: GENERATOR})) as harness:
        yield harness


def generate(gateway: Harness, *seeds: int, **fields: Any) -> Any:
    return gateway.images.GenerateImages(GenerateImagesRequest(seeds=seeds, **fields), timeout=10)


def test_both_transports_answer_every_seed_in_order(gateway: Harness) -> None:
    seeds = [0, 7, 7, 2**32 - 1]

    by_grpc = generate(gateway, *seeds)
    by_http = gateway.http("POST", PATH, {"seeds": seeds})

    assert [result.image.width for result in by_grpc.results] == seeds
    assert by_http.status == 200, by_http.body
    assert [one["image"]["width"] for one in by_http.json["results"]] == seeds
    assert by_http.json["results"][0]["image"]["png"] == "cG5n"


def test_seeds_are_dealt_to_the_workers_with_what_is_asked(gateway: Harness) -> None:
    gateway.fake.forget()

    generate(gateway, 1, 2, 3, 4, explain=True)

    assert sorted(gateway.fake.items_seen()) == [1, 2, 3, 4]
    assert len(gateway.fake.seen) == 2
    assert all(row.request.explain for row in gateway.fake.seen)


@pytest.mark.parametrize("seeds", [[], list(range(101))])
def test_a_call_without_seeds_or_with_too_many_is_refused(
    gateway: Harness, seeds: list[int]
) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        generate(gateway, *seeds)

    assert "seeds" in str(caught.value)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_seed_beyond_32_bits_is_refused_over_http(gateway: Harness) -> None:
    assert gateway.http("POST", PATH, {"seeds": [2**32]}).status == 400


def test_open_inference_reads_seeds_as_decimal_texts(gateway: Harness) -> None:
    path = f"/v2/models/{GENERATOR.name}/infer"
    tensor = {"name": "seeds", "datatype": "BYTES", "shape": [2]}
    good = gateway.http("POST", path, {"inputs": [{**tensor, "data": ["3", "12"]}]})
    bad = gateway.http("POST", path, {"inputs": [{**tensor, "data": ["3", "-1"]}]})

    [output] = good.json["outputs"]
    assert [json.loads(text)["image"]["width"] for text in output["data"]] == [3, 12]
    assert bad.status == 400
    assert "seeds[1]" in bad.body.decode()
