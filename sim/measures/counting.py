"""
The counts of a desk as they are asked for: fed with every event, read at any time, of one line or of all.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from router.core import events as ev
from router.core.events import Event
from router.core.ids import LineKey
from sim.intervals import Intervals
from sim.measures.book import Book, LineCount
from sim.measures.callbacks import Callbacks
from sim.measures.cases import Cases
from sim.measures.live import Live
from sim.measures.staff import Staff
from sim.occupancy import Occupancy
from sim.sums import OutOfBalance, Sums
from sim.waits import ExactWaits, Waits

Counting = Callable[[int, Any], None]
"""Counts one event: (now, event)."""


class _InTurn:
    """Several that count the same event, one after the other."""

    def __init__(self, counts: Sequence[Counting]) -> None:
        self._counts = counts

    def __call__(self, now: int, event: Any) -> None:
        for count in self._counts:
            count(now, event)


class Measures:
    """
    Counts contacts asked for from `since` (inclusive) to `until` (exclusive; None: for ever), milliseconds.

    `service_level_ms` is the T of `sl_offered`. `every` cuts the time into intervals of so many milliseconds. Events of
    contacts and agents that were not seen from their beginning are passed over, so a count may begin while the desk is
    working.
    """

    def __init__(
        self,
        lines: Iterable[LineKey],
        service_level_ms: int,
        since: int = 0,
        until: int | None = None,
        waits: Callable[[], Waits] = ExactWaits,
        every: int | None = None,
    ) -> None:
        self.intervals = Intervals(since, until, every)
        self._book = Book(lines, service_level_ms, self.intervals, waits)
        self._count_agents(Occupancy(self.intervals))

    def _count_agents(self, occupancy: Occupancy) -> None:
        """Let every subject count, in this order where one event is of concern to several."""
        self._occupancy, book = occupancy, self._book
        tables = (Cases(book).on, Live(book).on, Callbacks(book).on, Staff(book, occupancy).on)
        counting: dict[type, list[Counting]] = {ev.PolicyAdopted: [self._policy_adopted]}
        for table in tables:
            for event, count in table.items():
                counting.setdefault(event, []).append(count)
        self._on = {event: counts[0] if len(counts) == 1 else _InTurn(counts) for event, counts in counting.items()}

    @property
    def lines(self) -> list[LineKey]:
        """The lines that are counted, in the order of the policy."""
        return list(self._book.lines)

    def see(self, now: int, events: Iterable[Event]) -> None:
        """Count what happened at `now` (ms)."""
        on = self._on
        for event in events:
            count = on.get(event.__class__)
            if count is not None:
                count(now, event)

    def see_turned_away(self, now: int, line: LineKey, shut: bool) -> None:
        """
        Count somebody who was refused: a refusal makes no event of a contact.

        Whoever found the line shut was never offered; whoever found it full was blocked.
        """
        if self.intervals.holds(now):
            sums = self._book.lines[line].cells[self.intervals.index(now)].sums
            if shut:
                sums.shut += 1
            else:
                sums.offered += 1
                sums.blocked += 1

    def sums(self, now: int, line: LineKey | None = None) -> Sums:
        """The counts of one line, or of all, up to `now` (ms); what still waits is counted as of now."""
        total, waits = Sums(), self._book.new_waits()
        for part in self.course(now, line, quantiles=False):
            total.follow(part)
        for one in self._chosen(line):
            for cell in one.cells:
                waits.merge(cell.waits)
        _put_quantiles(total, waits)
        return total

    def course(self, now: int, line: LineKey | None = None, *, quantiles: bool = True) -> list[Sums]:
        """The same interval by interval: contacts by when they were asked for, queue and agents by when they were."""
        lines = self._chosen(line)
        parts = [Sums() for _ in range(self.intervals.count)]
        for contact in self._book.open.values():
            if contact.cell is not self._book.unmeasured and (line is None or contact.line is lines[0]):
                sums = parts[self.intervals.index(contact.asked)]
                sums.waiting += contact.live
                sums.waiting_short += contact.live and now - contact.asked < self._book.service_level_ms
                sums.open += contact.reserved
        for case in self._book.cases.values():
            if case.cell is not self._book.unmeasured and (line is None or case.line is lines[0]):
                parts[self.intervals.index(case.asked)].cases_late += case.overdue and not case.answered
        for one in lines:
            one.queue.pass_time(now)
        times = self._occupancy.times(now, line)
        for index, sums in enumerate(parts):
            for one in lines:
                sums.add(one.cells[index].sums)
                sums.queue_ms += one.queue.integral[index]
            sums.span_ms = self.intervals.span(index, now)
            sums.busy_ms, sums.available_ms, sums.casework_ms, sums.overtime_ms = times[index]
            if quantiles:
                waits = self._book.new_waits()
                for one in lines:
                    waits.merge(one.cells[index].waits)
                _put_quantiles(sums, waits)
        return parts

    def waits(self, line: LineKey) -> list[Waits]:
        """The waits of those whom a line served, interval by interval."""
        return [cell.waits for cell in self._book.lines[line].cells]

    def check(self, now: int) -> None:
        """
        Raise OutOfBalance unless every law holds: both legs balance in each line and interval and in all, lines add up
        to the whole, no agent is more than fully used, and the effort of contacts is the agents' busy time.
        """
        summed = Sums()
        for line in self._book.lines:
            for part in self.course(now, line, quantiles=False):
                part.check_balance()
                summed.add(part)
        total = self.sums(now)
        total.check_balance()
        for name in ("offered", "served", "abandoned", "reservations", "queue_ms", "wait_ms"):
            if getattr(summed, name) != getattr(total, name):
                raise OutOfBalance(f"{name}: lines add up to {getattr(summed, name)}, all is {getattr(total, name)}")
        self._occupancy.check(now)

    def anew(self, since: int) -> "Measures":
        """
        The same desk, counted from nothing for contacts asked for from `since` on; nothing was seen after `since` yet.

        Agents are taken over as they are: they do not sign in again because a day begins.
        """
        fresh = Measures(self._book.lines, self._book.service_level_ms, since, waits=self._book.new_waits)
        fresh._count_agents(self._occupancy.anew(fresh.intervals))
        return fresh

    def _chosen(self, line: LineKey | None) -> list[LineCount]:
        return list(self._book.lines.values()) if line is None else [self._book.lines[line]]

    def _policy_adopted(self, now: int, event: ev.PolicyAdopted) -> None:
        """New lines are counted from now on; a line that was closed keeps its counts."""
        for rules in event.policy.lines:
            if rules.key not in self._book.lines:
                self._book.lines[rules.key] = LineCount(self.intervals, now, self._book.new_waits)


def _put_quantiles(sums: Sums, waits: Waits) -> None:
    sums.wait_p50_ms, sums.wait_p90_ms = waits.quantile(0.5), waits.quantile(0.9)
