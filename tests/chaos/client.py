"""
A client that writes down what it asks and what it is told; the client itself is the rehearsal's.

Everything else in this folder takes it from here.
"""

import random
from collections.abc import Callable
from typing import Any

from sim.client.client import Client, Refusal
from sim.client.view import Frame, View
from tests.chaos.history import History
from tests.service.desk import ORIGIN

__all__ = ["Frame", "Hurry", "RecordedClient", "Refusal"]

_UNKNOWN = ("stopped", "session_lost")
"""Refusals of the client itself: what became of the operation is not known."""


class _WatchedView(View):
    """A view that shows every frame to somebody before it changes."""

    def __init__(self, heard: Callable[[Frame], None]) -> None:
        super().__init__()
        self.heard = heard

    def apply(self, frame: Frame) -> list[int]:
        """Change by a frame."""
        self.heard(frame)
        return super().apply(frame)

    def apply_ack(self, op: Frame, ack: Frame) -> list[int]:
        """Change by an answer."""
        self.heard(ack)
        return super().apply_ack(op, ack)


class Hurry(random.Random):
    """Chance for a client that comes back sooner than people's do: waiting proves nothing."""

    def random(self) -> float:
        """Between 0 and 0.15."""
        return super().random() * 0.15


class RecordedClient(Client):
    """
    `who` is the actor (`asc:1001`), `company` the number of the company, 0 for staff.

    An operation is noted as asked when it first goes out; the same numbers going out again are noted as `again`.
    """

    def __init__(
        self, history: History, who: str, company: int, url: str, token: Callable[[], str], jitter: random.Random
    ) -> None:
        super().__init__(url, ORIGIN, token, jitter)
        self.who = who
        self.company = company
        self.again = 0
        self._history = history
        self._asked: dict[str, Frame] = {}
        self.view = _WatchedView(lambda frame: self._note("info", "rx", v=frame, e=frame.get("e", "")))

    @property
    def waits(self) -> bool:
        """Whether an operation has no answer yet."""
        return bool(self._outbox)

    def cut(self) -> None:
        """Lose the connection without a word; `run` comes back by itself."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def _transmit(self, frame: Frame) -> None:
        if "id" in frame:
            op = f"{self.session}:{frame['id']}"
            if op in self._asked:
                self.again += 1
            else:
                self._asked[op] = frame
                self._note("invoke", frame["t"], op=op, v=frame, chat=frame.get("contact", 0))
        await super()._transmit(frame)

    def _answer(self, op_id: int, ack: Frame | None, code: str = "", message: str = "") -> None:
        op = f"{self.session}:{op_id}"
        frame = self._asked.get(op)
        if frame is not None:
            if ack is not None:
                self._note("ok", frame["t"], op=op, chat=ack.get("contact", 0), o=ack.get("o", 0))
            else:
                self._note("info" if code in _UNKNOWN else "fail", frame["t"], op=op, err=code)
        super()._answer(op_id, ack, code, message)

    def _note(self, type: Any, f: str, **fields: Any) -> None:
        self._history.note(self.who, type, f, company=self.company, **fields)
