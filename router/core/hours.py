"""
When something is open: sorted, disjoint intervals of instants, and what the desk asks of them.

The desk knows no time zone and no day. `router.wire.hours` compiles calendars to instants up to a horizon; here they
are only searched, cut and joined. An interval is (opens, closes) in milliseconds, open from the first instant up to,
not including, the second. What lies beyond the horizon is not known, and what is not known is closed.
"""

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import Final

from router.core.ids import LineKey
from router.core.records import record

Interval = tuple[int, int]
Intervals = tuple[Interval, ...]

FOREVER: Final = 2**53 - 1
"""Where an interval ends that never closes: what is open around the clock does not close at a horizon."""

_opens = itemgetter(0)
_closes = itemgetter(1)


@record
class LineHours:
    """The contact hours of a line, each the number of one of `Hours.calendars`."""

    line: LineKey
    chat: int
    phone: int


@record
class LanguageHours:
    """The hours of a language, the number of one of `Hours.calendars`."""

    language: str
    calendar: int


@record
class Hours:
    """
    Every calendar of a policy, known from `from_ms` up to `horizon_ms`.

    The three kinds are never mixed: contact hours say when a line takes contacts, language hours when a language is
    spoken, work hours when the clock of a case runs. An extension is the same record for a later stretch of time.
    """

    source: str
    """A short hash of the document and its lines; an extension made from another one does not fit."""
    from_ms: int
    horizon_ms: int
    calendars: tuple[Intervals, ...]
    lines: tuple[LineHours, ...]
    languages: tuple[LanguageHours, ...]
    work: tuple[int, int, int, int]
    """The work hours of P1, P2, P3, P4, each the number of one of `calendars`."""


def work_hours(hours: Hours, priority: int) -> Intervals:
    """When the clock of a case of this priority (1 to 4) runs."""
    return hours.calendars[hours.work[priority - 1]]


def continues(hours: Hours, part: Hours) -> bool:
    """Whether `part` was made from the same document and begins where `hours` end."""
    return part.source == hours.source and part.from_ms == hours.horizon_ms


def extended(hours: Hours, part: Hours) -> Hours:
    """Both as one, the same as compiled at once. `part` must continue `hours`."""
    calendars = tuple(_joined(known, more) for known, more in zip(hours.calendars, part.calendars, strict=True))
    return Hours(hours.source, hours.from_ms, part.horizon_ms, calendars, hours.lines, hours.languages, hours.work)


def _joined(known: Intervals, more: Intervals) -> Intervals:
    """Only the seam can touch: both sides are sorted, and the second begins where the first is known to end."""
    if known and more and known[-1][1] >= more[0][0]:
        return (*known[:-1], (known[-1][0], more[0][1]), *more[1:])
    return known + more


# --- asked at an instant


def is_open(intervals: Intervals, at: int) -> bool:
    """Whether `at` lies in one of the intervals."""
    index = bisect_right(intervals, at, key=_closes)
    return index < len(intervals) and intervals[index][0] <= at


def next_open(intervals: Intervals, at: int) -> int | None:
    """The first open instant that is not before `at`, which is `at` itself when open; None when none is known."""
    index = bisect_right(intervals, at, key=_closes)
    return max(at, intervals[index][0]) if index < len(intervals) else None


def next_close(intervals: Intervals, at: int) -> int | None:
    """
    The first closed instant that is not before `at`, which is `at` itself when closed; None when it never closes.

    An answer that is the horizon itself tells only that nothing is known beyond.
    """
    index = bisect_right(intervals, at, key=_closes)
    if index == len(intervals) or intervals[index][0] > at:
        return at
    closes = intervals[index][1]
    return closes if closes < FOREVER else None


def elapsed_open_ms(intervals: Intervals, from_ms: int, to_ms: int) -> int:
    """How much of the time between two instants is open: what a case clock shows. 0 when they are in reverse order."""
    open_ms = 0
    for index in range(bisect_right(intervals, from_ms, key=_closes), len(intervals)):
        opens, closes = intervals[index]
        if opens >= to_ms:
            break
        open_ms += max(min(closes, to_ms) - max(opens, from_ms), 0)
    return open_ms


def when_elapsed(intervals: Intervals, from_ms: int, open_ms: int) -> int | None:
    """The first instant at which a case clock that starts at `from_ms` shows `open_ms`; None when that is not known."""
    left = open_ms
    if left <= 0:
        return from_ms
    for index in range(bisect_right(intervals, from_ms, key=_closes), len(intervals)):
        opens, closes = intervals[index]
        begins = max(opens, from_ms)
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    return None


# --- made from others


def merged(intervals: Iterable[Interval]) -> Intervals:
    """Sorted and disjoint; those that overlap or touch become one, empty ones are dropped."""
    done: list[Interval] = []
    for opens, closes in sorted(intervals):
        if opens >= closes:
            continue
        if done and opens <= done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], closes))
        else:
            done.append((opens, closes))
    return tuple(done)


def clipped(intervals: Intervals, from_ms: int, to_ms: int) -> Intervals:
    """What lies between two instants."""
    return common(intervals, ((from_ms, to_ms),)) if from_ms < to_ms else ()


def common(left: Intervals, right: Intervals) -> Intervals:
    """When both are open; both must be sorted and disjoint."""
    both: list[Interval] = []
    one, other = 0, 0
    while one < len(left) and other < len(right):
        opens = max(left[one][0], right[other][0])
        closes = min(left[one][1], right[other][1])
        if opens < closes:
            both.append((opens, closes))
        if left[one][1] <= right[other][1]:
            one += 1
        else:
            other += 1
    return tuple(both)


def without(intervals: Intervals, forbidden: Intervals) -> Intervals:
    """When the first is open and the second is not; both must be sorted and disjoint."""
    allowed: list[Interval] = []
    begins = -FOREVER
    for opens, closes in forbidden:
        allowed.append((begins, opens))
        begins = closes
    return common(intervals, (*allowed, (begins, FOREVER)))
