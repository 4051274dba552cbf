"""
What was counted in one line, or in all of them, and the laws that the counts keep.

Totals are sums of counts, never means of percentages. Every contact is in exactly one end state of its live leg, and
every reservation in exactly one of its own: `check_balance` is called for every run.
"""

from dataclasses import dataclass, fields
from operator import attrgetter


class OutOfBalance(Exception):
    """Contacts were lost or counted twice: a bug in the measures, never the caller's fault."""


@dataclass(slots=True)
class Sums:
    """Counts and sums over the contacts asked for within the measured time; times in milliseconds."""

    offered: int = 0
    """Contacts that entered the line (leg `offered_live`)."""
    served: int = 0
    """An agent accepted the chat."""
    served_in_time: int = 0
    """Served after a wait of at most the service level's T."""
    abandoned: int = 0
    """Left before an agent accepted, after more than the short limit."""
    abandoned_in_time: int = 0
    """Of the abandoned: those who left after at most the service level's T."""
    short_abandoned: int = 0
    """Left before an agent accepted, within the short limit."""
    converted: int = 0
    """Turned into a callback before an agent accepted."""
    blocked: int = 0
    """Refused because the line was full."""
    silent: int = 0
    """Accepted, but the ASC had gone without a word: part of the live leg, and not of the served."""
    silent_ms: int = 0
    """Sum over those that are closed of wrapped - accepted: what they cost the agents."""
    silent_closed: int = 0
    """How many those are."""
    linked: int = 0
    """Contacts, callbacks and cases that an agent linked to an incident."""
    cases_in_time: int = 0
    """Cases answered before they were overdue."""
    cases_late: int = 0
    """Cases that were overdue when they were answered, or are now."""
    cases: int = 0
    """Cases opened; they are no live contacts."""
    cases_done: int = 0
    """Of these: those on which the work is done."""
    shut: int = 0
    """Asked while the line was shut: never offered, and in no leg."""
    waiting: int = 0
    """In none of these states yet."""
    waiting_short: int = 0
    """Of those waiting: for less than T so far."""
    wait_ms: int = 0
    """Sum of the waits of the served: accepted - asked."""
    reservations: int = 0
    """Callbacks asked for."""
    completed: int = 0
    """Callbacks whose conversation has ended."""
    unreachable: int = 0
    """Callbacks given up because nobody answered."""
    cancelled: int = 0
    """Callbacks taken back by the ASC."""
    expired: int = 0
    """Callbacks that could not be completed in their lifetime."""
    returned_to_live: int = 0
    """Callbacks that became a waiting chat again."""
    dialled: int = 0
    """Callbacks that were dialled at least once."""
    dialled_early: int = 0
    """Of these: for the first time more than five minutes before what was promised."""
    dialled_late: int = 0
    """Of these: for the first time more than five minutes after what was promised."""
    open: int = 0
    """Callbacks in none of these states yet."""
    called_back: int = 0
    """Callbacks in which the ASC came on the line."""
    callback_wait_ms: int = 0
    """Sum over these: ASC on the line - asked."""
    queue_ms: int = 0
    """Integral of the number of contacts that wait for their first agent, over the measured time."""
    span_ms: int = 0
    """Length of the measured time."""
    busy_ms: int = 0
    """Agent time with at least one contact; of the agents who serve this line."""
    available_ms: int = 0
    """Agent time in an available status, or busy; of the same agents."""
    casework_ms: int = 0
    """Of the busy time: with nothing but cases."""
    overtime_ms: int = 0
    """Of the busy time: after the agent went offline, or would have but for what was held."""
    wait_p50_ms: int | None = None
    """Median wait of the served."""
    wait_p90_ms: int | None = None
    """Ninth decile of the wait of the served."""

    @property
    def sl_excluded(self) -> int:
        """What the house definition of the service level leaves out of its denominator."""
        return self.short_abandoned + self.converted + self.blocked + self.waiting_short

    @property
    def sl_base(self) -> int:
        """Denominator of `sl_offered`."""
        return self.offered - self.sl_excluded

    def add(self, other: "Sums") -> None:
        """Add another line's counts; measured time, agent time and quantiles do not add and stay as they are."""
        # Most counts of a line in an interval are nought, and a week has tens of thousands of such cells.
        for name, more in zip(_ADDING, _adding_of(other), strict=True):
            if more:
                setattr(self, name, getattr(self, name) + more)

    def follow(self, other: "Sums") -> None:
        """Add the counts and times of the same line in the interval that follows; quantiles stay as they are."""
        self.add(other)
        for name in _TIMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def check_balance(self) -> None:
        """Raise OutOfBalance unless both legs balance and no agent was more than fully used."""
        gone = self.abandoned + self.short_abandoned + self.silent
        live = self.served + gone + self.converted + self.blocked + self.waiting
        if self.offered != live:
            raise OutOfBalance(f"{self.offered} contacts were offered, {live} are accounted for: {self}")
        ended = self.completed + self.unreachable + self.cancelled + self.expired + self.returned_to_live
        reserved = ended + self.open
        if self.reservations != reserved:
            raise OutOfBalance(f"{self.reservations} callbacks were reserved, {reserved} are accounted for: {self}")
        if not 0 <= self.busy_ms <= self.available_ms:
            raise OutOfBalance(f"agents were busy for {self.busy_ms} of {self.available_ms} ms: {self}")
        parts = {
            "served in time": (self.served_in_time, self.served),
            "abandoned in time": (self.abandoned_in_time, self.abandoned),
            "waiting shortly": (self.waiting_short, self.waiting),
            "converted": (self.converted, self.reservations),
            "called back": (self.called_back, self.reservations),
            "cases done": (self.cases_done, self.cases),
            "casework": (self.casework_ms, self.busy_ms),
            "overtime": (self.overtime_ms, self.busy_ms),
        }
        for what, (part, whole) in parts.items():
            if not 0 <= part <= whole:
                raise OutOfBalance(f"{what}: {part} of {whole}: {self}")


_TIMES = ("span_ms", "busy_ms", "available_ms", "casework_ms", "overtime_ms")
_QUANTILES = ("wait_p50_ms", "wait_p90_ms")
COUNTS = tuple(each.name for each in fields(Sums) if each.name not in _QUANTILES)
"""Everything but the quantiles, which come from the waits."""
_ADDING = tuple(name for name in COUNTS if name not in _TIMES)
_adding_of = attrgetter(*_ADDING)
