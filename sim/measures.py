"""
The measures of the desk, computed from its events and nothing else: the same in the twin and on a live wallboard.

Feed every event with its time, in order. A contact belongs to the time it was asked for. Memory: one small record for
each contact that is still in the desk, one for each agent, and for each line and interval the counts and the store of
waits, which is exact or bounded (`sim.waits`). What the numbers mean is written in `sim.sums` and, for people, in
`sim.definitions`.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Final

from router.core import events as ev
from router.core.events import Event
from router.core.hours import FOREVER
from router.core.ids import LineKey
from router.core.lifecycle import CASE
from sim.intervals import Intervals, Level
from sim.occupancy import Occupancy
from sim.sums import OutOfBalance, Sums
from sim.waits import ExactWaits, Waits

KEPT_LEFT: Final = 10_000
"""How many who gave up are remembered, should they come back; the desk itself keeps no more places."""
PROMISE_SLACK_MS: Final = 300_000
"""A promise is kept by a first dial up to this long before or after it."""


class _Cell:
    """What is counted of the contacts that entered one line in one interval."""

    __slots__ = ("sums", "waits")

    def __init__(self, waits: Waits) -> None:
        self.sums = Sums()
        self.waits = waits


class _LineCount:
    """What is counted in one line."""

    __slots__ = ("cells", "queue")

    def __init__(self, intervals: Intervals, now: int, waits: Callable[[], Waits]) -> None:
        self.cells = [_Cell(waits()) for _ in range(intervals.count)]
        self.queue = Level(intervals, now)


class _Open:
    """A contact that is still in the desk. Without a cell it is not measured, but stands in line all the same."""

    __slots__ = (
        "accepted", "asked", "asked_live", "cell", "line", "linked", "live", "promise", "reached", "reserved", "silent",
        "wait",
    )  # fmt: skip

    def __init__(self, line: _LineCount, cell: _Cell, asked: int) -> None:
        self.line = line
        self.cell = cell
        self.asked = asked
        self.asked_live = True
        """Whether the contact stood in the live leg; a callback that was asked for without a chat did not."""
        self.live = True
        """Whether the live leg has no end state yet."""
        self.promise: tuple[int, int] | None = None
        """From when to when the ASC is to be called, until the first dial."""
        self.reserved = False
        """Whether there is a reservation without an end state."""
        self.reached = False
        self.accepted = 0
        """When the first agent accepted the chat."""
        self.wait: int | None = None
        """How long that took, if it is counted as served."""
        self.silent = False
        self.linked = False
        """Whether an agent linked it to an incident."""


class _Case:
    """A case that is still in the desk."""

    __slots__ = ("answered", "asked", "cell", "has_clock", "line", "linked", "overdue")

    def __init__(self, line: _LineCount, cell: _Cell, asked: int) -> None:
        self.line = line
        self.cell = cell
        self.asked = asked
        self.has_clock = False
        self.overdue = False
        self.answered = False
        self.linked = False


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
        self._service_level_ms = service_level_ms
        self.intervals = Intervals(since, until, every)
        self._new_waits = waits
        self._lines = {line: _LineCount(self.intervals, since, waits) for line in lines}
        self._open: dict[int, _Open] = {}
        self._left: OrderedDict[int, tuple[_Open, bool, bool]] = OrderedDict()
        """Who gave up a short while ago: (contact, short, in time); bounded, whoever left first goes first."""
        self._cases: dict[int, _Case] = {}
        self._unmeasured = _Cell(waits())
        """Where contacts are counted that were asked for outside the measured time; nobody reads it."""
        self._occupancy = Occupancy(self.intervals)
        self._on: dict[type, Callable[[int, Any], None]] = {
            ev.ContactQueued: self._queued,
            ev.OfferMade: self._take,
            ev.ContactConnected: self._connected,
            ev.ContactEnded: self._ended,
            ev.ContactClosed: self._closed,
            ev.ContactAbandoned: self._abandoned,
            ev.ContactExpired: self._gone,
            ev.ContactSentAway: self._sent_away,
            ev.ContactConverted: self._converted,
            ev.SilentlyAbandoned: self._left_silently,
            ev.IncidentLinked: self._linked,
            ev.CaseClockSet: self._clock_set,
            ev.CaseOverdue: self._overdue,
            ev.CallbackRequested: self._requested,
            ev.ReturnedToChat: self._returned,
            ev.DialStarted: self._dialled,
            ev.CallbackReached: self._reached,
            ev.CallbackUnreachable: self._unreachable,
            ev.CallbackCancelled: self._cancelled,
            ev.CallbackExpired: self._expired,
            ev.AttemptFailed: self._give,
            ev.ContactRequeued: self._give,
            ev.ContactTransferred: self._give,
            ev.ContactParked: self._give,
            ev.OfferDeclined: self._give,
            ev.OfferTimedOut: self._give,
            ev.OfferWithdrawn: self._give,
            ev.AgentSignedIn: self._signed_in,
            ev.AgentStatusSet: self._status_set,
            ev.NextStatusSet: self._next_status_set,
            ev.AgentNotResponding: self._not_responding,
            ev.PolicyAdopted: self._policy_adopted,
        }

    @property
    def lines(self) -> list[LineKey]:
        """The lines that are counted, in the order of the policy."""
        return list(self._lines)

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
            sums = self._lines[line].cells[self.intervals.index(now)].sums
            if shut:
                sums.shut += 1
            else:
                sums.offered += 1
                sums.blocked += 1

    def sums(self, now: int, line: LineKey | None = None) -> Sums:
        """The counts of one line, or of all, up to `now` (ms); what still waits is counted as of now."""
        total, waits = Sums(), self._new_waits()
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
        for contact in self._open.values():
            if contact.cell is not self._unmeasured and (line is None or contact.line is lines[0]):
                sums = parts[self.intervals.index(contact.asked)]
                sums.waiting += contact.live
                sums.waiting_short += contact.live and now - contact.asked < self._service_level_ms
                sums.open += contact.reserved
        for case in self._cases.values():
            if case.cell is not self._unmeasured and (line is None or case.line is lines[0]):
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
                waits = self._new_waits()
                for one in lines:
                    waits.merge(one.cells[index].waits)
                _put_quantiles(sums, waits)
        return parts

    def waits(self, line: LineKey) -> list[Waits]:
        """The waits of those whom a line served, interval by interval."""
        return [cell.waits for cell in self._lines[line].cells]

    def check(self, now: int) -> None:
        """
        Raise OutOfBalance unless every law holds: both legs balance in each line and interval and in all, lines add up
        to the whole, no agent is more than fully used, and the effort of contacts is the agents' busy time.
        """
        summed = Sums()
        for line in self._lines:
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
        fresh = Measures(self._lines, self._service_level_ms, since, waits=self._new_waits)
        fresh._occupancy = self._occupancy.anew(fresh.intervals)
        return fresh

    def _chosen(self, line: LineKey | None) -> list[_LineCount]:
        return list(self._lines.values()) if line is None else [self._lines[line]]

    # --- what each event counts as

    def _cell(self, line: _LineCount, asked: int) -> _Cell:
        return line.cells[self.intervals.index(asked)] if self.intervals.holds(asked) else self._unmeasured

    def _queued(self, now: int, event: ev.ContactQueued) -> None:
        line, asked = self._lines[event.line], event.waiting_since
        if event.resumes in self._left:
            self._open[event.contact_id] = self._come_back(now, event.resumes)
            return
        cell = self._cell(line, asked)
        # A case is work that can wait: it is no live contact, and has only its clock and its time in the occupancy.
        if event.channel == CASE:
            self._cases[event.contact_id] = _Case(line, cell, asked)
            cell.sums.cases += 1
            return
        cell.sums.offered += 1
        line.queue.change(now, 1)
        self._open[event.contact_id] = _Open(line, cell, asked)

    def _leaves_line(self, now: int, contact: _Open) -> None:
        contact.live = False
        contact.line.queue.change(now, -1)

    def _connected(self, now: int, event: ev.ContactConnected) -> None:
        contact = self._open.get(event.contact_id)
        # A chat that comes back after its agent was lost has been served already: its wait is not reopened.
        if contact is not None and contact.live:
            self._leaves_line(now, contact)
            wait, sums = now - contact.asked, contact.cell.sums
            sums.served += 1
            sums.served_in_time += wait <= self._service_level_ms
            sums.wait_ms += wait
            contact.cell.waits.add(wait)
            contact.accepted, contact.wait = now, wait

    def _left_silently(self, _now: int, event: ev.SilentlyAbandoned) -> None:
        """The agent who accepted talked to nobody: nobody was served."""
        contact = self._open.get(event.contact_id)
        if contact is not None and contact.wait is not None:
            wait, sums = contact.wait, contact.cell.sums
            sums.served -= 1
            sums.served_in_time -= wait <= self._service_level_ms
            sums.wait_ms -= wait
            contact.cell.waits.remove(wait)
            sums.silent += 1
            contact.silent, contact.wait = True, None

    def _linked(self, _now: int, event: ev.IncidentLinked) -> None:
        one = self._open.get(event.contact_id) or self._cases.get(event.contact_id)
        if one is not None and not one.linked:
            one.linked = True
            one.cell.sums.linked += 1

    def _clock_set(self, _now: int, event: ev.CaseClockSet) -> None:
        case = self._cases.get(event.contact_id)
        if case is not None:
            case.has_clock = event.due > 0 or event.rank == FOREVER
            case.overdue = False

    def _overdue(self, _now: int, event: ev.CaseOverdue) -> None:
        case = self._cases.get(event.contact_id)
        if case is not None:
            case.overdue = True

    def _abandoned(self, now: int, event: ev.ContactAbandoned) -> None:
        contact = self._open.pop(event.contact_id, None)
        if contact is not None and contact.live:
            self._leaves_line(now, contact)
            in_time = event.ended - contact.asked <= self._service_level_ms
            _count_abandoned(contact.cell.sums, event.short, in_time, 1)
            self._left[event.contact_id] = contact, event.short, in_time
            if len(self._left) > KEPT_LEFT:
                self._left.popitem(last=False)

    def _come_back(self, now: int, contact_id: int) -> _Open:
        """Who gave up and is back within the grace is the same contact, which was not abandoned after all."""
        contact, short, in_time = self._left.pop(contact_id)
        _count_abandoned(contact.cell.sums, short, in_time, -1)
        contact.live = True
        contact.line.queue.change(now, 1)
        return contact

    def _converted(self, now: int, event: ev.ContactConverted) -> None:
        contact = self._open.get(event.contact_id)
        if contact is not None:
            contact.cell.sums.converted += contact.live
            contact.cell.sums.reservations += not contact.reserved  # Another time is no other reservation.
            if contact.live:
                self._leaves_line(now, contact)
            contact.reserved = True
            contact.promise = event.promise_from, event.promise_to

    def _requested(self, _now: int, event: ev.CallbackRequested) -> None:
        line, asked = self._lines[event.line], event.waiting_since
        cell = self._cell(line, asked)
        cell.sums.reservations += 1
        contact = self._open[event.contact_id] = _Open(line, cell, asked)
        contact.asked_live = contact.live = False
        contact.reserved = True
        contact.promise = event.promise_from, event.promise_to

    def _returned(self, now: int, event: ev.ReturnedToChat) -> None:
        """The reservation is over, and the contact waits live again as if it had never been converted."""
        contact = self._open.get(event.contact_id)
        if contact is not None:
            sums = contact.cell.sums
            sums.returned_to_live += 1
            if contact.asked_live:
                sums.converted -= 1
            else:
                sums.offered += 1
            contact.asked_live = contact.live = True
            contact.line.queue.change(now, 1)
            contact.reserved = False
            contact.promise = None

    def _dialled(self, now: int, event: ev.DialStarted) -> None:
        """The first dial decides whether the promise was kept; later attempts do not."""
        contact = self._open.get(event.contact_id)
        if contact is not None and contact.promise is not None:
            earliest, latest = contact.promise
            contact.promise = None
            sums = contact.cell.sums
            sums.dialled += 1
            sums.dialled_early += now < earliest - PROMISE_SLACK_MS
            sums.dialled_late += now > latest + PROMISE_SLACK_MS

    def _reached(self, now: int, event: ev.CallbackReached) -> None:
        contact = self._open.get(event.contact_id)
        if contact is not None and not contact.reached:
            contact.reached = True
            contact.cell.sums.called_back += 1
            contact.cell.sums.callback_wait_ms += now - contact.asked

    def _ended(self, _now: int, event: ev.ContactEnded) -> None:
        contact = self._open.get(event.contact_id)
        if contact is not None and contact.reserved:
            contact.reserved = False
            contact.cell.sums.completed += 1
        case = self._cases.get(event.contact_id)
        if case is not None and case.has_clock:
            case.answered = True
            case.cell.sums.cases_in_time += not case.overdue
            case.cell.sums.cases_late += case.overdue

    def _closed(self, now: int, event: ev.ContactClosed) -> None:
        case = self._cases.pop(event.contact_id, None)
        if case is not None:
            case.cell.sums.cases_done += 1
        contact = self._open.pop(event.contact_id, None)
        if contact is not None and contact.silent:
            contact.cell.sums.silent_ms += now - contact.accepted
            contact.cell.sums.silent_closed += 1
        self._occupancy.give(now, event.agent_id, event.contact_id)

    def _unreachable(self, now: int, event: ev.CallbackUnreachable) -> None:
        contact = self._open.pop(event.contact_id, None)
        if contact is not None:
            contact.cell.sums.unreachable += 1
        self._occupancy.give(now, event.agent_id, event.contact_id)

    def _cancelled(self, _now: int, event: ev.CallbackCancelled) -> None:
        contact = self._open.pop(event.contact_id, None)
        if contact is not None:
            contact.cell.sums.cancelled += 1

    def _expired(self, _now: int, event: ev.CallbackExpired) -> None:
        contact = self._open.pop(event.contact_id, None)
        if contact is not None:
            contact.cell.sums.expired += 1

    def _sent_away(self, now: int, event: ev.ContactSentAway) -> None:
        self._cases.pop(event.contact_id, None)
        contact = self._open.pop(event.contact_id, None)
        if contact is not None and contact.live:
            self._leaves_line(now, contact)
            contact.cell.sums.blocked += 1

    def _gone(self, _now: int, event: ev.ContactExpired) -> None:
        """A parked contact was served already."""
        self._open.pop(event.contact_id, None)

    def _take(self, now: int, event: ev.OfferMade) -> None:
        self._occupancy.take(now, event.agent_id, event.contact_id, event.contact_id in self._cases)

    def _give(self, now: int, event: Any) -> None:
        """The agent named holds a contact less."""
        self._occupancy.give(now, event.agent_id, event.contact_id)

    def _signed_in(self, now: int, event: ev.AgentSignedIn) -> None:
        self._occupancy.sign_in(now, event.agent_id, (event.products, event.languages))

    def _status_set(self, now: int, event: ev.AgentStatusSet) -> None:
        self._occupancy.status(now, event.agent_id, event.status)

    def _next_status_set(self, now: int, event: ev.NextStatusSet) -> None:
        self._occupancy.leaves(now, event.agent_id, event.status)

    def _not_responding(self, now: int, event: ev.AgentNotResponding) -> None:
        self._occupancy.present(now, event.agent_id, False)

    def _policy_adopted(self, now: int, event: ev.PolicyAdopted) -> None:
        """New lines are counted from now on; a line that was closed keeps its counts."""
        for rules in event.policy.lines:
            if rules.key not in self._lines:
                self._lines[rules.key] = _LineCount(self.intervals, now, self._new_waits)


def _count_abandoned(sums: Sums, short: bool, in_time: bool, count: int) -> None:
    if short:
        sums.short_abandoned += count
    else:
        sums.abandoned += count
        sums.abandoned_in_time += count * in_time


def _put_quantiles(sums: Sums, waits: Waits) -> None:
    sums.wait_p50_ms, sums.wait_p90_ms = waits.quantile(0.5), waits.quantile(0.9)
