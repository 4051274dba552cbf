"""
A stricter WebSocket than the library's: every frame of a client must be masked, and the time of the last byte is known.

The library reads and answers the protocol; this room only looks at frame headers on their way to it (RFC 6455, 5.1 and
5.2). Nothing of what is inside the frames is seen here.
"""

import asyncio
import contextlib
from typing import Any, Final

from aiohttp import WebSocketError, WSCloseCode, web
from aiohttp.http import WebSocketWriter

LINGER_S: Final = 1.0


class HeaderWatch:
    """Stands before the library's parser and lets only masked frames through to it."""

    __slots__ = ("_head", "_queue", "_skip", "gone", "heard_at", "inner", "refused", "time")

    def __init__(self, inner: Any, queue: Any, time: Any) -> None:
        self.inner = inner
        self.time = time
        self.heard_at: float = time()
        self.refused = False
        self.gone = asyncio.Event()
        self._queue = queue
        self._skip = 0
        """Bytes of the present frame that are still to come."""
        self._head = b""
        """The begun header of a frame, when a packet ended inside it."""

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Pass bytes on; after an unmasked frame nothing is passed on any more and the reader is told why."""
        self.heard_at = self.time()
        if self.refused:
            return False, b""
        if self._all_masked(data):
            passed: tuple[bool, bytes] = self.inner.feed_data(data)
            return passed
        self.refused = True
        self._queue.set_exception(WebSocketError(WSCloseCode.PROTOCOL_ERROR, "frames of a client must be masked"))
        return False, b""

    def feed_eof(self) -> None:
        """The connection is over."""
        self.gone.set()
        self.inner.feed_eof()

    def _all_masked(self, data: bytes) -> bool:
        position, self._skip = self._skip, 0
        if self._head:
            position = 0
            data, self._head = self._head + data, b""
        end = len(data)
        while position < end:
            if end - position < 2:
                break
            second = data[position + 1]
            if second < 0x80:
                return False
            size = second & 0x7F
            if size < 126:
                position += 6 + size
                continue
            extended = 2 if size == 126 else 8
            if end - position < 2 + extended:
                break
            start = position + 2
            position = start + extended + 4 + int.from_bytes(data[start : start + extended])
        if position >= end:
            self._skip = position - end
        else:
            self._head = data[position:]
        return True


class StrictWebSocket(web.WebSocketResponse):
    """A WebSocket whose client must mask its frames. `watch` is there once it is prepared."""

    watch: HeaderWatch
    _lingers = False

    def transport(self) -> asyncio.Transport:
        """Where frames that are already built can be written; call it after `prepare`."""
        assert self._writer is not None
        return self._writer.transport

    async def linger(self) -> None:
        """
        Give a client that is still sending the time to find our close frame; call it when the socket is closed.

        Closing with bytes unread resets the connection, and the client never learns why it ended.
        """
        if self._lingers:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LINGER_S):
                    await self.watch.gone.wait()

    def _set_code_close_transport(self, code: WSCloseCode) -> None:
        transport = self.transport()
        if code == WSCloseCode.ABNORMAL_CLOSURE and transport.can_write_eof() and not transport.is_closing():
            # After a fault of the client the library would hang up at once; what still comes is read and dropped.
            self._close_code = code
            self._lingers = True
            transport.write_eof()
        else:
            super()._set_code_close_transport(code)

    def _post_start(self, request: web.BaseRequest, protocol: str | None, writer: WebSocketWriter) -> None:
        handler: Any = request.protocol
        # Bytes that came with the handshake are held back until the watch stands in front of the parser.
        early, handler._message_tail = handler._message_tail, b""
        super()._post_start(request, protocol, writer)
        assert self._loop is not None
        self.watch = HeaderWatch(handler._payload_parser, self._reader, self._loop.time)
        handler._payload_parser = self.watch
        if early:
            self.watch.feed_data(early)
