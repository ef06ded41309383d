"""Ending gRPC connections whose peer does not read the reply to a call that is over.

gRPC's server in Python cannot end such a call by itself, and would keep its reply for as long
as the connection lives. What it can be made to see is that the connection has ended.
"""

import asyncio
import logging
import os
import socket
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import grpc

_LOG = logging.getLogger(__name__)
_OPEN_FILES = Path("/proc/self/fd")


class Peer(NamedTuple):
    """The other end of a connection."""

    host: str
    port: int

    @classmethod
    def named(cls, name: str) -> "Peer":
        """As gRPC writes it: `ipv4:127.0.0.1:4711`, `ipv6:[::1]:4711`."""
        host, _, port = unquote(name).partition(":")[2].rpartition(":")
        return cls.at(host.strip("[]"), int(port))

    @classmethod
    def at(cls, host: str, port: int) -> "Peer":
        """An IPv4 address in the clothes of IPv6 is one of IPv4."""
        address = ip_address(host.partition("%")[0])
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return cls(str(mapped or address), port)


def must_read_until(moment: float, rpc: "grpc.aio.ServicerContext[Any, Any]") -> None:
    """End the connection of a call that is not over by then, its reply read; in loop time."""

    def end() -> None:
        _LOG.warning("a peer over gRPC does not read its reply: its connection is ended")
        shut_down(Peer.named(rpc.peer()))

    timer = asyncio.get_running_loop().call_at(moment, end)
    rpc.add_done_callback(lambda _: timer.cancel())  # type: ignore[arg-type]  # a Protocol


def shut_down(peer: Peer) -> None:
    """End the connection of this process to that peer; of no other."""
    for number in _open_sockets():
        with suppress(OSError), socket.socket(fileno=os.dup(number)) as connection:
            if _peer_of(connection) == peer:
                connection.shutdown(socket.SHUT_RDWR)


def _open_sockets() -> list[int]:
    """Files that are none are not taken for one: a copy of theirs would stay open."""
    names: dict[int, str] = {}
    for file in _OPEN_FILES.iterdir():
        with suppress(OSError):
            names[int(file.name)] = str(file.readlink())
    return [number for number, name in names.items() if name.startswith("socket:")]


def _peer_of(connection: socket.socket) -> Peer | None:
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    return Peer.at(*connection.getpeername()[:2])
