"""
A stricter WebSocket than the library's: what RFC 6455 forbids a client ends its connection, with the standard's code.

The library reads and answers the protocol and finds most faults; this room looks at frame headers on their way there,
finds those that the library lets pass (5.1, 5.2, 5.4, 7.4), and keeps count where the standard sets no bound: of the
frames of one message, of control frames, and of the time since a message began. Nothing of what is inside the frames is
seen here.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Final, cast

from aiohttp import WebSocketError, WSCloseCode, WSMsgType, web
from aiohttp.http import WebSocketWriter, WSMessageNoDecodeText

from router.service.turns import Turns

LINGER_S: Final = 1.0
MOST_PIECES: Final = 256
"""Frames that one message may come in; browsers send one, and empty ones cost us work for nothing."""
MOST_CONTROLS: Final = 100
"""Control frames that a client may send in a second; a usual one sends a ping now and then."""
TOO_MANY: Final = 4429

_FINAL_TEXT: Final = 0x81
_CLOSE: Final = 8
_Fault = tuple[int, str]


class HeaderWatch:
    """Stands before the library's parser and lets only frames through to it that are in order."""

    __slots__ = (
        "_closed", "_controls", "_counted_at", "_head", "_pieces", "_queue", "_skip", "begun_at", "gone", "heard_at",
        "inner", "refused", "time",
    )  # fmt: skip

    def __init__(self, inner: Any, queue: Any, time: Callable[[], float]) -> None:
        self.inner = inner
        self.time = time
        self.heard_at = time()
        self.begun_at = 0.0
        """Since when a message is unfinished; 0 between messages."""
        self.refused = False
        self.gone = asyncio.Event()
        self._queue = queue
        self._skip = 0
        """Bytes of the present frame that are still to come."""
        self._head = b""
        """The begun header of a frame, when a packet ended inside it."""
        self._pieces = 0
        """Frames so far of a message that is not finished."""
        self._closed = False
        """Whether the client's close frame was seen; what follows one is of no account."""
        self._controls = 0
        self._counted_at = 0.0

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Pass bytes on; from the first frame at fault on nothing is passed any more, and the reader is told why."""
        self.heard_at = self.time()
        if self.refused:
            return False, b""
        good, fault = self._look_at(data)
        if fault is None:
            passed: tuple[bool, bytes] = self.inner.feed_data(data)
            return passed
        self.refused = True
        self.inner.feed_data(data[: max(0, good)])  # below 0: its first bytes came with earlier ones
        self._queue.set_exception(WebSocketError(*fault))
        return False, b""

    def feed_eof(self) -> None:
        """The connection is over."""
        self.gone.set()
        self.inner.feed_eof()

    def _look_at(self, data: bytes) -> tuple[int, _Fault | None]:
        """Find the first frame at fault: how many of these bytes come before it, and what is wrong with it."""
        position, self._skip = self._skip, 0
        held = len(self._head)
        if held:
            position = 0
            data, self._head = self._head + data, b""
        end, pieces = len(data), self._pieces
        if self._closed:
            return end, None
        began = -1  # where the latest message began
        while end - position >= 2:
            first, second = data[position], data[position + 1]
            if second < 0x80:
                return position - held, (WSCloseCode.PROTOCOL_ERROR, "frames of a client must be masked")
            size = second & 0x7F
            start = position + 6
            if size >= 126:
                extended = 2 if size == 126 else 8
                start += extended
                if start - 4 > end:
                    break
                size = int.from_bytes(data[position + 2 : start - 4])
                if size < (126 if extended == 2 else 65_536) or size >> 63:
                    return position - held, (WSCloseCode.PROTOCOL_ERROR, "a length must be in its shortest form")
            if not pieces:
                began = position
            # Nearly every frame is a whole text; only others need a closer look.
            if first != _FINAL_TEXT or pieces:
                fault = self._wrong(first)
                if fault is not None:
                    return position - held, fault
                if first & 0x0F == _CLOSE:
                    return end, None
                pieces = self._pieces
            position = start + size
        if position == end and not pieces:
            self.begun_at = 0.0
            return end, None
        if position < end:
            self._head = data[position:]
            if not pieces:
                began = position
        else:
            self._skip = position - end
        # A message that began with these bytes has the time from now on, an older one has what is left of its own.
        if began >= held or not self.begun_at:
            self.begun_at = self.heard_at
        return end, None

    def _wrong(self, first: int) -> _Fault | None:
        """What is wrong with a frame that is not a plain whole text, by its first byte; the rest the library finds."""
        opcode = first & 0x0F
        if opcode >= _CLOSE:
            return self._count_control(opcode)
        if opcode:
            if self._pieces:
                return WSCloseCode.PROTOCOL_ERROR, "a message begins inside another one"
            self._pieces = 0 if first & 0x80 else 1
        elif not self._pieces:
            return WSCloseCode.PROTOCOL_ERROR, "there is no message to continue"
        else:
            self._pieces += 1
            if self._pieces > MOST_PIECES:
                return WSCloseCode.MESSAGE_TOO_BIG, "a message in too many frames"
            if first & 0x80:
                self._pieces = 0
        return None

    def _count_control(self, opcode: int) -> _Fault | None:
        self._closed = opcode == _CLOSE
        if self.heard_at - self._counted_at >= 1:
            self._counted_at = self.heard_at
            self._controls = 0
        self._controls += 1
        return (TOO_MANY, "too many control frames") if self._controls > MOST_CONTROLS else None


def may_be_sent(code: int) -> bool:
    """Whether a close frame may carry this code (RFC 6455, 7.4, and the registry it founded)."""
    return (1000 <= code <= 1014 and code not in (1004, 1005, 1006)) or 3000 <= code <= 4999


class StrictWebSocket(web.WebSocketResponse):
    """A WebSocket whose client must keep to the standard. `watch` is there once it is prepared."""

    watch: HeaderWatch
    _lingers = False
    _echo = int(WSCloseCode.OK)
    """The code of our close frame when the client closed first: the client's own, unless it may not be sent."""

    def transport(self) -> asyncio.Transport:
        """Where frames that are already built can be written; call it after `prepare`."""
        assert self._writer is not None
        return self._writer.transport

    async def next(self, turns: Turns) -> WSMessageNoDecodeText:
        """
        What `receive` returns, when this connection's turn has come.

        A text that is here already belongs to the same turn, and is taken without the library's detours.
        """
        reader = self._reader
        if reader is not None and not (self._closing or self._closed):
            waiting = reader._buffer
            if waiting and waiting[0][0].type is WSMsgType.TEXT:
                return await reader.read()
        message = cast(WSMessageNoDecodeText, await self.receive())
        await turns.come()
        return message

    async def linger(self) -> None:
        """
        Give a client that is still sending the time to find our close frame; call it when the socket is closed.

        Closing with bytes unread resets the connection, and the client never learns why it ended.
        """
        if self._lingers:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LINGER_S):
                    await self.watch.gone.wait()

    async def close(self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = True) -> bool:
        """Close the connection; a client that closed it is answered with its own code."""
        return await super().close(code=self._echo if self._closing else code, message=message, drain=drain)

    def _set_closing(self, code: WSCloseCode) -> None:
        super()._set_closing(code)
        if code:  # a close frame need not carry one
            self._echo = code if may_be_sent(code) else WSCloseCode.PROTOCOL_ERROR

    def _set_code_close_transport(self, code: WSCloseCode) -> None:
        transport = self.transport()
        if code == WSCloseCode.ABNORMAL_CLOSURE and transport.can_write_eof() and not transport.is_closing():
            # After a fault of the client the library would hang up at once; what still comes is read and dropped.
            self._close_code = code
            self._lingers = True
            with contextlib.suppress(OSError):  # it is gone already, and nobody has told us yet
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
