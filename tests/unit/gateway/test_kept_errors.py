"""Calls that failed: their errors, and so their messages, go without being searched for."""

import gc
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import grpc
import pytest

from salience.errors import ServingError
from salience.gateway.status_details import CallFailed
from salience.v1.open_inference.inference_pb2 import ModelInferRequest
from salience.v1.open_inference.inference_pb2_grpc import GRPCInferenceServiceStub
from tests.unit.gateway.harness import Harness, translate_body, translate_request, wait_until
from tests.unit.gateway.test_slow_peers import num_in_flight

FAILING: dict[str, Callable[[Harness], Any]] = {
    "a call over gRPC": lambda gateway: gateway.translate(""),
    "a stream over gRPC": lambda gateway: list(
        gateway.translation.TranslateStream(translate_request(""))
    ),
    "tensors over gRPC": lambda gateway: GRPCInferenceServiceStub(gateway.channel).ModelInfer(
        ModelInferRequest(model_name="translation-en-de")
    ),
    "a call over HTTP": lambda gateway: gateway.http("POST", "/v1/translate", translate_body("")),
    "JSON over HTTP": lambda gateway: gateway.http("POST", "/v1/translate", b"{"),
    "tensors over HTTP": lambda gateway: gateway.http(
        "POST", "/v2/models/translation-en-de/infer", b"{"
    ),
}


def errors() -> dict[int, Exception]:
    """All that there are; `isinstance` would ask objects, some of which warn."""
    kinds = (CallFailed, ServingError)
    return {id(one): one for one in gc.get_objects() if issubclass(type(one), kinds)}


@pytest.mark.parametrize("failing", FAILING)
def test_no_error_of_a_call_is_part_of_a_cycle(gateway: Harness, failing: str) -> None:
    gc.collect()
    of_others = errors()
    gc.disable()
    try:
        with suppress(grpc.RpcError):
            FAILING[failing](gateway)
        wait_until(lambda: num_in_flight(gateway) == 0)
        wait_until(lambda: errors().keys() <= of_others.keys())
    finally:
        gc.enable()
