"""The Open Inference Protocol: tensors in, tensors out, the same core between."""

import json
from base64 import b64encode
from typing import Any

import grpc
import pytest

from salience.gateway.open_inference.tensors import packed, unpacked
from salience.v1.open_inference.inference_pb2 import (
    InferParameter,
    ModelInferRequest,
    ModelMetadataRequest,
    ModelReadyRequest,
    ServerLiveRequest,
    ServerMetadataRequest,
    ServerReadyRequest,
)
from salience.v1.open_inference.inference_pb2_grpc import GRPCInferenceServiceStub
from tests.unit.gateway.fake_torchserve import NAMES
from tests.unit.gateway.harness import Harness

TRANSLATOR = "translation-en-de"
LANGUAGES = {"source_language": "en", "target_language": "de"}
INFER = f"/v2/models/{TRANSLATOR}/infer"


def over_grpc(gateway: Harness) -> Any:
    return GRPCInferenceServiceStub(gateway.channel)


def infer_request(*texts: bytes, raw: bool = False, **fields: Any) -> ModelInferRequest:
    request = ModelInferRequest(model_name=TRANSLATOR, **fields)
    tensor = request.inputs.add(name="texts", datatype="BYTES", shape=[len(texts)])
    if raw:
        request.raw_input_contents.append(packed(texts))
    else:
        tensor.contents.bytes_contents.extend(texts)
    return request


def infer_body(*texts: str, **fields: Any) -> dict[str, Any]:
    tensor = {"name": "texts", "shape": [len(texts)], "datatype": "BYTES", "data": texts}
    return {"inputs": [tensor], **fields}


def test_packing_is_undone_by_unpacking() -> None:
    assert unpacked(packed([b"", b"one", bytes(300)]), field="inputs[0]") == [
        b"",
        b"one",
        bytes(300),
    ]


def test_the_server_and_its_models_are_live_ready_and_described_over_grpc(
    gateway: Harness,
) -> None:
    stub = over_grpc(gateway)

    assert stub.ServerLive(ServerLiveRequest()).live
    assert stub.ServerReady(ServerReadyRequest()).ready
    assert all(stub.ModelReady(ModelReadyRequest(name=name)).ready for name in NAMES)
    assert "binary_tensor_data" in stub.ServerMetadata(ServerMetadataRequest()).extensions
    described = stub.ModelMetadata(ModelMetadataRequest(name=TRANSLATOR))
    assert [tensor.name for tensor in described.outputs] == ["results", "texts"]


def test_the_same_over_http(gateway: Harness) -> None:
    assert gateway.http("GET", "/v2").json["name"] == "salience"
    assert gateway.http("GET", "/v2/health/live").json == {"live": True}
    assert gateway.http("GET", "/v2/health/ready").json == {"ready": True}
    for path in (f"/v2/models/{TRANSLATOR}", f"/v2/models/{TRANSLATOR}/versions/1.0"):
        assert gateway.http("GET", f"{path}/ready").json == {"ready": True}
        [tensor] = gateway.http("GET", path).json["inputs"]
        assert tensor == {"name": "texts", "datatype": "BYTES", "shape": [-1]}


@pytest.mark.parametrize("raw", [True, False], ids=["raw", "contents"])
def test_texts_are_translated_over_grpc(gateway: Harness, raw: bool) -> None:
    parameters = {"beam_size": InferParameter(int64_param=3)}
    request = infer_request(b"one", b"poison", raw=raw, id="seven", parameters=parameters)

    reply = over_grpc(gateway).ModelInfer(request)

    assert (reply.id, reply.model_name, reply.model_version) == ("seven", TRANSLATOR, "1.0")
    names = [output.name for output in reply.outputs]
    contents = [
        unpacked(reply.raw_output_contents[i], field="") if raw else o.contents.bytes_contents
        for i, o in enumerate(reply.outputs)
    ]
    answers = {name: list(content) for name, content in zip(names, contents, strict=True)}
    assert answers["texts"] == [b"ONE", b""]
    assert json.loads(answers["results"][1])["error"]["message"] == "the text is poison"
    assert {row.request.beam_size for row in gateway.fake.seen} == {3}  # type: ignore[union-attr]


def test_texts_are_translated_over_http_as_json(gateway: Harness) -> None:
    body = infer_body("one", "two", id="seven", outputs=[{"name": "texts"}])

    reply = gateway.http("POST", INFER, body)

    assert reply.status == 200
    assert reply.json["id"] == "seven"
    assert reply.json["outputs"] == [
        {"name": "texts", "datatype": "BYTES", "shape": [2], "data": ["ONE", "TWO"]}
    ]


def test_data_nests_as_deep_as_its_shape_and_no_id_comes_back_that_was_not_sent(
    gateway: Harness,
) -> None:
    tensor = {"name": "texts", "shape": [1, 2, 1], "datatype": "BYTES"}
    body = {"inputs": [{**tensor, "data": [[["one"], ["two"]]]}], "outputs": [{"name": "texts"}]}

    reply = gateway.http("POST", INFER, body)

    assert reply.status == 200
    assert reply.json["outputs"][0]["data"] == ["ONE", "TWO"]
    assert "id" not in reply.json


def test_texts_are_translated_over_http_as_raw_bytes(gateway: Harness) -> None:
    raw = packed([b"one", "zwölf".encode()])
    tensor = {
        "name": "texts",
        "shape": [2, 1],
        "datatype": "BYTES",
        "parameters": {"binary_data_size": len(raw)},
    }
    output = {"name": "texts", "parameters": {"binary_data": True}}
    head = json.dumps({"inputs": [tensor], "outputs": [output]}).encode()

    reply = gateway.http(
        "POST", INFER, head + raw, headers={"Inference-Header-Content-Length": str(len(head))}
    )

    assert reply.status == 200
    length = int(reply.headers["inference-header-content-length"])
    [described] = json.loads(reply.body[:length])["outputs"]
    assert described["parameters"]["binary_data_size"] == len(reply.body) - length
    assert unpacked(reply.body[length:], field="") == [b"ONE", "ZWÖLF".encode()]


def test_images_in_json_are_base64(gateway: Harness) -> None:
    data = [b64encode(b"image").decode()]
    tensor = {"name": "images", "shape": [1], "datatype": "BYTES", "data": data}

    reply = gateway.http("POST", "/v2/models/image-classification/infer", {"inputs": [tensor]})

    assert reply.status == 200
    [result] = reply.json["outputs"][0]["data"]
    assert json.loads(result)["classification"]["classes"]


BAD_BODIES: dict[str, tuple[Any, str]] = {
    "no tensor": ({"inputs": []}, "inputs"),
    "inputs that are no list": ({"inputs": 1}, "inputs"),
    "no JSON": (b"{", ""),
    "another datatype": (
        {"inputs": [{"name": "texts", "shape": [1], "datatype": "FP32", "data": ["a"]}]},
        "inputs[0].datatype",
    ),
    "numbers": (
        {"inputs": [{"name": "texts", "shape": [1], "datatype": "BYTES", "data": [1]}]},
        "inputs[0].data",
    ),
    "a shape of more": (
        {"inputs": [{"name": "texts", "shape": [2], "datatype": "BYTES", "data": ["a"]}]},
        "inputs[0].shape",
    ),
    "bytes that are not there": (
        {
            "inputs": [
                {
                    "name": "texts",
                    "shape": [1],
                    "datatype": "BYTES",
                    "parameters": {"binary_data_size": 9},
                }
            ]
        },
        "inputs[0].parameters",
    ),
    "a field of no meaning": (infer_body("a", raw_input_contents=["YQ=="]), "raw_input_contents"),
    "an unknown parameter": (infer_body("a", parameters={"texts": "b"}), "parameters[texts]"),
    "a parameter of no kind": (
        infer_body("a", parameters={"beam_size": []}),
        "parameters[beam_size]",
    ),
    "a beam too wide": (infer_body("a", parameters={"beam_size": 99}), "beam_size"),
    "an unknown output": (infer_body("a", outputs=[{"name": "logits"}]), "outputs[0]"),
    "an empty text": (infer_body(""), "texts[0]"),
    "too many texts": (infer_body(*["a"] * 101), "texts"),
}


@pytest.mark.parametrize(("body", "field"), BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_bad_body_names_its_fault(gateway: Harness, body: Any, field: str) -> None:
    reply = gateway.http("POST", INFER, body)

    assert reply.status == 400
    assert reply.json["error"] == reply.json["detail"]
    assert [v["field"] for v in reply.json["violations"]] == ([field] if field else [])


def test_a_length_of_json_beyond_the_body_is_refused(gateway: Harness) -> None:
    for length in ("999999", "-1", "x"):
        headers = {"Inference-Header-Content-Length": length}
        assert gateway.http("POST", INFER, infer_body("a"), headers=headers).status == 400


@pytest.mark.parametrize("raw", [b"\1", b"\x09\0\0\0abc", b"\xff\xff\xff\xffa"])
def test_broken_raw_bytes_are_refused_over_grpc(gateway: Harness, raw: bytes) -> None:
    request = infer_request(b"a", raw=True)
    request.raw_input_contents[0] = raw

    with pytest.raises(grpc.RpcError) as refusal:
        over_grpc(gateway).ModelInfer(request)

    assert refusal.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_model_or_version_that_is_not_there_is_not_found(gateway: Harness) -> None:
    for path in ("/v2/models/absent", f"/v2/models/{TRANSLATOR}/versions/9"):
        for reply in (
            gateway.http("GET", path),
            gateway.http("GET", f"{path}/ready"),
            gateway.http("POST", f"{path}/infer", infer_body("a")),
        ):
            assert reply.status == 404
            assert reply.json["error"]


def test_inferences_are_counted(gateway: Harness) -> None:
    gateway.http("POST", INFER, infer_body("a"))

    assert f'method="ModelInfer",model="{TRANSLATOR}",protocol="http"' in gateway.metrics()
