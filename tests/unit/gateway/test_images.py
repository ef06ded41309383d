"""Images: as bytes, in Base64, as files of a form; and how much of them is taken at once."""

from base64 import b64encode
from typing import Any

import grpc
import pytest

from salience.errors import InvalidInput
from salience.rpc_status import status_of
from salience.v1.images_pb2 import (
    ClassifyImagesReply,
    ClassifyImagesRequest,
    ClassifyImagesResult,
)
from tests.unit.gateway.fake_torchserve import FakeTorchServe, answering
from tests.unit.gateway.harness import Harness, HttpReply, running_harness, wait_until

PATH = "/v1/images:classify"
BOUNDARY = "of-this-test"
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def classify(gateway: Harness, *images: bytes, **fields: Any) -> Any:
    return gateway.images.ClassifyImages(ClassifyImagesRequest(images=images, **fields), timeout=10)


def in_base64(*images: bytes, **fields: Any) -> dict[str, Any]:
    return {"images": [b64encode(image).decode() for image in images], **fields}


def part(name: str, content: bytes, extra: str = "") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def post_form(gateway: Harness, *parts: bytes) -> HttpReply:
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    return gateway.http("POST", PATH, body, headers=FORM)


def labels(reply: Any) -> list[str]:
    return [result.classification.classes[0].label for result in reply.results]


def json_labels(reply: HttpReply) -> list[str]:
    assert reply.status == 200, reply.body
    results = reply.json["results"]
    return [result["classification"]["classes"][0]["label"] for result in results]


def test_bytes_base64_and_a_form_are_answered_alike(gateway: Harness) -> None:
    images = (b"\x00\xff\r\n--", b"xx")

    by_grpc = labels(classify(gateway, *images))
    by_json = json_labels(gateway.http("POST", PATH, in_base64(*images)))
    by_form = json_labels(
        post_form(
            gateway,
            part("images", images[0], '; filename="a.png"\r\nContent-Type: image/png'),
            part("images", images[1]),
        )
    )

    assert by_grpc == by_json == by_form == ["6 bytes", "2 bytes"]


def test_the_fields_of_a_form_reach_the_worker(gateway: Harness) -> None:
    form = [
        part("images", b"xx"),
        part("top_k", b"3"),
        part("explain", b"true"),
        part("model", b"image-classification"),
    ]

    assert post_form(gateway, *form).status == 200

    [row] = gateway.fake.seen
    assert row.request == ClassifyImagesRequest(
        images=[b"xx"], top_k=3, explain=True, model="image-classification"
    )


@pytest.mark.parametrize(
    ("parts", "field", "detail"),
    [
        ([part("images", b"x"), part("top_k", b"many")], "top_k", "top_k is not a whole number"),
        ([part("images", b"x"), part("top_k", b"-1")], "top_k", "Value out of range"),
        ([part("explain", b"perhaps")], "explain", "explain is not true or false"),
        ([part("image", b"\xff")], "image", "there is no field 'image'; there are images, "),
        ([part("model", b"a"), part("model", b"b")], "model", "model is there twice"),
        ([part("model", b"\xff")], "model", "model is not valid UTF-8"),
        ([], "images", "there are no images"),
        ([part("images", b"x", '"')] * 1001, None, "the form has more than 1000 parts"),
        ([b"nonsense"], None, "the body is not a valid multipart form"),
        ([part("images", b"x" * 50)[:-20]], None, "the body is not a valid multipart form"),
        ([b"--" + BOUNDARY.encode() + b"\r\nno header\r\n\r\nx\r\n"], None, "the body is not"),
    ],
)
def test_what_is_wrong_with_a_form_is_told(
    gateway: Harness, parts: list[bytes], field: str | None, detail: str
) -> None:
    reply = post_form(gateway, *parts)

    assert (reply.status, reply.json["code"]) == (400, "INVALID_ARGUMENT")
    assert reply.json["detail"].startswith(detail)
    assert [v["field"] for v in reply.json["violations"]] == ([field] if field else [])


def test_a_form_without_a_boundary_is_refused(gateway: Harness) -> None:
    reply = gateway.http("POST", PATH, b"x", headers={"content-type": "multipart/form-data"})

    assert (reply.status, reply.json["detail"]) == (400, "the body is not a valid multipart form")


def test_a_form_is_for_files_only(gateway: Harness) -> None:
    reply = gateway.http("POST", "/v1/translate", b"x", headers=FORM)

    assert (reply.status, reply.json["detail"]) == (
        415,
        "the content type is not application/json",
    )


def test_text_that_is_not_base64_is_refused(gateway: Harness) -> None:
    reply = gateway.http("POST", PATH, {"images": ["YWJj", "a"]})

    assert (reply.status, reply.json["violations"][0]["field"]) == (400, "images")
    assert reply.json["detail"] == "an element of images is not Base64"


def test_bad_images_have_errors_in_their_places(gateway: Harness) -> None:
    reply = classify(gateway, b"good", b"", b"x" * 1001, b"poison", b"fine")

    assert [r.WhichOneof("outcome") for r in reply.results] == [
        *("classification", "error", "error", "error", "classification")
    ]
    assert [reply.results[index].error.message for index in (1, 2, 3)] == [
        "the image is empty",
        "the image has 1001 bytes; the limit is 1000",
        "the image is poison",
    ]
    fields = [reply.results[index].error.SerializeToString() for index in (1, 2, 3)]
    assert all(f"images[{number}]".encode() in fields[number - 1] for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("images", "field", "message"),
    [
        ([], "images", "there are no images"),
        ([b"x"] * 101, "images", "there are 101 images; the limit is 100"),
        ([b""], "images[0]", "the image is empty"),
        ([b"poison"], "images[0]", "the image is poison"),
    ],
)
def test_both_transports_name_the_field(
    gateway: Harness, images: list[bytes], field: str, message: str
) -> None:
    reply = gateway.http("POST", PATH, in_base64(*images))

    assert reply.status == 400
    assert reply.json["violations"] == [{"field": field, "description": message}]
    with pytest.raises(grpc.RpcError, match=message) as raised:
        classify(gateway, *images)
    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_list_that_no_model_takes_is_refused_before_it_is_read(gateway: Harness) -> None:
    reply = gateway.http("POST", PATH, b'{"images": [' + b'"",' * 10_000 + b'""]}')

    assert (reply.status, reply.json["detail"]) == (
        400,
        "there are 10001 images; no model takes more than 10000",
    )


def test_rows_are_cut_by_bytes() -> None:
    with running_harness(FakeTorchServe(num_workers=1), max_bytes_per_row=1000) as gateway:
        reply = classify(gateway, *[b"x" * 400] * 10)

        assert labels(reply) == ["400 bytes"] * 10
        assert [len(row.items) for row in gateway.fake.seen] == [3, 3, 2, 2]


def test_the_bytes_under_way_are_bounded() -> None:
    with running_harness(FakeTorchServe(num_workers=1), bytes_per_worker=1000) as gateway:
        large, other, small = b"a" * 800, b"b" * 800, b"c" * 100
        gateway.fake.held = {large, other}
        calls = [
            gateway.images.ClassifyImages.future(ClassifyImagesRequest(images=[image]))
            for image in (large, small)
        ]
        wait_until(lambda: small in gateway.fake.items_seen())
        waiting = gateway.images.ClassifyImages.future(ClassifyImagesRequest(images=[other]))
        wait_until(lambda: 'ClassifyImages",protocol="grpc"} 2.0' in gateway.metrics())
        gateway.http("GET", "/v1/models")

        assert other not in gateway.fake.items_seen()
        gateway.fake.held = set()
        assert [labels(call.result(10)) for call in (*calls, waiting)] == [
            *(["800 bytes"], ["100 bytes"], ["800 bytes"])
        ]


def test_large_requests_beyond_those_in_hand_are_told_to_come_again() -> None:
    with running_harness(max_held_bytes=50_000) as gateway:
        first, second = [b"a" * 900] * 100, [b"b" * 900] * 100
        gateway.fake.held = {first[0]}
        call = gateway.images.ClassifyImages.future(ClassifyImagesRequest(images=first))
        wait_until(lambda: first[0] in gateway.fake.items_seen())

        refused = gateway.http("POST", PATH, in_base64(*second))
        with pytest.raises(grpc.RpcError) as raised:
            classify(gateway, *second)

        assert (refused.status, refused.json["reason"]) == (429, "OVERLOADED")
        assert refused.headers["retry-after"] == "1"
        assert raised.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert json_labels(gateway.http("POST", PATH, in_base64(b"small"))) == ["5 bytes"]
        gateway.fake.held = set()
        assert labels(call.result(10)) == ["900 bytes"] * 100
        assert labels(classify(gateway, *second)) == ["900 bytes"] * 100


@pytest.mark.parametrize("length", ["known", "unknown"])
@pytest.mark.parametrize("content_type", ["application/json", FORM["content-type"]])
def test_a_body_over_the_limit_is_refused(content_type: str, length: str) -> None:
    with running_harness(max_request_bytes=1000) as gateway:
        body = part("images", b"x" * 2000)
        chunked = {"transfer-encoding": "chunked"} if length == "unknown" else {}
        sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if chunked else body

        reply = gateway.http("POST", PATH, sent, headers={"content-type": content_type, **chunked})

    assert (reply.status, reply.json["reason"]) == (413, "INPUT_TOO_LONG")
    assert reply.json["detail"] == "the body is over the limit of 1000 bytes"


def test_a_message_over_the_limit_is_refused_over_grpc() -> None:
    with (
        running_harness(max_request_bytes=1000) as gateway,
        pytest.raises(grpc.RpcError) as raised,
    ):
        classify(gateway, b"x" * 2000)

    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert raised.value.details() == "the message is over the limit of 1000 bytes"


def test_an_option_that_every_image_fails_for_is_named_once(gateway: Harness) -> None:
    refused = ClassifyImagesResult(error=status_of(InvalidInput("too many", field="top_k")))
    gateway.fake.answer_instead = lambda row: answering(
        ClassifyImagesReply(results=[refused] * len(row.items))
    )

    reply = gateway.http("POST", PATH, in_base64(b"a", b"b", top_k=2000))

    assert [v["field"] for v in reply.json["violations"]] == ["top_k"]
