"""Answers where no application has seen the request, or where it broke: problems, too."""

import logging

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from salience.errors import InternalError
from salience.gateway.call_context import REQUEST_ID_HEADER, request_id_of
from salience.gateway.event_stream import REQUEST_ID
from salience.gateway.http_refusal import not_http
from salience.gateway.problem_details import failure_response, problem_response
from salience.rpc_status import status_of

_LOG = logging.getLogger(__name__)


class HttpConnection(RequestHandler):
    """As aiohttp's own, which would answer with the line at fault, and log it."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The last response on the connection. Raises ConnectionError when one has begun."""
        request_id = request.get(REQUEST_ID) or request_id_of(None)
        if status < 500:
            response = failure_response(not_http(status))
        else:
            extra = {"request_id": request_id}
            _LOG.error("unexpected failure", exc_info=exc, extra=extra)
            response = problem_response(status_of(InternalError("internal error")))
        if request.writer.output_size:
            raise ConnectionError("a response has begun")
        response.headers[REQUEST_ID_HEADER] = request_id
        response.force_close()
        return response
