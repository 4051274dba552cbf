"""
The clock round the desk: SimPy by callbacks only, whole milliseconds, and one order for what happens at the same time.

Ties are broken by (time, class, entity id), never by the order of scheduling: SimPy's priority is
`class << 54 | id`. The desk's own deadlines are class 0, so at any instant they fire before anybody acts; the driver
keeps one wake-up for the earliest of them. Nothing here knows what customers or agents do.
"""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any

from simpy import Environment
from simpy.events import Event as SimpyEvent

from router.core.commands import Command
from router.core.desk import Desk, Entry, Folded
from router.core.events import Event
from router.core.state import DeskState

Listener = Callable[[int, list[Event]], None]
"""Called with the time (ms) and what the desk says has happened then. It may set alarms; it may not send commands."""

_CLASS_SHIFT = 54


class Turn(IntEnum):
    """Who acts first when several things are due at the same millisecond."""

    DESK = 0
    SHIFT = 1
    ACCEPT = 2
    DIAL = 3
    END = 4
    WRAP_UP = 5
    PATIENCE = 6
    ARRIVAL = 7
    SCRIPT = 8
    OFFER = 9


class Alarm(SimpyEvent):
    """A SimPy event that calls one function with itself; `what` is whatever that function needs."""

    _ok = True
    _value = None

    def __init__(self, act: Callable[["Alarm"], None], what: Any) -> None:
        # SimPy's own initialiser is left out on purpose: an alarm is scheduled once, and never triggered by hand.
        self.callbacks = [act]
        self.what: Any = what


class Driver:
    """Sends commands to a desk at simulated time and tells listeners what happened."""

    def __init__(self, *listeners: Listener) -> None:
        self.env = Environment(0)
        self.desk = Desk()
        self.listeners = list(listeners)
        self.told_at = 0
        """When something happened last."""
        self._wake_at: int | None = None
        """Never later than the desk's earliest deadline; it may be earlier, when that deadline was given up."""

    @property
    def now(self) -> int:
        """Simulated time, ms."""
        return int(self.env.now)

    def alarm(self, delay: int, turn: int, ident: int, act: Callable[[Alarm], None], what: Any = None) -> None:
        """Call `act` after `delay` ms; among what is due then, in the order of `turn`, then `ident` (below 2**54)."""
        self.env.schedule(Alarm(act, what), turn << _CLASS_SHIFT | ident, delay)  # type: ignore[arg-type]  # any int

    def send(self, command: Command) -> None:
        """
        Give the desk a command now and tell the listeners what came of it.

        Raises `router.core.errors.Refused` when the desk says no; then nothing has happened.
        """
        now: int = self.env.now  # type: ignore[assignment]  # the clock holds whole milliseconds only
        desk, wake_at = self.desk, self._wake_at
        if wake_at is not None and wake_at <= now:
            self._tell(now, desk.advance(now))
        events = desk.handle(command, now)
        if events:  # `_tell`, without the call: every command comes by here.
            for listener in self.listeners:
                listener(now, events)
        due = desk.next_deadline()
        if due is not None and (wake_at is None or due < wake_at):
            self._wake(due)

    def state(self) -> DeskState:
        """The desk's state as of now, to be read: until it is told, a desk does not know what time it is."""
        now = self.now
        if self.desk.now != now:
            self._tell(now, self.desk.advance(now))
        return self.desk.state

    def play(self, script: Iterable[tuple[int, Command | Entry]]) -> list[Folded]:
        """
        Take commands or journal entries at given times, in order, and return what became of each.

        Deadlines fire as they do when a journal is folded: with the first entry at or after them, at their own due
        time. So the same entries give the same events here as in a service.
        """
        folded: list[Folded] = []

        def take(alarm: Alarm) -> None:
            entry = alarm.what if isinstance(alarm.what, Entry) else Entry(self.now, None, alarm.what)
            folded.append(self.desk.fold(entry))
            self._tell(entry.now, folded[-1].events)

        for index, (at, item) in enumerate(script):
            self.alarm(at - self.now, Turn.SCRIPT, index, take, item)
        self.env.run()
        return folded

    def run(self, until: int | None = None) -> None:
        """Let time pass up to `until` (ms), leaving out what is due then, or until nothing is left to happen."""
        self.env.run(until)

    def run_while(self, there: Callable[[], object], until: int) -> None:
        """Let time pass as long as `there` says so, not beyond `until` (ms), or until nothing is left to happen."""
        env = self.env
        while there() and env.peek() <= until:
            env.step()

    def _tell(self, now: int, events: list[Event]) -> None:
        if events:
            self.told_at = now
            for listener in self.listeners:
                listener(now, events)

    def _wake(self, due: int) -> None:
        self._wake_at = due
        # Id 1, because SimPy's own end of `run(until)` is a 0 and must come before.
        self.alarm(max(due - self.now, 0), Turn.DESK, 1, self._deadline, due)

    def _deadline(self, alarm: Alarm) -> None:
        if alarm.what != self._wake_at:
            return  # An earlier deadline has taken this one's place since.
        self._wake_at = None
        self._tell(self.now, self.desk.advance(self.now))
        due = self.desk.next_deadline()
        if due is not None:
            self._wake(due)
