"""Hosts to listen on, and how they are written with a port."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether this machine alone reaches a host; a name other than localhost may lead anywhere."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_ipv6(host: str) -> bool:
    """Whether it is an address of version 6: no other host has colons."""
    return ":" in host


def with_port(host: str, port: int) -> str:
    """As it is written in an URL: `127.0.0.1:8000`, `[::1]:8000`."""
    return f"[{host}]:{port}" if is_ipv6(host) else f"{host}:{port}"
