"""
One client's socket: who it is, what it may send how fast, and what is on its way to it.

Reading stops while the client has too many operations unanswered or sends too fast; writing never waits. What frames
mean is the gateway's affair.
"""

import asyncio
from typing import Final, Protocol

import structlog
from aiohttp import WSMsgType
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import WSMessageNoDecodeText

from router.core.ids import SessionId
from router.service.auth import Person
from router.service.limits import Limits, Pace
from router.service.outbox import WINDOW_BYTES, Outbox, text_frames
from router.service.strict import StrictWebSocket
from router.service.turns import Turns
from router.wire.frames import (
    BEFORE,
    HELLO,
    MAX_WIDGET_FRAME,
    Auth,
    Beat,
    ClientFrame,
    FrameError,
    Look,
    Numbered,
    Operation,
    decode_frame,
)

log = structlog.get_logger(__name__)

MALFORMED: Final = 4400
UNKNOWN_PERSON: Final = 4401
FORBIDDEN: Final = 4403
SILENT: Final = 4408
SUPERSEDED: Final = 4409
OUTDATED: Final = 4426
TOO_MANY: Final = 4429
TOO_SLOW: Final = 4430
INTERNAL: Final = 4500
RESTART: Final = 1012
TOO_BIG: Final = 1009
BAD_TEXT: Final = 1007
"""Close codes; the reference says what a client does on each."""

_PING: Final = b"\x89\x00"


class Server(Protocol):
    """Whom a connection belongs to."""

    limits: Limits
    turns: Turns

    async def greet(self, connection: "Connection", auth: Auth) -> None:
        """Find out who it is and bind a session, or close the connection."""
        ...

    def operate(self, connection: "Connection", operation: Operation) -> None:
        """Do what a client asks."""
        ...

    def beat(self, connection: "Connection") -> None:
        """Answer a sign of life."""
        ...

    def look(self, connection: "Connection", look: Look) -> None:
        """Show a client what it wants to see."""
        ...


class Connection:
    """
    A socket and its person. `number` counts the connections of this life of the node, `protocol` is what was agreed on.
    """

    def __init__(
        self, server: Server, number: int, socket: StrictWebSocket, writer: AbstractStreamWriter, protocol: str
    ) -> None:
        self.number = number
        self.protocol = protocol
        self.address = ""
        """From where it comes, as long as it counts there."""
        self.person: Person | None = None
        self.expires_at = 0.0
        """When the token ends by which this person came in, loop time; 0 before."""
        self.session_id: SessionId | None = None
        self.outbox = Outbox()
        self.unanswered = 0
        self.closing = False
        self.flush_asked = False
        """Whether this connection's outbox is going to be written at the end of this turn of the loop."""
        self.pinged = False
        self._server = server
        self._limits = server.limits
        self._turns = server.turns
        self._socket = socket
        self._writer = writer
        transport = socket.transport()
        transport.set_write_buffer_limits(high=WINDOW_BYTES // 2)
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._room: asyncio.Future[None] | None = None
        self._pace = self._pace_of_person()
        self._pump: asyncio.Task[None] | None = None
        self._closer: asyncio.Task[None] | None = None

    @property
    def heard_at(self) -> float:
        """When the last byte came, loop time."""
        return self._socket.watch.heard_at

    # --- reading

    async def run(self) -> None:
        """Serve the client until the socket is closed."""
        if self.protocol in HELLO:
            self.control(HELLO[self.protocol])
        else:
            self.close(OUTDATED, "this version of the protocol is not spoken here; reload")
        try:
            if await self._authenticate():
                pace = self._pace = self._pace_of_person()
                while (frame := self._read(await self._socket.next(self._turns))) is not None:
                    if frame.__class__ is not Beat:
                        pace.left -= 1
                    if pace.left < 0 or self.unanswered >= self._limits.unanswered:
                        await self._hold_back(frame)
                    if not self.closing:
                        self._take(frame)
        except FrameError as error:
            self.close(MALFORMED, str(error))
        except Exception:
            log.exception("connection failed", connection=self.number)
            self.close(INTERNAL, "internal error")
        finally:
            self.closing = True
            if self._pump is not None:
                self._pump.cancel()
            if self._closer is not None:
                await asyncio.wait({self._closer})

    async def _authenticate(self) -> bool:
        try:
            async with asyncio.timeout(self._limits.auth_s):
                frame = self._read(await self._socket.next(self._turns))
        except TimeoutError:
            self.close(SILENT, "no auth in time")
            return False
        if frame is None:
            return False
        if not isinstance(frame, Auth):
            self.close(MALFORMED, "the first frame must be auth")
            return False
        if frame.resume and self.protocol == BEFORE:
            self.close(MALFORMED, "auth.resume is not of this version")
            return False
        await self._server.greet(self, frame)
        return not self.closing

    def _read(self, message: WSMessageNoDecodeText) -> ClientFrame | None:
        """The frame in a message; None when there is none, and then the connection ends."""
        if message.type is not WSMsgType.TEXT:
            if message.type is WSMsgType.BINARY:
                self.close(MALFORMED, "frames are text")
            return None
        data: bytes = message.data
        if len(data) > MAX_WIDGET_FRAME and (self.person is None or self.person.role == "asc"):
            self.close(TOO_BIG, "frame too big")
            return None
        try:
            return None if self.closing else decode_frame(data)
        except FrameError:
            if is_text(data):
                raise
            self.close(BAD_TEXT, "the text is not UTF-8")
            return None

    async def _hold_back(self, frame: ClientFrame) -> None:
        """Read nothing more before an operation has room and the client may send again."""
        if self.unanswered >= self._limits.unanswered and isinstance(frame, Numbered):
            self._room = self._loop.create_future()
            try:
                await self._room
            finally:
                self._room = None
        if self._pace.left < 0:
            if self._pace.held_s(self._loop.time()) > self._limits.throttled_s:
                self.close(TOO_MANY, "too many operations")
            else:
                await asyncio.sleep(self._pace.wait_s())

    def _take(self, frame: ClientFrame) -> None:
        if isinstance(frame, Numbered):
            self._server.operate(self, frame)
        elif isinstance(frame, Beat):
            self._server.beat(self)
        elif isinstance(frame, Look):
            self._server.look(self, frame)
        else:
            self.close(MALFORMED, "auth comes once")

    def answered(self) -> None:
        """One operation less is unanswered."""
        self.unanswered -= 1
        if self._room is not None and not self._room.done():
            self._room.set_result(None)

    def _pace_of_person(self) -> Pace:
        limits, now = self._limits, self._loop.time()
        if self.person is None or self.person.role == "asc":
            return Pace(limits.asc_rate, limits.asc_burst, now)
        return Pace(limits.agent_rate, limits.agent_burst, now)

    # --- writing

    def control(self, frame: bytes) -> None:
        """Send a frame that may overtake all others."""
        if not self.closing:
            self.outbox.control(frame)
            if not self.flush_asked:
                self._turns.to_flush(self)

    def stream(self, frame: bytes) -> None:
        """Send a frame that keeps its place among the stream frames."""
        if not self.closing:
            self.outbox.stream(frame)
            if not self.flush_asked:
                self._turns.to_flush(self)

    def state(self, name: str, frame: bytes) -> None:
        """Send the latest of something; what of it still waits is dropped."""
        if not self.closing:
            self.outbox.state(name, frame)
            if not self.flush_asked:
                self._turns.to_flush(self)

    def flush(self) -> None:
        """Write what waits, as far as the client keeps up; the gateway calls this once per turn of the loop."""
        self.flush_asked = False
        if self.closing:
            return
        self._write()
        if not self.outbox.frames:
            self.outbox.waiting_since = 0.0
            return
        if not self.outbox.waiting_since:
            self.outbox.waiting_since = self._loop.time()
        if self._pump is None:
            self._pump = asyncio.create_task(self._keep_writing())
        self.look_for_slowness()

    def _write(self) -> None:
        room = WINDOW_BYTES - self._transport.get_write_buffer_size()
        if room > 0 and not self._transport.is_closing():
            self._transport.write(text_frames(self.outbox.take(room)))

    def look_for_slowness(self) -> None:
        """Cut off a client that leaves too much unread."""
        if not self.closing and self.outbox.is_too_much(self._loop.time()):
            self.close(TOO_SLOW, "reads too slowly")

    def look_for_expiry(self) -> None:
        """Send away whoever stayed beyond the token's end: with a new one they go on where they were."""
        if self.expires_at and self._loop.time() >= self.expires_at:
            self.close(UNKNOWN_PERSON, "the token has expired; sign in again")

    def look_for_silence(self) -> None:
        """Ping a client that has been silent, give it up when that does not help; called about once a second."""
        watch = self._socket.watch
        if not self._transport.is_reading():
            watch.begun_at = 0.0  # It is we who let the client wait.
        elif watch.begun_at and self._loop.time() - watch.begun_at > self._limits.message_s:
            self.close(SILENT, "a message was not finished in time")
        silent_s = self._loop.time() - self.heard_at
        if silent_s < self._limits.ping_s:
            self.pinged = False
        elif not self.pinged:
            self.pinged = True
            if not self._transport.is_closing():
                self._transport.write(_PING)
        elif silent_s > 2 * self._limits.ping_s:
            self.close(SILENT, "silent too long")

    async def _keep_writing(self) -> None:
        try:
            while self.outbox.frames and not self.closing:
                await self._writer.drain()
                self.flush()
                await asyncio.sleep(0)
        except ConnectionError:
            pass  # The reader sees the end of the connection by itself.
        finally:
            self._pump = None

    # --- the end

    def close(self, code: int, reason: str) -> None:
        """Close the socket with a code; the reason is for developers and never says anything about the inside."""
        if self.closing:
            return
        self._write()
        self.closing = True
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        if code in (MALFORMED, FORBIDDEN, TOO_SLOW, TOO_MANY, INTERNAL):
            log.warning("connection closed", code=code, reason=reason, connection=self.number)
        self._closer = asyncio.create_task(self._close(code, reason))

    async def _close(self, code: int, reason: str) -> None:
        try:
            await self._socket.close(code=code, message=reason.encode()[:123], drain=False)
        except ConnectionError:
            pass
        finally:
            # Whoever does not read or answer the close gets no more of our memory.
            if self._transport.get_write_buffer_size():
                self._transport.abort()


def is_text(data: bytes) -> bool:
    """Whether these bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
