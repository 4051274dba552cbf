"""
The shifts that may be planned, each with its breaks at fixed times, and in which intervals who works one is there.

A run of whole days comes round: a shift that passes its end is there at its beginning. Shifts go by the clock of their
site; a day of the plan is a date there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import numpy as np

from sim.demand.local import RunClock
from sim.fields import format_clock
from sim.laws import Floats
from sim.people.section import Break, Shift
from sim.plan.load import Grid
from sim.plan.pools import Pool
from sim.plan.section import PlannedShift
from sim.scenario import Scenario

_DAY_MS = 86_400_000
_HALF_HOUR_MS = 1_800_000


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    When a shift begins on the wall (None: all the time), how long it lasts, its breaks (after, length), in ms.

    `zone` is whose wall that is; empty for the desk's own.
    """

    begins: int | None
    lasts: int
    breaks: tuple[tuple[int, int], ...] = ()
    end: str = "finish"
    zone: str = ""

    @property
    def label(self) -> str:
        """`08:30-17:00, breaks 10:30 12:30`, and the site's clock where it is not the desk's."""
        if self.begins is None:
            return "all the time"
        pauses = f", breaks {self.pauses}" if self.breaks else ""
        return f"{self.clock}{pauses}{f' ({self.zone})' if self.zone else ''}"

    @property
    def clock(self) -> str:
        """`08:30-17:00`; empty for all the time."""
        if self.begins is None:
            return ""
        return f"{format_clock(self.begins % _DAY_MS)}-{format_clock((self.begins + self.lasts) % _DAY_MS)}"

    @property
    def pauses(self) -> str:
        """When breaks begin: `10:30 12:30`."""
        return " ".join(format_clock(((self.begins or 0) + after) % _DAY_MS) for after, _ in self.breaks)

    def starts(self, day: int, clock: RunClock) -> float:
        """When it begins on that day of the plan, on the run's own clock."""
        zone = ZoneInfo(self.zone) if self.zone else None
        return clock.at(clock.day + timedelta(days=day), self.begins or 0, zone)


@dataclass(frozen=True, slots=True)
class Column:
    """A pattern that a pool may work on one day; `there` is the share of each interval, `paid_hours` all of it."""

    pool: int
    pattern: Pattern
    day: int
    there: Floats
    paid_hours: float
    starts: float = 0.0
    """On the run's own clock, ms."""


def comes_round(grid: Grid) -> bool:
    """Whether a run is made of whole days, give or take an hour for a change of clocks."""
    return abs(grid.horizon_ms - grid.days * _DAY_MS) <= 3_600_000


def columns_of(scenario: Scenario, pools: Sequence[Pool], grid: Grid, clock: RunClock) -> list[Column]:
    """Every pattern of every pool on every day; one that is never there within the run is left out."""
    found: list[Column] = []
    shapes: dict[tuple[Pattern, int], tuple[float, Floats]] = {}
    for place, pool in enumerate(pools):
        for pattern in patterns_of(scenario, pool):
            if pattern.begins is None:
                found.append(Column(place, pattern, 0, np.ones(grid.count), grid.horizon_ms / 3_600_000))
                continue
            for day in range(grid.days):
                key = (replace(pattern, end="finish"), day)
                if key not in shapes:
                    starts = pattern.starts(day, clock)
                    shapes[key] = starts, _there(pattern, starts, grid)
                starts, there = shapes[key]
                if there.any():
                    found.append(Column(place, pattern, day, there, pattern.lasts / 3_600_000, starts))
    return found


def run_days_of(pattern: Pattern, days: Sequence[int], grid: Grid, clock: RunClock) -> list[int]:
    """These days of the plan as `people.shift.run_days` counts them: days of the site of which the run holds a part."""
    zone = ZoneInfo(pattern.zone) if pattern.zone else None
    dates = clock.days(grid.horizon_ms, zone)
    # A site elsewhere has a part of one day more; what comes round is there on both.
    rounds = (-grid.days, 0, grid.days) if comes_round(grid) else (0,)
    wanted = {clock.day + timedelta(days=day + turn) for day in days for turn in rounds}
    return [place for place, date in enumerate(dates) if date in wanted]


def patterns_of(scenario: Scenario, pool: Pool) -> list[Pattern]:
    """What one pool may work."""
    if scenario.plan.shifts:
        kinds = [one for one in scenario.plan.shifts if not one.pools or pool.name in one.pools]
        return list(dict.fromkeys(pattern for kind in kinds for pattern in _patterns(kind)))
    shifts = [scenario.people[name].shift for name in pool.groups]
    known = [shift for shift in shifts if shift is not None]
    found = [Pattern(None, 0)] if len(known) < len(shifts) else []
    if not known:
        return found
    # Where the scenario says nothing of planning, its own shifts may begin at every half hour between theirs, site by
    # site.
    for zone in dict.fromkeys(shift.time_zone or "" for shift in known):
        here = [shift for shift in known if (shift.time_zone or "") == zone]
        begins = _between([shift.from_ for shift in here], any(shift.daily for shift in here))
        latest_end = max(shift.from_ + shift.length for shift in here)
        for shift in _shapes(here):
            for begin in begins:
                if shift.daily or begin + shift.length <= latest_end:
                    found += [Pattern(begin, shift.length, one, shift.end, zone) for one in _positions(shift.breaks)]
    return list(dict.fromkeys(found))


def _between(begins: Sequence[int], daily: bool) -> list[int]:
    """These times and every half hour between the first and the last; by the clock, after the longest gap, if daily."""
    known = sorted(set(begins))
    if daily:
        gaps = [((known[place] - known[place - 1]) % _DAY_MS, place) for place in range(len(known))]
        first = known[max(gaps)[1]]
        known = sorted(first + (one - first) % _DAY_MS for one in known)
    every = {*range(known[0], known[-1] + 1, _HALF_HOUR_MS), *known}
    return sorted(one % _DAY_MS for one in every)


def _shapes(shifts: Sequence[Shift]) -> list[Shift]:
    alike = {(one.length, tuple(each.model_dump_json() for each in one.breaks), one.end): one for one in shifts}
    return list(alike.values())


def _patterns(kind: PlannedShift) -> Iterator[Pattern]:
    for begin in range(kind.earliest, min(kind.latest, _DAY_MS - 60_000) + 1, kind.every):
        for breaks in _positions(kind.breaks):
            yield Pattern(begin, kind.lasts, breaks, zone=kind.time_zone or "")


def _positions(breaks: Sequence[Break]) -> list[tuple[tuple[int, int], ...]]:
    """Every choice of one time for each break, those that overlap or are out of order left out."""
    choices = [[(one.after + wave * one.apart, one.lasts) for wave in range(one.waves)] for one in breaks]
    return [
        chosen
        for chosen in product(*choices)
        if all(first[0] + first[1] <= second[0] for first, second in pairwise(chosen))
    ]


def _there(pattern: Pattern, begin: float, grid: Grid) -> Floats:
    pieces, at = [], begin
    for after, lasts in pattern.breaks:
        pieces.append((at, begin + after))
        at = begin + after + lasts
    pieces.append((at, begin + pattern.lasts))
    found = np.zeros(grid.count)
    edges = grid.edges
    for first, last in pieces:
        found += _overlap(edges, first, last)
        if comes_round(grid):
            for round_ in (-grid.horizon_ms, grid.horizon_ms):
                found += _overlap(edges, first + round_, last + round_)
    shares: Floats = np.minimum(found / np.maximum(np.diff(edges), 1.0), 1.0)
    return shares


def _overlap(edges: Floats, first: float, last: float) -> Floats:
    within: Floats = np.maximum(np.minimum(edges[1:], last) - np.maximum(edges[:-1], first), 0.0)
    return within
