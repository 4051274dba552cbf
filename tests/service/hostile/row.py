"""
One line of the hostile list: what is sent, to which stage of a connection, and what must come of it.

To add an input, add a `Row` to one of the tables beside this file; what holds for all of them (no inner detail in an
answer, little work, no memory kept, others served as before) is checked for each.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from router.service.auth import Role
from tests.service.raw import CLOSE, PING, PONG, TEXT, Endpoint, Wire, frame

Stage = Literal["connected", "greeted", "greeted in v2", "signed in"]
"""Before the first byte; after the handshake, in the version before or the present one; after `ready`."""


@dataclass(frozen=True)
class Row:
    """
    `expect` is what comes back, in order, each of: an HTTP status, `ready`, `ack`, `nack <code>`, `beat`,
    `closed <code>`, `hung up`. Several alternatives are parted by `|`.

    In bytes `$HOST` and `$ORIGIN` stand for the server's own; a function is given the endpoint instead.
    """

    group: str
    what: str
    sends: bytes | Callable[[Endpoint], bytes]
    expect: str
    stage: Stage = "connected"
    role: Role = "agent"
    cpu_ms: int = 50
    """The server's work for it, at most; more than the default only where much is sent that must be read."""
    kept_kib: int = 2_100
    """What the server may have grown by: memory comes to it in steps of a megabyte, and two may fall into one row."""
    slices: int = 0

    @property
    def name(self) -> str:
        """What pytest calls it."""
        return f"{self.group}: {self.what}"


def play(row: Row, endpoint: Endpoint) -> tuple[str, str]:
    """Send a row; what came of it, in the words of `expect`, and everything that the server said."""
    sends = row.sends(endpoint) if callable(row.sends) else row.sends
    sends = sends.replace(b"$HOST", endpoint.host.encode()).replace(b"$ORIGIN", endpoint.origin.encode())
    with _at(row, endpoint) as wire:
        wire.send(sends, row.slices)
        if row.stage == "connected":
            answer = wire.answer(has_body=not sends.startswith(b"HEAD "))
            return ("hung up", "") if answer is None else (str(answer.status), f"{answer.headers} {answer.body!r}")
        outcomes, said = [], ""
        for _ in row.expect.split(", "):
            outcome, words = _next(wire)
            outcomes.append(outcome)
            said += words
        return ", ".join(outcomes), said


def _at(row: Row, endpoint: Endpoint) -> Wire:
    if row.stage == "connected":
        return endpoint.wire()
    if row.stage == "signed in":
        return endpoint.signed_in(row.role)
    return endpoint.opened("ringback.v2" if row.stage == "greeted in v2" else "ringback.v1")


def _next(wire: Wire) -> tuple[str, str]:
    """The next thing that the server says to what was sent; views and the like come in between."""
    while (got := wire.frame()) is not None:
        opcode, payload = got
        if opcode == CLOSE:
            return f"closed {int.from_bytes(payload[:2])}", payload[2:].decode()
        if opcode == PING:
            wire.send(frame(payload, PONG))
        elif opcode == TEXT:
            said = json.loads(payload)
            if said["t"] == "nack":
                return f"nack {said['code']}", payload.decode()
            if said["t"] in ("ack", "beat", "ready"):
                return said["t"], payload.decode()
    return "hung up", ""
