"""Connections on which a request begins, and nothing follows."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.faults.cell import Cell

NUM_CONNECTIONS = 50
PORTS = {"grpc": "GRPC_PORT", "http": "HTTP_PORT"}
BEGINNINGS = {
    "grpc": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00",
    "http": b"POST /v1/translate HTTP/1.1\r\nHost: x\r\n",
}


def is_let_go(peer: socket.socket, seconds: float) -> bool:
    """Whether the connection is closed within the time, without a word."""
    peer.settimeout(seconds)
    try:
        return peer.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


@contextmanager
def silent_connections(cell: Cell) -> Iterator[list[socket.socket]]:
    """Many of them over the cell's protocol, open until the end of the block."""
    address = ("127.0.0.1", cell.service.ports[PORTS[cell.transport.name]])
    with ExitStack() as open_ones:
        peers = [
            open_ones.enter_context(socket.create_connection(address, timeout=10))
            for _ in range(NUM_CONNECTIONS)
        ]
        for peer in peers:
            peer.sendall(BEGINNINGS[cell.transport.name])
        yield peers
