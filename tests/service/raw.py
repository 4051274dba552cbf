"""
A client that sends bytes as they are: nothing here is polite, checked or mended on its way to the server.

Plain blocking sockets, so that a test says exactly what goes over the wire and in which slices.
"""

import json
import secrets
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import Any, Final

from router.service.auth import Person, Role, Tokens

ANSWER_S: Final = 5.0
"""So long a test waits for the server's next byte; then it fails."""

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK: Final = b"\x37\xfa\x21\x3d"


def frame(
    payload: bytes | str = b"",
    opcode: int = TEXT,
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes | None = MASK,
    announced: int | None = None,
    length_bytes: int | None = None,
) -> bytes:
    """
    A WebSocket frame, right or wrong.

    `rsv`: 4, 2, 1 for RSV1, RSV2, RSV3. `announced`: the length that the header claims. `length_bytes` (0, 2 or 8):
    write the length in that form, whether or not a shorter one would do.
    """
    data = payload.encode() if isinstance(payload, str) else payload
    size = len(data) if announced is None else announced
    if length_bytes is None:
        length_bytes = 0 if size < 126 else 2 if size < 65_536 else 8
    bit = 0 if mask is None else 0x80
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    head += bytes([bit | {0: size, 2: 126, 8: 127}[length_bytes]])
    if length_bytes:
        head += size.to_bytes(length_bytes)
    if mask is None:
        return head + data
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


def close(code: int | None = None, reason: bytes = b"", **wrong: Any) -> bytes:
    """A close frame."""
    return frame(b"" if code is None else struct.pack("!H", code) + reason, CLOSE, **wrong)


def upgrade(host: str, origin: str | None, **changed: str | None) -> bytes:
    """
    An opening handshake as a browser sends it.

    `changed` replaces headers (`Sec_WebSocket_Key="…"`), None leaves one out; `line` replaces the request line.
    """
    line = changed.pop("line", None) or "GET /ws HTTP/1.1"
    headers: dict[str, str | None] = {
        "Host": host,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Origin": origin,
        "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "ringback.v1",
    } | {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [line, *(f"{name}: {value}" for name, value in headers.items() if value is not None)]
    return "\r\n".join([*lines, "", ""]).encode()


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class End:
    """How the server ended a connection: the code and reason of its close frame, or None when it sent none."""

    code: int | None
    reason: str = ""
    texts: list[dict[str, Any]] = field(default_factory=list)
    """What it had said before."""
    pongs: list[bytes] = field(default_factory=list)


class Wire:
    """One TCP connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), ANSWER_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = b""

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes, slices: int = 0) -> bool:
        """Send bytes, `slices` of them at a time; False when the server has hung up meanwhile."""
        try:
            for position in range(0, len(data), slices or len(data) or 1):
                self.socket.sendall(data[position : position + (slices or len(data))])
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def finish_sending(self) -> None:
        """Close our half of the connection."""
        self.socket.shutdown(socket.SHUT_WR)

    def _more(self) -> bool:
        try:
            data = self.socket.recv(65_536)
        except ConnectionResetError:
            return False
        self._read += data
        return bool(data)

    def take(self, count: int) -> bytes | None:
        """The next `count` bytes; None when the connection ends before."""
        while len(self._read) < count:
            if not self._more():
                return None
        data, self._read = self._read[:count], self._read[count:]
        return data

    def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        while self._more():
            pass
        data, self._read = self._read, b""
        return data

    def answer(self, has_body: bool = True) -> Answer | None:
        """The next HTTP answer; None when the server hung up instead."""
        while b"\r\n\r\n" not in self._read:
            if not self._more():
                return None
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = self.take(int(headers.get("content-length", "0"))) if has_body else None
        return Answer(int(first.split()[1]), headers, body or b"")

    def frame(self) -> tuple[int, bytes] | None:
        """The server's next frame: opcode and payload; None when the connection is over."""
        head = self.take(2)
        if head is None:
            return None
        assert head[0] & 0x70 == 0, "the server set a reserved bit"
        assert head[1] < 0x80, "the server masked a frame"
        size = head[1] & 0x7F
        if size > 125:
            more = self.take(2 if size == 126 else 8)
            if more is None:
                return None
            size = int.from_bytes(more)
        payload = self.take(size)
        return None if payload is None else (head[0] & 0x0F, payload)

    def end(self) -> End:
        """Read to the server's close frame, or to the end of the connection if there is none."""
        found = End(None)
        while (got := self.frame()) is not None:
            opcode, payload = got
            if opcode == TEXT:
                found.texts.append(json.loads(payload))
            elif opcode == PONG:
                found.pongs.append(payload)
            elif opcode == CLOSE:
                found.code = int.from_bytes(payload[:2]) if payload else 0
                found.reason = payload[2:].decode()
                break
        return found

    def hear(self, t: str) -> dict[str, Any]:
        """The next text of this type."""
        while (got := self.frame()) is not None:
            if got[0] == TEXT and (said := json.loads(got[1]))["t"] == t:
                return dict(said)
        raise AssertionError(f"the server hung up before it said {t!r}")


class Endpoint:
    """A running desk, as raw clients see it. `tokens` lets anybody in, from `origin` or the desk's own pages."""

    def __init__(self, port: int, tokens: Tokens, origin: str = "") -> None:
        self.port = port
        self.tokens = tokens
        self.host = f"127.0.0.1:{port}"
        self.origin = origin or f"http://{self.host}"

    def wire(self) -> Wire:
        """A connection on which nothing has been said."""
        return Wire(self.port)

    def ask(self, request: bytes) -> Answer | None:
        """The answer to a request on a connection of its own."""
        with self.wire() as wire:
            wire.send(request)
            return wire.answer()

    def token(self, role: Role = "agent", ident: int | None = None) -> str:
        """A token of this person, or of somebody who never was here."""
        ident = ident or secrets.randbelow(2**52) + 1
        company = {"company": "Acme", "company_id": 5} if role == "asc" else {}
        return self.tokens.issue(Person(role=role, id=ident, name="X", **company), int(time.time()) + 600)

    def opened(self, protocol: str = "ringback.v1") -> Wire:
        """A connection after the opening handshake, greeted and not signed in."""
        wire = self.wire()
        wire.send(upgrade(self.host, self.origin, Sec_WebSocket_Protocol=protocol))
        answer = wire.answer()
        assert answer is not None
        assert 101 == answer.status, answer
        wire.hear("hello")
        return wire

    def signed_in(self, role: Role = "agent", ident: int | None = None) -> Wire:
        """A connection of somebody whom the desk has let in."""
        wire = self.opened()
        wire.send(frame(json.dumps({"t": "auth", "token": self.token(role, ident)})))
        wire.hear("ready")
        return wire


class Witness:
    """Another client of the same desk, which must be served whatever the others do."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._wire = endpoint.signed_in()
        self._number = 0
        self._ask({"t": "agent.sign_in", "products": ["expense"], "languages": ["en"], "capacity": 1})

    def is_served(self) -> bool:
        """Bring an operation through the journal, and hear that it took effect."""
        return self._ask({"t": "agent.status", "status": ("break", "available")[self._number % 2]})

    def _ask(self, operation: dict[str, Any]) -> bool:
        self._number += 1
        self._wire.send(frame(json.dumps({**operation, "id": self._number})))
        while True:
            got = self._wire.frame()
            if got is None:
                return False
            if got[0] == PING:
                self._wire.send(frame(got[1], PONG))
            elif got[0] == TEXT and (said := json.loads(got[1]))["t"] in ("ack", "nack"):
                return bool(said["t"] == "ack" and said["id"] == self._number)

    def leave(self) -> None:
        """Hang up."""
        self._wire.socket.close()
