"""
The clients of the benchmarks over sockets: as little work as possible, so that the server is what saturates.

Frames are written and read by hand; what a client of the protocol has to keep is in `sim.client`, not here.
"""

import asyncio
import base64
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from router.service.auth import Person, Tokens
from router.wire.frames import PROTOCOL
from router.wire.sealing import DeskKeys

CHATS: Final = 64
WINDOW: Final = 16
"""Messages that each side of a chat has under way: as many as the protocol allows."""
_PING: Final = 0x89
_PONG: Final = b"\x8a\x80\0\0\0\0"
TEXT: Final = "I cannot attach the receipt of my last trip, it says error."


class Side(asyncio.Protocol):
    """One side of a chat: writes masked frames, reads frames, and sends anew for each message that got through."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.loaded = False
        self.make: Callable[[int], bytes] = lambda _number: b""
        self.number = 0
        self.done = 0
        self.mark = b""
        """What a frame that lets the next message go begins with."""
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self._data + data if self._data else data
        if not self.open.done():
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._data = head
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self.open.set_result(None)
        position, size, go = 0, len(data), 0
        while size - position >= 2:
            length = data[position + 1]
            start = position + 2
            if length == 126:
                if size - position < 4:
                    break
                length = data[position + 2] << 8 | data[position + 3]
                start += 2
            if start + length > size:
                break
            if data[position] == _PING:
                self.transport.write(_PONG)
            elif not self.loaded:
                self.inbox.put_nowait(json.loads(data[start : start + length]))
            elif data.startswith(self.mark, start):
                go += 1
            position = start + length
        self._data = data[position:]
        if go:
            self.done += go
            self.got(go)

    def got(self, count: int) -> None:
        """So many messages got through."""
        self.transport.write(b"".join(self.next() for _ in range(count)))

    def next(self) -> bytes:
        self.number += 1
        return self.make(self.number)

    def connection_lost(self, error: Exception | None) -> None:
        if self.loaded and error is not None:
            print("a client lost its connection", error, file=sys.stderr)

    def say(self, **frame: Any) -> None:
        self.transport.write(masked(json.dumps(frame).encode()))

    async def hear(self, kind: str) -> dict[str, Any]:
        while True:
            async with asyncio.timeout(10):
                frame = await self.inbox.get()
            if frame["t"] == kind:
                return frame
            if frame["t"] == "nack":
                raise RuntimeError(frame)

    def load(self, mark: bytes) -> None:
        """Begin to send: `WINDOW` messages at once, and one more for each that got through."""
        self.loaded, self.mark = True, mark
        self.transport.write(b"".join(self.next() for _ in range(WINDOW)))


S = TypeVar("S", bound=Side)


def masked(payload: bytes) -> bytes:
    """A client's frame; the mask is zero, which is a mask like any other."""
    size = len(payload)
    head = b"\x81" + (bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2))
    return head + b"\0\0\0\0" + payload


def message(contact: int) -> Callable[[int], bytes]:
    text = json.dumps(TEXT).encode()
    return lambda number: masked(b'{"t":"msg.send","id":%d,"contact":%d,"text":%b}' % (number, contact, text))


async def connect(port: int, kind: type[S]) -> S:
    _, side = await asyncio.get_running_loop().create_connection(kind, "127.0.0.1", port)
    await side.open
    return side


async def join_relay(port: int, kind: type[S]) -> list[S]:
    """The sides of `CHATS` chats, those of one chat one after the other."""
    sides = [await connect(port, kind) for _ in range(2 * CHATS)]
    for side in sides:
        side.make = message(5_521_000_000_000)
    return sides


async def join_desk(port: int, folder: Path, kind: type[S]) -> list[S]:
    """The same on the desk: `CHATS` chats are brought up to *connected*, each with an agent of its own."""
    tokens = Tokens(DeskKeys.load(folder / "desk.keys").token_key)
    expires = int(time.time()) + 3_600
    sides = []
    for number in range(1, CHATS + 1):
        agent, asc = await connect(port, kind), await connect(port, kind)
        agent.say(t="auth", token=tokens.issue(Person(role="agent", id=number, name="Mina"), expires))
        await agent.hear("ready")
        person = Person(role="asc", id=number, name="Dana", company="Acme", company_id=5)
        asc.say(t="auth", token=tokens.issue(person, expires))
        await asc.hear("ready")
        agent.say(t="agent.sign_in", id=1, products=["expense"], languages=["en"], capacity=1)
        await agent.hear("ack")
        asc.say(t="chat.request", id=1, product="expense", language="en", topic="")
        contact = (await asc.hear("ack"))["contact"]
        while not (offers := (await agent.hear("st"))["d"].get("offers")):
            pass
        agent.say(t="offer.accept", id=2, offer=offers[0]["offer"])
        await agent.hear("ack")
        asc.number, agent.number = 1, 2
        asc.make = agent.make = message(contact)
        sides += [asc, agent]
    return sides
