"""A failed call over gRPC."""

from typing import Any, NoReturn

import grpc

from salience.gateway.status_details import CallFailed

GRPC_STATUS: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}


async def abort(rpc: "grpc.aio.ServicerContext[Any, Any]", failure: CallFailed) -> NoReturn:
    """End the call with the failure's status and its details."""
    status = failure.status
    details = ("grpc-status-details-bin", status.SerializeToString())
    metadata = (*rpc.trailing_metadata(), details)
    await rpc.abort(GRPC_STATUS[status.code], status.message, metadata)
