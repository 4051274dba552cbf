"""
What is on its way to one client: bounded, in lanes, written once per turn of the loop. Pushing never waits for anybody.

Lanes, first to last: control (answers that belong to no contact), streams (events, views and the answers that carry an
`o`; strictly in order), state (only the latest of each). No frame is built here and none is read.
"""

from collections import deque
from typing import Final

MAX_FRAMES: Final = 256
MAX_BYTES: Final = 256 * 1024
MAX_AGE_S: Final = 10.0
"""A client that leaves more than this unread is too slow: it is cut off, and finds everything again when it returns."""
WINDOW_BYTES: Final = 64 * 1024
"""Bytes that may lie in the transport; the rest waits here, where it can be reordered and counted."""


class Outbox:
    """The frames that wait for one client. Times are the loop's seconds."""

    __slots__ = ("_control", "_state", "_streams", "bytes", "frames", "waiting_since")

    def __init__(self) -> None:
        self._control: deque[bytes] = deque()
        self._streams: deque[bytes] = deque()
        self._state: dict[str, bytes] = {}
        self.frames = 0
        self.bytes = 0
        self.waiting_since = 0.0
        """Since when anything waits; 0 when nothing does."""

    def control(self, frame: bytes) -> None:
        """Add a frame that may overtake all others."""
        self._control.append(frame)
        self.frames += 1
        self.bytes += len(frame)

    def stream(self, frame: bytes) -> None:
        """Add a frame that keeps its place among the other stream frames."""
        self._streams.append(frame)
        self.frames += 1
        self.bytes += len(frame)

    def state(self, name: str, frame: bytes) -> None:
        """Add the latest state of `name`; an older one that still waits is dropped."""
        older = self._state.get(name)
        if older is None:
            self.frames += 1
        else:
            self.bytes -= len(older)
        self._state[name] = frame
        self.bytes += len(frame)

    def take(self, room: int) -> list[bytes]:
        """Remove and return frames of about `room` bytes, at least one when any waits, in the order of the lanes."""
        if self.bytes <= room:
            taken = [*self._control, *self._streams, *self._state.values()]
            self._control.clear()
            self._streams.clear()
            self._state.clear()
            self.frames = self.bytes = 0
            return taken
        taken = []
        while room > 0 and self.frames:
            frame = self._next()
            room -= len(frame)
            self.frames -= 1
            self.bytes -= len(frame)
            taken.append(frame)
        return taken

    def is_too_much(self, now: float) -> bool:
        """Whether the client is too slow. One frame alone is never too much, however long it is."""
        if self.frames > MAX_FRAMES or (self.bytes > MAX_BYTES and self.frames > 1):
            return True
        return self.waiting_since > 0 and now - self.waiting_since > MAX_AGE_S

    def _next(self) -> bytes:
        if self._control:
            return self._control.popleft()
        if self._streams:
            return self._streams.popleft()
        return self._state.pop(next(iter(self._state)))


_HEADS: Final = tuple(b"\x81%c" % size if size < 126 else b"\x81\x7e" + size.to_bytes(2) for size in range(1_024))
"""What stands before a text of so many bytes; most are short."""


def text_frames(payloads: list[bytes]) -> bytes:
    """The WebSocket frames of a server for these texts, one behind the other (RFC 6455, 5.2: final, not masked)."""
    parts: list[bytes] = []
    for payload in payloads:
        size = len(payload)
        if size < 1_024:
            parts.append(_HEADS[size])
        elif size < 65_536:
            parts.append(b"\x81\x7e" + size.to_bytes(2))
        else:
            parts.append(b"\x81\x7f" + size.to_bytes(8))
        parts.append(payload)
    return b"".join(parts)
