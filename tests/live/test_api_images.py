"""Real photos, over gRPC, as JSON and as a form; and files that are none."""

import io
import json
from base64 import b64encode
from typing import Any

import pytest
from google.protobuf import json_format
from PIL import Image
from urllib3 import encode_multipart_formdata

from loadtests.pictures import read_pictures
from salience.v1.images_pb2 import ClassifyImagesReply, ClassifyImagesRequest
from tests.live.transports.over_grpc import Grpc
from tests.live.transports.over_http import Http, HttpReply, http_failure
from tests.live.transports.transport import Transport, classify, failure_of

PATH = "/v1/images:classify"
PICTURES = read_pictures()
PHOTO = PICTURES[0]


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    content = io.BytesIO()
    image.save(content, form, **options)
    return content.getvalue()


def post_form(over_http: Http, *images: bytes, **fields: str) -> HttpReply:
    files = [("images", (f"{number}.jpg", image)) for number, image in enumerate(images)]
    body, content_type = encode_multipart_formdata([*files, *fields.items()])
    return over_http.send("POST", PATH, body, headers={"content-type": content_type})


def labels(reply: ClassifyImagesReply) -> list[str]:
    return [result.classification.classes[0].label for result in reply.results]


def test_photos_are_classified_in_order(transport: Transport) -> None:
    reply = classify(transport, *(picture.content for picture in PICTURES))

    assert labels(reply) == [picture.label for picture in PICTURES]
    assert (reply.model, reply.model_version) == ("image-classification", "1.0")
    assert 0 < reply.timing.inference_time.ToNanoseconds() < 30e9
    for result in reply.results:
        probabilities = [one.probability for one in result.classification.classes]
        assert len(probabilities) == 5
        assert probabilities == sorted(probabilities, reverse=True)
        assert not result.classification.HasField("attention")


def test_a_form_is_answered_as_json_is(over_http: Http) -> None:
    images = [picture.content for picture in PICTURES[:3]]

    reply = post_form(over_http, *images, top_k="2", explain="true")

    by_form = json_format.Parse(reply.body, ClassifyImagesReply())
    by_json = classify(over_http, *images, top_k=2, explain=True)
    assert labels(by_form) == labels(by_json) == [picture.label for picture in PICTURES[:3]]
    for one in (*by_form.results, *by_json.results):
        assert len(one.classification.classes) == 2
        assert one.classification.attention.weights


def test_attention_is_a_map_over_the_image(transport: Transport) -> None:
    image = classify(transport, PHOTO.content, explain=True).results[0].classification

    looked = image.attention
    assert (image.width, image.height) == Image.open(io.BytesIO(PHOTO.content)).size
    assert len(looked.weights) == looked.rows * looked.columns > 1
    assert sum(looked.weights) == pytest.approx(1, abs=1e-3)
    assert 0 < looked.left + looked.width <= image.width
    assert 0 < looked.top + looked.height <= image.height


@pytest.mark.parametrize(
    ("form", "options"),
    [("PNG", {}), ("WEBP", {"quality": 95}), ("GIF", {}), ("BMP", {}), ("TIFF", {})],
)
def test_formats_other_than_jpeg_are_read(
    over_grpc: Grpc, form: str, options: dict[str, Any]
) -> None:
    photo = Image.open(io.BytesIO(PHOTO.content))

    reply = classify(over_grpc, encoded(photo, form, **options))

    assert PHOTO.label in [one.label for one in reply.results[0].classification.classes]


def test_bad_images_have_errors_in_their_places(transport: Transport) -> None:
    too_many_pixels = encoded(Image.new("L", (7000, 7000)), "PNG")
    bad = [b"no image", b"", PHOTO.content[:500], too_many_pixels]

    results = classify(transport, PHOTO.content, *bad, PHOTO.content).results

    assert [result.WhichOneof("outcome") for result in results] == [
        *("classification", "error", "error", "error", "error", "classification")
    ]
    messages = [result.error.message for result in results[1:5]]
    assert "no file of JPEG, PNG" in messages[0]
    assert messages[1:3] == ["the image is empty", "the image cannot be decoded"]
    assert "the limit is 40000000" in messages[3]
    for index, result in enumerate(results[1:5], start=1):
        assert f"images[{index}]" in json_format.MessageToJson(result)


def test_another_model_is_asked_by_name(transport: Transport) -> None:
    reply = classify(transport, PHOTO.content, model="clothing", top_k=10)

    assert reply.model == "clothing"
    classes = reply.results[0].classification.classes
    assert sum(one.probability for one in classes) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("request_", "reason", "field", "message"),
    [
        (ClassifyImagesRequest(), "INVALID_INPUT", "images", "there are no images"),
        (
            ClassifyImagesRequest(images=[b"x"] * 65),
            *("INPUT_TOO_LONG", "images", "there are 65 images; the limit is 64"),
        ),
        (
            ClassifyImagesRequest(images=[bytes(8 * 2**20 + 1)]),
            *("INPUT_TOO_LONG", "images[0]"),
            "the image has 8388609 bytes; the limit is 8388608",
        ),
        (
            ClassifyImagesRequest(images=[PHOTO.content] * 2, top_k=1001),
            *("INVALID_INPUT", "top_k", "top_k is 1001; the model has 1000 classes"),
        ),
        (
            ClassifyImagesRequest(images=[PHOTO.content], model="entities-en"),
            *("UNSUPPORTED", "model", "model entities-en does entities, not image_classification"),
        ),
    ],
)
def test_a_refusal_names_the_field_and_the_limit(
    transport: Transport, request_: ClassifyImagesRequest, reason: str, field: str, message: str
) -> None:
    failure = failure_of(transport, request_)

    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", reason)
    assert failure.violations == ((field, message),)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"images": ["a"]}', "images"),
        (b'{"images": [7]}', "images"),
        (b'{"images": "YWJj"}', "images"),
        (b'{"images": [], "top_k": -1}', "top_k"),
        (b'{"images": [], "explain": "yes"}', "explain"),
    ],
)
def test_json_that_carries_no_images_is_refused(over_http: Http, body: bytes, field: str) -> None:
    failure = http_failure(over_http.send("POST", PATH, body))

    assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", [field])


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"top_k": "many"}, "top_k"), ({"explain": "7"}, "explain"), ({"image": "x"}, "image")],
)
def test_a_form_with_a_wrong_field_is_refused(
    over_http: Http, fields: dict[str, str], field: str
) -> None:
    failure = http_failure(post_form(over_http, PHOTO.content, **fields))

    assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", [field])


def test_a_form_that_breaks_off_is_refused(over_http: Http) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}

    failure = http_failure(over_http.send("POST", PATH, b"--x\r\nnonsense", headers=headers))

    assert failure.message == "the body is not a valid multipart form"


def test_large_images_are_answered_while_others_call(over_grpc: Grpc, over_http: Http) -> None:
    noise = Image.effect_noise((2200, 2200), 90).convert("RGB")
    large = encoded(noise, "BMP")[: 8 * 2**20]
    photo = encoded(Image.effect_noise((1600, 1600), 90).convert("RGB"), "BMP")
    assert len(photo) > 7 * 2**20

    by_grpc = classify(over_grpc, photo, large, PHOTO.content, photo, photo)
    by_http = over_http.send(
        "POST", PATH, json.dumps({"images": [b64encode(photo).decode()] * 3}).encode()
    )

    assert [r.HasField("error") for r in by_grpc.results] == [False, True, False, False, False]
    assert by_grpc.results[2].classification.classes[0].label == PHOTO.label
    assert by_http.status == 200
    assert len(by_http.json["results"]) == 3
