"""A staffing as the `people` section of a scenario, so that the twin runs it like any other."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from router.wire.units import format_duration_ms
from sim.demand.sources import run_clock
from sim.fields import format_clock
from sim.plan.master import Staffing
from sim.plan.pools import Pool
from sim.plan.problem import Problem, Unstaffable
from sim.plan.shifts import Pattern, comes_round, run_days_of
from sim.scenario import Scenario
from sim.scenario_file import as_scenario
from sim.settings import plain

_LONGEST_NAME = 32
_AWAY = "15 min"
"""
How long one is away at a time where shrinkage says nothing of it. Without a length so large a part of each group, to
the nearest agent, would never come; in the small groups of a plan that is nobody.
"""


def people_of(problem: Problem, staffing: Staffing) -> dict[str, dict[str, Any]]:
    """The groups by name: agents of one pool who work the same shift on the same days."""
    by_day = _by_day(problem, staffing)
    found: dict[str, dict[str, Any]] = {}
    for (place, pattern), counts in by_day.items():
        for days, agents in _levels(counts):
            group = _as_written(problem.pools[place], agents)
            shift = _shift(problem, pattern, days)
            if shift is not None:
                group["shift"] = shift
            found[_free_name(problem.pools[place].name, pattern, found, problem.scenario.people)] = group
    return found


def planned(problem: Problem, staffing: Staffing) -> Scenario:
    """The scenario with these people instead of its own."""
    data = plain(problem.scenario)
    data["people"] = people_of(problem, staffing)
    if len(data["people"]) > 1_000:
        raise Unstaffable("the plan has more than 1,000 different shifts; take fewer times for breaks (plan.shifts)")
    return as_scenario(data, "the plan")


def _by_day(problem: Problem, staffing: Staffing) -> Mapping[tuple[int, Pattern], list[int]]:
    found: dict[tuple[int, Pattern], list[int]] = {}
    for place in np.flatnonzero(staffing.counts):
        column = problem.columns[place]
        counts = found.setdefault((column.pool, column.pattern), [0] * problem.grid.days)
        counts[column.day] = int(staffing.counts[place])
    return dict(sorted(found.items(), key=lambda one: (one[0][0], one[0][1].begins or 0, one[0][1].breaks)))


def _levels(counts: list[int]) -> list[tuple[list[int], int]]:
    """Days, and how many agents work on just these: 3, 3, 1 are one on all of them, and two on the first two."""
    found: dict[tuple[int, ...], int] = {}
    for level in range(1, max(counts) + 1):
        days = tuple(day for day, count in enumerate(counts) if count >= level)
        found[days] = found.get(days, 0) + 1
    return [(list(days), agents) for days, agents in found.items()]


def _shift(problem: Problem, pattern: Pattern, days: list[int]) -> dict[str, Any] | None:
    """As the file writes it; None for who is there all the time."""
    if pattern.begins is None:
        return None
    grid = problem.grid
    found: dict[str, Any] = {"from": format_clock(pattern.begins), "lasts": format_duration_ms(pattern.lasts)}
    if pattern.zone:
        found["time_zone"] = pattern.zone
    if comes_round(grid) and len(days) == grid.days:
        found["daily"] = True
    elif comes_round(grid) or days != [0]:
        found["run_days"] = run_days_of(pattern, days, grid, run_clock(problem.scenario))
    if pattern.breaks:
        found["breaks"] = [
            {"after": format_duration_ms(after), "lasts": format_duration_ms(lasts)} for after, lasts in pattern.breaks
        ]
    if pattern.end != "finish":
        found["end"] = pattern.end
    return found


def _as_written(pool: Pool, agents: int) -> dict[str, Any]:
    group = pool.group.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    group.pop("shift", None)
    if pool.group.shrinkage is not None and pool.group.shrinkage.lasts is None:
        group["shrinkage"] = {"share": pool.group.shrinkage.share, "lasts": {"exponential": _AWAY}}
    return {"agents": agents, **{key: value for key, value in group.items() if key != "agents"}}


def _free_name(pool: str, pattern: Pattern, *taken: Mapping[str, Any]) -> str:
    clock = "all" if pattern.begins is None else format_clock(pattern.begins).replace(":", "")
    stem = f"{pool[: _LONGEST_NAME - 10]}-{clock}"
    names = [stem, *(f"{stem}-{number}" for number in range(2, 10_000))]
    return next(name for name in names if not any(name in one for one in taken))
