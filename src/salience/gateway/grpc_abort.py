"""A failed call over gRPC."""

from typing import Any, NoReturn

import grpc
from google.rpc.status_pb2 import Status

GRPC_STATUS: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}


async def abort(rpc: "grpc.aio.ServicerContext[Any, Any]", status: Status) -> NoReturn:
    """End the call with that status and its details.

    gRPC's own error and the call refer to each other, until they are found to be garbage. Where
    another error is handled, that would be kept as long, with the message that it is about.
    """
    details = ("grpc-status-details-bin", status.SerializeToString())
    metadata = (*rpc.trailing_metadata(), details)
    await rpc.abort(GRPC_STATUS[status.code], status.message, metadata)
