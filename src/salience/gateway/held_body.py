"""Counting the body of an HTTP request while it comes."""

from aiohttp import web

from salience.gateway.held_bytes import Hold
from salience.gateway.http_refusal import body_too_long


def hold_body(request: web.Request, hold: Hold) -> None:
    """Hold what has come of it. Raises Overloaded, or HttpRefusal when it is too long."""
    num_bytes = request.content.total_bytes
    if num_bytes > request.client_max_size:
        raise body_too_long(request)
    hold.grow_to(num_bytes)
