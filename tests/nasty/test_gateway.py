"""The corpus through a gateway: every item has its answer, or its error that says why."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.rpc.code_pb2 import Code

from salience.v1.images_pb2 import ClassifyImagesRequest
from tests.nasty.images import BAD, GOOD
from tests.nasty.texts import TEXTS
from tests.unit.gateway.harness import Harness, running_harness, translate_body

REFUSALS = {"INVALID_ARGUMENT"}
LEAKS = ("Traceback", 'File "', "/root", "site-packages", "salience/", "0x7f")


@pytest.fixture(scope="module")
def gateway() -> Iterator[Harness]:
    with running_harness() as harness:
        yield harness


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_among_others_has_an_answer_or_an_error(gateway: Harness, name: str) -> None:
    texts = ["before", TEXTS[name], "after"]

    over_grpc = MessageToDict(gateway.translate(*texts))["results"]
    over_http = gateway.http("POST", "/v1/translate", translate_body(*texts))

    assert over_http.status == 200
    for results in (over_grpc, over_http.json["results"]):
        assert [bool(result.get("translation")) for result in (results[0], results[2])] == [
            True,
            True,
        ]
        check_outcome(results[1], "translation", "texts[1]")


@pytest.mark.parametrize("name", [*GOOD, *BAD])
def test_an_image_among_others_has_an_answer_or_an_error(gateway: Harness, name: str) -> None:
    images = [b"before", (GOOD | BAD)[name], b"after"]
    encoded = [b64encode(image).decode() for image in images]

    reply = gateway.images.ClassifyImages(ClassifyImagesRequest(images=images), timeout=10)
    over_http = gateway.http("POST", "/v1/images:classify", {"images": encoded})

    assert over_http.status == 200, over_http.body
    for results in (MessageToDict(reply)["results"], over_http.json["results"]):
        check_outcome(results[1], "classification", "images[1]")


@pytest.mark.parametrize("escape", ["\\ud800", "\\udc00 \\ud800", "a\\udfff"])
def test_half_a_character_is_refused_over_http(gateway: Harness, escape: str) -> None:
    body = json.dumps(translate_body("X")).replace("X", escape).encode()

    reply = gateway.http("POST", "/v1/translate", body)

    assert (reply.status, reply.json["code"]) == (400, "INVALID_ARGUMENT")


def check_outcome(result: dict[str, Any], answer: str, field: str) -> None:
    error = result.get("error")
    if not error:
        assert answer in result
        return
    assert Code.Name(error["code"]) in REFUSALS
    assert any(field in str(detail) for detail in error["details"])
    assert not [leak for leak in LEAKS if leak in json.dumps(error)]
