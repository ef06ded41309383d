"""What an HTTP request carries: JSON, a form with files, or the parameters of its address."""

import asyncio
import json
from functools import partial

from aiohttp import web
from google.protobuf.message import Message

from salience.gateway.content_types import FORM
from salience.gateway.core import Parse
from salience.gateway.form_data import Form, from_form, read_form
from salience.gateway.json_form import from_json
from salience.gateway.methods import Method

LONG_BODY = 2**20


def announced_bytes(request: web.Request) -> int:
    """The length of the body; as long as may be when it is not told."""
    if request.content_length is not None:
        return min(request.content_length, request.client_max_size)
    return request.client_max_size if request.body_exists else 0


async def parser(request: web.Request, method: Method) -> Parse:
    """Read the request to its end; the result makes the message of it, or raises InvalidInput."""
    if method.http_verb != "POST":
        parameters = json.dumps({**request.query, **request.match_info}).encode()
        return partial(_from_json, method.request_type, parameters)
    if request.content_type not in method.content_types:
        accepted = " or ".join(method.content_types)
        raise web.HTTPUnsupportedMediaType(text=f"the content type is not {accepted}")
    if request.content_type == FORM:
        _refuse_when_too_long(request)
        return partial(_from_form, method.request_type, await read_form(request))
    return partial(_from_json, method.request_type, await read_body(request))


async def read_body(request: web.Request) -> bytes:
    """All of the body, unless it is too long."""
    _refuse_when_too_long(request)
    return await request.read()


async def _from_json(message_type: type[Message], body: bytes) -> Message:
    """A long body, of images in Base64, takes half a second: not one of the event loop's."""
    if len(body) < LONG_BODY:
        return from_json(message_type, body)
    return await asyncio.to_thread(from_json, message_type, body)


async def _from_form(message_type: type[Message], form: Form) -> Message:
    return from_form(message_type, form)


def _refuse_when_too_long(request: web.Request) -> None:
    """Before anything is read; a body that does not say its length is counted as it comes."""
    if (request.content_length or 0) > request.client_max_size:
        raise web.HTTPRequestEntityTooLarge(request.client_max_size)
