"""
The library's HTTP server with an end to its patience, and with errors that tell nothing about the inside.

It would wait for ever for a first request or for the rest of a body, keep idle connections for an hour, unpack what is
sent to it packed, and quote in its errors what its parser was reading. Once a WebSocket is open, the connection's own
deadlines hold. No request is answered here but one that cannot be read.
"""

import asyncio
from http import HTTPStatus
from typing import Any, Final

import structlog
from aiohttp import StreamReader, web
from aiohttp.web_protocol import RequestHandler

FIRST_REQUEST_S: Final = 10.0
"""From the connection to the end of its first request's head."""
BODY_S: Final = 10.0
"""From a request's head to the end of its body."""
IDLE_S: Final = 75.0
"""From an answer to the end of the next request's head; longer than a usual proxy keeps a connection."""
LINGER_S: Final = 2.0
"""So long the rest of a body that nobody wanted is read and dropped before the connection is closed."""

log = structlog.get_logger(__name__)


class _Terse(RequestHandler):
    """One connection, whose errors name the fault's kind and nothing else."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer a request that could not be read, or whose handler failed, and close the connection."""
        if status < 500:
            # Anybody may cause these, as many as they like: that must not fill the log.
            log.debug("request cannot be read", kind=type(exc).__name__)
        else:
            log.error("request failed", path=request.path, exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("an answer is on its way already")
        answer = web.Response(status=status, text=f"{HTTPStatus(status).phrase}.\n", headers={"Server": "ringback"})
        answer.force_close()
        return answer


class _Patient(web.Server):
    """A server that gives up on connections that say nothing, or too little, for too long."""

    def __call__(self) -> RequestHandler:
        return _Terse(self, loop=self._loop, **self._kwargs)

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        asyncio.get_running_loop().call_later(FIRST_REQUEST_S, _give_up, handler, transport)


def _give_up(handler: RequestHandler, transport: asyncio.Transport) -> None:
    if handler._request_count == 0 and not transport.is_closing():
        transport.abort()


class PatientRunner(web.AppRunner):
    """Runs an application behind such a server."""

    def __init__(self, app: web.Application, **settings: Any) -> None:
        settings = {"keepalive_timeout": IDLE_S, "lingering_time": LINGER_S, "auto_decompress": False, **settings}
        super().__init__(app, **settings)

    async def _make_server(self) -> web.Server:
        server = await super()._make_server()
        server.__class__ = _Patient  # The application makes its server itself and takes no other class for it.
        make_request = server.request_factory

        def with_deadline(
            message: Any, payload: StreamReader, protocol: RequestHandler, writer: Any, task: "asyncio.Task[None]"
        ) -> web.BaseRequest:
            if not payload.is_eof():
                asyncio.get_running_loop().call_later(BODY_S, _give_up_body, payload, protocol)
            return make_request(message, payload, protocol, writer, task)

        server.request_factory = with_deadline
        return server


def _give_up_body(payload: StreamReader, handler: RequestHandler) -> None:
    if not payload.is_eof() and payload.exception() is None and handler.transport is not None:
        handler.transport.abort()
