"""
How long a connection may take over its first request: the library waits for ever, which lets anybody fill the desk up.

Once a request has been read, the application's own deadlines hold. Nothing is read or written here.
"""

import asyncio
from typing import Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

FIRST_REQUEST_S: Final = 10.0


class _Patient(web.Server):
    """A server that gives up on connections that say nothing, or too little, for too long."""

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        asyncio.get_running_loop().call_later(FIRST_REQUEST_S, _give_up, handler, transport)


def _give_up(handler: RequestHandler, transport: asyncio.Transport) -> None:
    if handler._request_count == 0 and not transport.is_closing():
        transport.abort()


class PatientRunner(web.AppRunner):
    """Runs an application behind such a server."""

    async def _make_server(self) -> web.Server:
        server = await super()._make_server()
        server.__class__ = _Patient  # The application makes its server itself and takes no other class for it.
        return server
