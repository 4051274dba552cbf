"""
The shifts that may be planned, each with its breaks at fixed times, and in which intervals who works one is there.

A run of whole days comes round: a shift that passes midnight on the last day is there at the beginning of the first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

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
    """When a shift begins on the wall (None: all the time), how long it lasts, its breaks (after, length), in ms."""

    begins: int | None
    lasts: int
    breaks: tuple[tuple[int, int], ...] = ()
    end: str = "finish"

    @property
    def label(self) -> str:
        """`08:30-17:00, breaks 10:30 12:30`."""
        if self.begins is None:
            return "all the time"
        clock = f"{format_clock(self.begins % _DAY_MS)}-{format_clock((self.begins + self.lasts) % _DAY_MS)}"
        pauses = " ".join(format_clock((self.begins + after) % _DAY_MS) for after, _ in self.breaks)
        return f"{clock}, breaks {pauses}" if pauses else clock


@dataclass(frozen=True, slots=True)
class Column:
    """A pattern that a pool may work on one day; `there` is the share of each interval, `paid_hours` all of it."""

    pool: int
    pattern: Pattern
    day: int
    there: Floats
    paid_hours: float


def comes_round(grid: Grid) -> bool:
    """Whether a run is made of whole days, give or take an hour for a change of clocks."""
    return abs(grid.horizon_ms - grid.days * _DAY_MS) <= 3_600_000


def columns_of(scenario: Scenario, pools: Sequence[Pool], grid: Grid, clock: RunClock) -> list[Column]:
    """Every pattern of every pool on every day; one that is never there within the run is left out."""
    found: list[Column] = []
    shapes: dict[tuple[Pattern, int], Floats] = {}
    for place, pool in enumerate(pools):
        for pattern in patterns_of(scenario, pool):
            if pattern.begins is None:
                found.append(Column(place, pattern, 0, np.ones(grid.count), grid.horizon_ms / 3_600_000))
                continue
            for day in range(grid.days):
                key = (replace(pattern, end="finish"), day)
                if key not in shapes:
                    shapes[key] = _there(pattern, day, grid, clock)
                if shapes[key].any():
                    found.append(Column(place, pattern, day, shapes[key], pattern.lasts / 3_600_000))
    return found


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
    # Where the scenario says nothing of planning, its own shifts may begin at every half hour between theirs.
    begins = _between([shift.from_ for shift in known], any(shift.daily for shift in known))
    latest_end = max(shift.from_ + shift.length for shift in known)
    for shift in _shapes(known):
        for begin in begins:
            if shift.daily or begin + shift.length <= latest_end:
                found += [Pattern(begin, shift.length, breaks, shift.end) for breaks in _positions(shift.breaks)]
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
            yield Pattern(begin, kind.lasts, breaks)


def _positions(breaks: Sequence[Break]) -> list[tuple[tuple[int, int], ...]]:
    """Every choice of one time for each break, those that overlap or are out of order left out."""
    choices = [[(one.after + wave * one.apart, one.lasts) for wave in range(one.waves)] for one in breaks]
    return [
        chosen
        for chosen in product(*choices)
        if all(first[0] + first[1] <= second[0] for first, second in pairwise(chosen))
    ]


def _there(pattern: Pattern, day: int, grid: Grid, clock: RunClock) -> Floats:
    assert pattern.begins is not None
    begin = clock.after(day, pattern.begins)
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
            found += _overlap(edges, first - grid.horizon_ms, last - grid.horizon_ms)
    shares: Floats = np.minimum(found / np.maximum(np.diff(edges), 1.0), 1.0)
    return shares


def _overlap(edges: Floats, first: float, last: float) -> Floats:
    within: Floats = np.maximum(np.minimum(edges[1:], last) - np.maximum(edges[:-1], first), 0.0)
    return within
