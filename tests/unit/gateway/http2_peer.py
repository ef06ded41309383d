"""gRPC clients that let the server send nothing of a reply, or send half of a message."""

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
    """The connection of a call of `/service/method`: its window stays closed."""
    closed = struct.pack(">HI", _INITIAL_WINDOW_SIZE, 0)
    with _call(port, method, settings=closed) as peer:
        message = b"\0" + struct.pack(">I", len(request)) + request
        peer.sendall(_frame(_DATA, message, flags=_END_STREAM, stream=1))
        yield peer


@contextmanager
def call_half_sent(port: int, method: str, announced_bytes: int = 2**20) -> Iterator[socket.socket]:
    """The connection of a call whose message ends after a byte of those that it announces."""
    with _call(port, method) as peer:
        beginning = b"\0" + struct.pack(">I", announced_bytes) + b"\n"
        peer.sendall(_frame(_DATA, beginning, stream=1))
        yield peer


@contextmanager
def _call(port: int, method: str, *, settings: bytes = b"") -> Iterator[socket.socket]:
    headers = {
        ":method": "POST",
        ":scheme": "http",
        ":path": method,
        ":authority": "x",
        "content-type": "application/grpc",
        "te": "trailers",
    }
    with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
        peer.sendall(_PREFACE + _frame(_SETTINGS, settings))
        peer.sendall(_frame(_WINDOW_UPDATE, struct.pack(">I", _ENOUGH_FOR_FRAMES)))
        block = b"".join(_literal(*pair) for pair in headers.items())
        peer.sendall(_frame(_HEADERS, block, flags=_END_HEADERS, stream=1))
        yield peer


def _frame(kind: int, payload: bytes, *, flags: int = 0, stream: int = 0) -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def _literal(name: str, value: str) -> bytes:
    """A header as HPACK has it that is in no table; both shorter than 127 bytes."""
    return b"\0" + b"".join(bytes([len(part)]) + part.encode() for part in (name, value))
