"""
The opening handshake of a WebSocket, to the letter (RFC 6455, 4.2.1): whoever gets it wrong is answered in HTTP.

The library reads some of it leniently, and quotes in its errors what was sent. Who is let in is not decided here.
"""

import base64
import binascii
from typing import Final

from aiohttp import HttpVersion11, web

KEY_BYTES: Final = 16


def check_handshake(request: web.Request) -> None:
    """Raise the HTTP error that answers a request which is no proper handshake."""
    headers = request.headers
    if request.version < HttpVersion11:
        raise web.HTTPBadRequest(text="A WebSocket needs HTTP/1.1.")
    if "Content-Length" in headers or "Transfer-Encoding" in headers:
        raise web.HTTPBadRequest(text="A handshake has no body.")
    if _words(headers.getall("Upgrade", [])) != {"websocket"} or "upgrade" not in _words(
        headers.getall("Connection", [])
    ):
        raise web.HTTPUpgradeRequired(
            text="This address speaks WebSocket only.", headers={"Upgrade": "websocket", "Connection": "Upgrade"}
        )
    if headers.getall("Sec-WebSocket-Version", []) != ["13"]:
        raise web.HTTPBadRequest(text="WebSocket version 13 is needed.", headers={"Sec-WebSocket-Version": "13"})
    keys = headers.getall("Sec-WebSocket-Key", [])
    if len(keys) != 1 or not _is_key(keys[0]):
        raise web.HTTPBadRequest(text="Sec-WebSocket-Key must be 16 bytes in base64.")


def _words(values: list[str]) -> set[str]:
    return {word.strip().lower() for value in values for word in value.split(",")}


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):  # a ValueError: not ASCII
        return False
