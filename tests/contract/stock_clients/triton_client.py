"""`triton_client.py HTTP_PORT GRPC_PORT`: what NVIDIA's client gets over both protocols, as JSON.

Runs in an environment of its own, without the package: the client needs an older protobuf.
"""

import json
import sys
from typing import Any

import numpy
import tritonclient.grpc
import tritonclient.http
from tritonclient.utils import InferenceServerException

TRANSLATOR, CLASSIFIER = "translation-en-de", "image-classification"


def asked(module: Any, client: Any) -> dict[str, Any]:
    """The answers to one call of every kind."""
    translated = infer(module, client, TRANSLATOR, "texts", [b"one", "zwölf".encode()])
    classified = infer(module, client, CLASSIFIER, "images", [b"\x89PNG\0\xff"])
    return {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model_ready": client.is_model_ready(TRANSLATOR),
        "texts": [text.decode() for text in translated.as_numpy("texts")],
        "results": len(translated.as_numpy("results")),
        "classes": len(json.loads(classified.as_numpy("results")[0])["classification"]["classes"]),
        "refusal": refusal(module, client, [b""]),
        "unknown": refusal(module, client, [b"one"], model="nobody"),
    }


def infer(module: Any, client: Any, model: str, name: str, items: list[bytes]) -> Any:
    tensor = module.InferInput(name, [len(items)], "BYTES")
    tensor.set_data_from_numpy(numpy.array(items, dtype=object))
    return client.infer(model, [tensor])


def refusal(module: Any, client: Any, items: list[bytes], model: str = TRANSLATOR) -> str:
    try:
        infer(module, client, model, "texts", items)
    except InferenceServerException as error:
        return str(error.message())
    return ""


def main() -> None:
    http_port, grpc_port = sys.argv[1:]
    http = tritonclient.http.InferenceServerClient(f"127.0.0.1:{http_port}")
    grpc = tritonclient.grpc.InferenceServerClient(f"127.0.0.1:{grpc_port}")
    described = grpc.get_model_metadata(TRANSLATOR, as_json=True)
    answers = {
        "http": asked(tritonclient.http, http),
        "grpc": asked(tritonclient.grpc, grpc),
        "inputs": {
            "http": [tensor["name"] for tensor in http.get_model_metadata(TRANSLATOR)["inputs"]],
            "grpc": [tensor["name"] for tensor in described["inputs"]],
        },
    }
    http.close()
    grpc.close()
    print(json.dumps(answers, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
