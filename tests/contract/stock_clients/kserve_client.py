"""`kserve_client.py HTTP_PORT GRPC_PORT`: what KServe's client gets over both protocols, as JSON.

Runs in an environment of its own, without the package: the client needs an older protobuf.
"""

import asyncio
import json
import sys
from typing import Any

import numpy
from kserve import InferenceGRPCClient, InferenceRESTClient, RESTConfig
from kserve.protocol.infer_type import InferInput, InferRequest

TRANSLATOR = "translation-en-de"


def request() -> InferRequest:
    texts = numpy.array([b"one", "zwölf".encode()], dtype=object)
    tensor = InferInput("texts", [len(texts)], "BYTES")
    tensor.set_data_from_numpy(texts)
    return InferRequest(TRANSLATOR, [tensor])


def texts_of(response: Any) -> list[str]:
    [output] = [output for output in response.outputs if output.name == "texts"]
    return [text if isinstance(text, str) else text.decode() for text in output.as_numpy()]


async def main() -> None:
    http_port, grpc_port = sys.argv[1:]
    url = f"http://127.0.0.1:{http_port}"
    http = InferenceRESTClient(RESTConfig(protocol="v2"))
    grpc = InferenceGRPCClient(f"127.0.0.1:{grpc_port}")
    answers = {
        "http": {
            "live": await http.is_server_live(url),
            "ready": await http.is_server_ready(url),
            "model_ready": await http.is_model_ready(url, TRANSLATOR),
            "texts": texts_of(await http.infer(url, request(), model_name=TRANSLATOR)),
        },
        "grpc": {
            "live": await grpc.is_server_live(),
            "ready": await grpc.is_server_ready(),
            "model_ready": await grpc.is_model_ready(TRANSLATOR),
            "texts": texts_of(await grpc.infer(request())),
        },
    }
    await http.close()
    await grpc.close()
    print(json.dumps(answers, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    asyncio.run(main())
