"""
What the live table shows beside the desk's own board: the day's measures and where the day is.

It follows the journal like any read model, so that after a restart the day's numbers are the same as before. Every
number is one of `sim.measures`; nothing is counted here.
"""

import pickle
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Protocol

import sim
from router.core.commands import RequestChat
from router.core.desk import Entry, Folded
from router.journal.port import StoredEntry
from sim.definitions import Definition, live_definitions
from sim.measures import Measures
from sim.sums import Sums
from sim.waits import RoughWaits

_DAY_MS: Final = 86_400_000
_COUNTING: Final = Path(sim.__file__).parent
"""Whose files count: numbers that were kept by other code than this are counted again from the journal."""
_HARMLESS: Final = (("builtins", "getattr"), ("collections", "OrderedDict"))
"""What counts is made of, beside its own classes; `getattr` binds their methods."""


class Days(Protocol):
    """Which day it is, for whoever counts by the day; times are real milliseconds."""

    speed: float
    """How many times as fast as life the days go."""

    def day_of(self, now_ms: int) -> int:
        """The number of the day at a real time."""
        ...

    def begins_ms(self, day: int) -> int:
        """The real time at which a day begins."""
        ...

    def describe(self, day: int) -> dict[str, Any]:
        """What a page needs to show the day and its clock."""
        ...


class CalendarDays:
    """Ordinary days, from midnight to midnight UTC, at the speed of life."""

    speed = 1.0

    def day_of(self, now_ms: int) -> int:
        """Days since 1970."""
        return now_ms // _DAY_MS

    def begins_ms(self, day: int) -> int:
        """Midnight UTC."""
        return day * _DAY_MS

    def describe(self, day: int) -> dict[str, Any]:
        """No clock of its own: the reader's clock is right."""
        return {"speed": 1}


class _OurOwn(pickle.Unpickler):
    """Makes the objects that count and nothing else, whatever the bytes ask for."""

    def find_class(self, module: str, name: str) -> Any:
        """A class of the measures or an event that they count."""
        if module.startswith(("sim.", "router.core.events")) or (module, name) in _HARMLESS:
            return super().find_class(module, name)
        raise ValueError(f"{module}.{name} is nothing that counts")


@cache
def _code() -> bytes:
    files = sorted((*_COUNTING.glob("*.py"), *_COUNTING.glob("measures/*.py")))
    return sha256(b"".join(path.read_bytes() for path in files)).digest()


class LiveTable:
    """A listener of the node, and the function that the supervisors' board asks once a second."""

    name = "live table"

    def __init__(self, days: Days, within_ms: int, target: float) -> None:
        """`within_ms` is the T of the service level and `target` its share, at the speed of life."""
        self._days = days
        self._within_ms = round(within_ms / days.speed)
        self._target = target
        self._definitions = live_definitions(within_ms / 1000)
        self._within_s = within_ms / 1000
        self._day = -1
        self._now = 0
        self._measures = self._anew()

    def on_entry(self, _stored: StoredEntry, entry: Entry, folded: Folded) -> None:
        """Count what an entry of the journal led to."""
        self._now = entry.now
        day = self._days.day_of(entry.now)
        if day != self._day:
            self._begin(day)
        self._measures.see(entry.now, folded.events)
        if folded.code == "queue_full" and isinstance(entry.command, RequestChat):
            self._measures.see_turned_away(entry.now, entry.command.line, shut=False)

    def on_settled(self) -> None:
        """Nothing is told to anybody before the board asks."""

    # --- going on from a snapshot of the desk

    def keep(self) -> bytes:
        """The day's counts so far, and by which code they were counted."""
        return _code() + pickle.dumps((self._day, self._now, self._within_ms, self._measures))

    def take(self, kept: bytes) -> None:
        """Count on from there; from nothing if it is empty. Raises ValueError if other code or another T counted."""
        code = _code()
        if kept and not kept.startswith(code):
            raise ValueError("the measures of the live table were counted by another version")
        day, now, within_ms, counted = -1, 0, self._within_ms, self._anew()
        if kept:
            day, now, within_ms, counted = _OurOwn(BytesIO(kept[len(code) :])).load()
        if within_ms != self._within_ms:
            raise ValueError("the live table counted another service level")
        self._day, self._now, self._measures = day, now, counted

    def _anew(self) -> Measures:
        return Measures((), self._within_ms, waits=RoughWaits)

    def _begin(self, day: int) -> None:
        self._day = day
        self._measures = self._measures.anew(self._days.begins_ms(day))

    def board(self) -> dict[str, Any]:
        """What is added to the board: `today`, with the measures of all lines and of each."""
        lines = {line: self._values(self._measures.sums(self._now, line)) for line in self._measures.lines}
        total = self._measures.sums(self._now)
        return {
            "today": {
                **self._days.describe(self._day),
                "target": self._target,
                "within_s": self._within_s,
                "all": self._values(total),
                "lines": lines,
                "callbacks": {
                    name: getattr(total, name)
                    for name in ("reservations", "completed", "unreachable", "cancelled", "open")
                },
            }
        }

    def _values(self, sums: Sums) -> dict[str, dict[str, float | None]]:
        return {each.name: self._value(each, sums) for each in self._definitions}

    def _value(self, definition: Definition, sums: Sums) -> dict[str, float | None]:
        """`value` in the definition's unit, seconds as if the day went at the speed of life; `n` if it has one."""
        top = definition.top(sums)
        bottom = definition.bottom(sums) if definition.bottom is not None else 1.0
        value = None if top is None or not bottom else top / bottom
        if value is not None and definition.unit == "s":
            value *= self._days.speed
        answer: dict[str, float | None] = {"value": None if value is None else round(value, 4)}
        if definition.n is not None:
            answer["n"] = definition.n(sums)
        return answer
