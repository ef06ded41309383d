"""Objects in images, over both transports."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from salience.v1.images_pb2 import DetectObjectsRequest
from tests.unit.gateway.fake_torchserve import DETECTOR, FakeTorchServe
from tests.unit.gateway.harness import Harness, running_harness

PATH = "/v1/images:detect"


@pytest.fixture(scope="module")
def gateway() -> Iterator[Harness]:
    with running_harness(FakeTorchServe(models={DETECTOR.name: DETECTOR})) as harness:
        yield harness


def detect(gateway: Harness, *images: bytes, **fields: Any) -> Any:
    return gateway.images.DetectObjects(DetectObjectsRequest(images=images, **fields), timeout=10)


def test_both_transports_tell_the_same_boxes(gateway: Harness) -> None:
    by_grpc = detect(gateway, b"12", b"123")
    body = {"images": [b64encode(image).decode() for image in (b"12", b"123")]}
    by_http = gateway.http("POST", PATH, body)

    assert [result.detection.objects[0].width for result in by_grpc.results] == [2, 3]
    assert by_http.status == 200, by_http.body
    objects = [result["detection"]["objects"][0] for result in by_http.json["results"]]
    assert [(one["label"], one["width"]) for one in objects] == [("it", 2.0), ("it", 3.0)]


def test_what_is_asked_reaches_the_worker(gateway: Harness) -> None:
    gateway.fake.forget()

    detect(gateway, b"1", min_score=0.25, explain=True)

    [row] = gateway.fake.seen
    assert isinstance(row.request, DetectObjectsRequest)
    assert (row.request.min_score, row.request.explain) == (0.25, True)


def test_a_bad_image_has_an_error_in_its_place(gateway: Harness) -> None:
    reply = detect(gateway, b"12", b"poison")

    assert [result.WhichOneof("outcome") for result in reply.results] == ["detection", "error"]


def test_a_score_that_is_no_probability_is_refused(gateway: Harness) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        detect(gateway, b"12", min_score=1.5)

    assert "min_score" in str(caught.value)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
