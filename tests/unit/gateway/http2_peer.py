"""A gRPC client that lets the server send nothing of a reply: its window stays closed."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _SETTINGS, _WINDOW_UPDATE = 0, 1, 4, 8
_END_STREAM, _END_HEADERS = 1, 4
_INITIAL_WINDOW_SIZE = 4
_ENOUGH_FOR_FRAMES = 2**20


@contextmanager
def call_that_reads_nothing(port: int, method: str, request: bytes) -> Iterator[socket.socket]:
    """The connection of a call of `/service/method`."""
    headers = {
        ":method": "POST",
        ":scheme": "http",
        ":path": method,
        ":authority": "x",
        "content-type": "application/grpc",
        "te": "trailers",
    }
    with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
        closed = struct.pack(">HI", _INITIAL_WINDOW_SIZE, 0)
        peer.sendall(_PREFACE + _frame(_SETTINGS, closed))
        peer.sendall(_frame(_WINDOW_UPDATE, struct.pack(">I", _ENOUGH_FOR_FRAMES)))
        block = b"".join(_literal(*pair) for pair in headers.items())
        peer.sendall(_frame(_HEADERS, block, flags=_END_HEADERS, stream=1))
        message = b"\0" + struct.pack(">I", len(request)) + request
        peer.sendall(_frame(_DATA, message, flags=_END_STREAM, stream=1))
        yield peer


def _frame(kind: int, payload: bytes, *, flags: int = 0, stream: int = 0) -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def _literal(name: str, value: str) -> bytes:
    """A header as HPACK has it that is in no table; both shorter than 127 bytes."""
    return b"\0" + b"".join(bytes([len(part)]) + part.encode() for part in (name, value))
