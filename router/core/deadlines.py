"""
When the desk must act although nobody says anything: one heap, one due time for each (kind, id).

Ties in time are broken by kind, then id, never by insertion order. A shift comes first: at the moment at which no new
offers come any more, nothing else that happens makes one.
"""

from heapq import heapify, heappop, heappush, heapreplace
from typing import Final

SHIFT: Final = 0
NODE_SILENT: Final = 1
SESSION_EXPIRES: Final = 2
AGENT_GRACE: Final = 3
RESUME: Final = 4
OFFER: Final = 5
WRAP_UP: Final = 6
BACK_OFF: Final = 7
QUIET: Final = 8
PARKING: Final = 9
STEP: Final = 10
PREFERENCE: Final = 11
TRIAGE: Final = 12
HAND_OVER: Final = 14
DUE_AT: Final = 15
URGENT: Final = 16
LIFETIME: Final = 17
LINE_CLOSES: Final = 18
ANNOUNCE: Final = 19
PASSED: Final = 20
CASE_DUE: Final = 21
SILENT: Final = 22

_ID_BITS: Final = 53
_KEY_BITS: Final = _ID_BITS + 5
_ID: Final = (1 << _ID_BITS) - 1
_KEY: Final = (1 << _KEY_BITS) - 1

_SLACK = 64


class Deadlines:
    """
    A heap with lazy deletion; arming a key again moves it.

    Whatever is armed has an entry that surfaces no later than it is due. One that surfaces too early goes back to where
    it belongs, so that moving a deadline to later, as every message does, costs nothing until then.

    A key is one integer, `kind << 53 | id` (ids have at most 53 bits), and an entry is another, `due << 58 | key`:
    they sort as the three numbers do, and are compared and hashed several times as fast as tuples.
    """

    __slots__ = ("_due", "_heap")

    def __init__(self) -> None:
        self._due: dict[int, int] = {}
        self._heap: list[int] = []

    def arm(self, kind: int, ident: int, due: int) -> None:
        """Act on (kind, ident) at `due` (ms), and at no other time."""
        armed = self._due
        key = kind << _ID_BITS | ident
        before = armed.get(key)
        armed[key] = due
        if before is not None and before <= due:
            return
        heap = self._heap
        heappush(heap, due << _KEY_BITS | key)
        if len(heap) > _SLACK + 2 * len(armed):
            self._heap = [due << _KEY_BITS | key for key, due in armed.items()]
            heapify(self._heap)

    def disarm(self, kind: int, ident: int) -> None:
        """Forget (kind, ident); nothing happens when it was not armed."""
        self._due.pop(kind << _ID_BITS | ident, None)

    def may_be_due(self, now: int) -> bool:
        """False when surely nothing is due at `now`; cheaper than to look at what is first."""
        heap = self._heap
        return bool(heap) and heap[0] >> _KEY_BITS <= now

    def earliest(self) -> tuple[int, int, int] | None:
        """The next (due, kind, id), or None when nothing is armed."""
        heap, armed = self._heap, self._due
        while heap:
            head = heap[0]
            key = head & _KEY
            at = head >> _KEY_BITS
            due = armed.get(key)
            if due == at:
                return due, key >> _ID_BITS, key & _ID
            if due is None or due < at:
                heappop(heap)
            else:
                heapreplace(heap, due << _KEY_BITS | key)
        return None

    def take(self, now: int) -> tuple[int, int, int] | None:
        """Remove the first (due, kind, id) with `due <= now` and return it; None when nothing is due."""
        heap = self._heap
        if not heap or heap[0] >> _KEY_BITS > now:
            return None
        first = self.earliest()
        if first is None or first[0] > now:
            return None
        del self._due[heappop(self._heap) & _KEY]
        return first

    def due_of(self, kind: int, ident: int) -> int | None:
        """When (kind, ident) is due, or None."""
        return self._due.get(kind << _ID_BITS | ident)

    def items(self) -> list[list[int]]:
        """Everything armed as [due, kind, id], in order: what a snapshot keeps."""
        return sorted([due, key >> _ID_BITS, key & _ID] for key, due in self._due.items())
