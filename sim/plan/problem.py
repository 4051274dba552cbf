"""
What a plan must cover, as rows of numbers: how many agents of which pools, in which interval, and by which rule.

Each row says that a set of lines needs so many agents of those who may serve any of them. That is necessary and not
sufficient: what is missing is found by the twin and added as a cut (`sim.plan.search`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations
from typing import Literal

import numpy as np

from router.core.ids import LineKey, line_key
from sim.demand.sources import run_clock
from sim.laws import Floats
from sim.model import build
from sim.plan.load import Grid, Load, asked_for, loads_of, open_share, together
from sim.plan.pools import Kind, Pool, kinds_of, pools_of
from sim.plan.requirement import Wanted, agents_for
from sim.plan.shifts import Column, columns_of
from sim.plan.unstaffable import Unstaffable as Unstaffable
from sim.plan.unstaffable import refuse
from sim.scenario import Scenario
from sim.targets import FEW

Rule = Literal["targets", "home", "floor", "cases", "policy"]
_FEW_KINDS = 5
_MOST_CASE_SHARE = 0.95
"""Cases wait, but not for ever: live work and cases together take at most so much of the agents' time."""


@dataclass(frozen=True, slots=True)
class Row:
    """Agents of `pools` needed by `lines` in every interval. `seats`: whether who is absent or away counts less."""

    rule: Rule
    lines: str
    pools: frozenset[int]
    kinds: frozenset[int] = frozenset()
    seats: bool = True


@dataclass(frozen=True, slots=True)
class Needs:
    """Rows, and for each how many agents are needed in every interval (rows x intervals)."""

    rows: Sequence[Row]
    numbers: Floats


@dataclass(slots=True)
class Problem:
    """A scenario taken apart. Make it with `of`."""

    scenario: Scenario
    grid: Grid
    pools: list[Pool]
    kinds: list[Kind]
    loads: list[Load]
    columns: list[Column]
    wanted: Wanted
    labels: list[str]
    reach: Floats
    """1 where a pool may have anybody there at all, pools x intervals."""
    notes: list[str] = field(default_factory=list)
    """What a planner should know of the input."""
    floors: dict[str, Floats] = field(default_factory=dict)
    expected: dict[tuple[LineKey, ...], float] = field(default_factory=dict)
    """Contacts in one of the periods over which targets are kept, by the lines that keep them together."""

    @classmethod
    def of(cls, scenario: Scenario) -> "Problem":
        """Raises `Unstaffable` for what cannot be planned at all."""
        refuse(scenario)
        clock, every, horizon = run_clock(scenario), scenario.plan.every, scenario.run.horizon
        begins = clock.days_begin(horizon)
        count = -(-horizon // every)
        day_of = np.searchsorted(begins, np.arange(count) * float(every), side="right") - 1
        grid = Grid(every, count, horizon, tuple(int(day) for day in day_of))
        model, pools = build(scenario), pools_of(scenario)
        unknown = [name for name in scenario.plan.pools if name not in [one.name for one in pools]]
        if unknown:
            raise Unstaffable(f"plan.pools: there is no pool '{unknown[0]}'; they are {_named(pools)}")
        asked = asked_for(scenario)
        kinds = kinds_of(scenario, pools, asked)
        columns = columns_of(scenario, pools, grid, clock)
        reach = np.zeros((len(pools), count))
        for column in columns:
            reach[column.pool] = np.maximum(reach[column.pool], column.there > 0)
        found = cls(
            scenario=scenario,
            grid=grid,
            pools=pools,
            kinds=kinds,
            loads=loads_of(scenario, model, pools, kinds, grid),
            columns=columns,
            wanted=_wanted(scenario),
            labels=[_label(clock.local(at), grid.days) for at in grid.edges[:-1]],
            reach=reach,
        )
        for language in scenario.policy.languages:
            lines = [line for line in asked if line.partition("/")[2] == language]
            number = scenario.plan.floors.get(language, scenario.plan.floor)
            if lines and number:
                shares = [open_share(model, scenario.run.compress, grid, line) for line in lines]
                found.floors[language] = np.where(np.max(shares, axis=0) > 0, float(number), 0.0)
        found.expected = {lines: _in_a_period(found, lines) for _, lines in found.groups()}
        found.notes += _unreached(found)
        return found

    def reached(self, pools: frozenset[int]) -> Floats:
        """1 in the intervals in which any of these pools may have somebody there."""
        found: Floats = self.reach[sorted(pools)].max(axis=0) if pools else np.zeros(self.grid.count)
        return found

    def needs(self, levels: Sequence[float], cuts: Mapping[frozenset[int], Floats] | None = None) -> Needs:
        """
        What is needed when each kind of work comes `levels` times as often as on the mean day.

        `cuts` are agents to add, by interval, for what a set of kinds needs.
        """
        rows: list[Row] = []
        numbers: list[Floats] = []
        loads = [_scaled(load, level) for load, level in zip(self.loads, levels, strict=True)]
        for pools, kinds in self.sets().items():
            load = together([loads[place] for place in sorted(kinds)])
            row = Row("targets", self.lines_of(kinds), pools, kinds)
            wanted = self._wanted_of(kinds)
            need = np.array([self._agents(rate, load, wanted) for rate in load.rates], dtype=np.float64)
            for cut, more in (cuts or {}).items():
                if cut == kinds:
                    need = need + more
            rows.append(row)
            numbers.append(need * self.reached(pools))
            if load.case_ms.any():
                rows.append(Row("cases", self.lines_of(kinds), pools, kinds))
                numbers.append(load.case_ms / _MOST_CASE_SHARE)
        for home in dict.fromkeys(kind.home for kind in self.kinds if kind.home != kind.pools):
            at_home = frozenset(place for place, kind in enumerate(self.kinds) if kind.home <= home)
            rows.append(Row("home", self.lines_of(at_home), home, at_home))
            load = together([loads[place] for place in sorted(at_home)])
            numbers.append(np.ceil(load.erlang / self.slots(load) - 1e-9) * self.reached(home))
        for language, need in self.floors.items():
            speak = frozenset(place for place, one in enumerate(self.pools) if language in one.group.languages)
            rows.append(Row("floor", f"the language {language}", speak, seats=False))
            numbers.append(need)
        for name in self._named_by_policy():
            members = frozenset(place for place, one in enumerate(self.pools) if one.group.pool == name)
            rows.append(Row("policy", f"the pool '{name}', which the policy names,", members, seats=False))
            numbers.append(np.array([]))
        return Needs(rows, _stacked(numbers, self.grid.count))

    def prices(self) -> Floats:
        """What one of each column costs: paid hours at the pool's rate."""
        return np.array([one.paid_hours * self.pools[one.pool].price for one in self.columns])

    def groups(self) -> list[tuple[str, tuple[LineKey, ...]]]:
        """The lines that keep their targets together, by name."""
        found: dict[str, list[LineKey]] = {}
        for kind in self.kinds:
            for line in kind.lines:
                product, _, language = line.partition("/")
                per = {"all": "all lines", "product": product, "language": language, "line": line}
                found.setdefault(str(per[self.scenario.plan.per]), []).append(line)
        order = [
            line_key(p, language) for p in self.scenario.policy.products for language in self.scenario.policy.languages
        ]
        return [(name, tuple(sorted(lines, key=order.index))) for name, lines in found.items()]

    def kinds_in(self, lines: Sequence[LineKey]) -> frozenset[int]:
        """The kinds of work that these lines have a part in."""
        return frozenset(place for place, kind in enumerate(self.kinds) if set(kind.lines) & set(lines))

    def sets(self) -> dict[frozenset[int], frozenset[int]]:
        """Sets of pools, and for each all kinds of work that nobody else can do."""
        single = list(dict.fromkeys(kind.pools for kind in self.kinds))
        unions = set(single)
        if len(single) <= _FEW_KINDS:
            for size in range(2, len(single) + 1):
                unions |= {frozenset().union(*some) for some in combinations(single, size)}
        else:
            unions |= {frozenset(part) for part in components(single)}
        ordered = sorted(unions, key=lambda one: (len(one), sorted(one)))
        return {
            pools: frozenset(place for place, kind in enumerate(self.kinds) if kind.pools <= pools) for pools in ordered
        }

    def _wanted_of(self, kinds: frozenset[int]) -> Wanted:
        """What these kinds are held to on average, so that a period that has chance against it keeps the targets."""
        of_groups = [contacts for lines, contacts in self.expected.items() if kinds & self.kinds_in(lines)]
        return self.wanted.with_room_for(max(of_groups, default=0.0), self.scenario.plan.probability)

    def _agents(self, rate: float, load: Load, wanted: Wanted) -> int:
        # Three digits of a rate are more than any forecast knows, and let the search remember what it has found.
        rounded = float(f"{rate:.3g}")
        try:
            return agents_for(rounded, load.handle_times, load.abandon_rate, wanted)
        except ValueError as problem:
            if wanted.occupancy < 1:
                raise Unstaffable(
                    f"plan.max_occupancy {wanted.occupancy:g}: {problem}; let agents be busier, or take lower targets"
                ) from None
            raise Unstaffable(f"targets: {problem}; take a lower target, or a longer time for it") from None

    def slots(self, load: Load) -> float:
        """How many contacts' work one agent does at a time, at best."""
        return max(load.handle_times[0] * k / time for k, time in enumerate(load.handle_times, 1))

    def lines_of(self, kinds: frozenset[int]) -> str:
        """Lines of these kinds, in words."""
        lines = [line for place in sorted(kinds) for line in self.kinds[place].lines]
        return ", ".join(lines) if len(lines) <= 3 else f"{', '.join(lines[:2])} and {len(lines) - 2} more lines"

    def _named_by_policy(self) -> list[str]:
        policy = self.scenario.policy
        documents = [policy.routing, *policy.lines.values()]
        return list(dict.fromkeys(pool for one in documents for step in one.steps for pool in step.pools))


def components(sets: Sequence[frozenset[int]]) -> list[set[int]]:
    """Places that hang together by sets they are in."""
    found: list[set[int]] = []
    for one in sets:
        touching = [part for part in found if part & one]
        found = [part for part in found if not part & one]
        found.append(set(one).union(*touching))
    return found


def _stacked(numbers: Sequence[Floats], count: int) -> Floats:
    """As one table; a row with fewer numbers than intervals has its own meaning for them (days, or none)."""
    table = np.zeros((len(numbers), count))
    for place, one in enumerate(numbers):
        table[place, : len(one)] = one
    return table


def _scaled(load: Load, level: float) -> Load:
    return Load(load.erlang * level, load.handle_times, load.abandon_rate, load.expected * level, load.case_ms)


def _wanted(scenario: Scenario) -> Wanted:
    targets = scenario.targets
    level = targets.service_level
    return Wanted(
        definition=level.definition,
        level=level.share,
        within_ms=float(level.within),
        short_ms=float(scenario.policy.short_abandon),
        abandonment=1.0 if targets.abandonment is None else targets.abandonment,
        occupancy=scenario.plan.max_occupancy,
    )


def _in_a_period(problem: Problem, lines: Sequence[LineKey]) -> float:
    """Contacts expected in a day, in the run, or in an interval that is held to anything: the mean of such periods."""
    by_interval = np.sum([problem.loads[kind].expected for kind in problem.kinds_in(lines)], axis=0)
    period = problem.scenario.plan.period
    if period == "week":
        return float(by_interval.sum())
    if period == "interval":
        return float(by_interval[by_interval >= FEW].mean()) if (by_interval >= FEW).any() else 0.0
    days = np.array([by_interval[list(day)].sum() for day in lacking_days(problem)])
    return float(days[days > 0].mean()) if days.any() else 0.0


def _named(pools: Sequence[Pool]) -> str:
    return ", ".join(one.name for one in pools)


def _label(shown: "object", days: int) -> str:
    return f"{shown:%a %H:%M}" if days > 1 else f"{shown:%H:%M}"


def _unreached(problem: Problem) -> Iterator[str]:
    """Contacts who come when nobody may be there: too many are an error, few are told."""
    goal = problem.scenario.targets.service_level.share
    for kind, load in zip(problem.kinds, problem.loads, strict=True):
        alone = (problem.reached(kind.pools) == 0) & (load.expected > 0)
        lost, everybody = float(load.expected[alone].sum()), float(load.expected.sum())
        if not lost:
            continue
        places = np.flatnonzero(alone)
        names = ", ".join(problem.pools[place].name for place in sorted(kind.pools))
        where = intervals(problem, int(places[0])) + (
            f" and {len(places) - 1} more intervals" if len(places) > 1 else ""
        )
        lines = problem.lines_of(frozenset([problem.kinds.index(kind)]))
        told = (
            f"{lines}: {lost:,.1f} of {everybody:,.0f} contacts come "
            f"at {where}, when no shift of those who may serve them ({names}) is there"
        )
        if lost > (1 - goal) * everybody:
            raise Unstaffable(
                f"{told}; so a service level of {goal:g} (targets.service_level.share) cannot be kept: add such a "
                "shift to plan.shifts, or close the line (policy.hours)"
            )
        yield f"{told}; they are left to the policy's further steps, and count."


def intervals(problem: Problem, place: int) -> str:
    """An interval in words: `Mon 09:00-09:15`."""
    clock = run_clock(problem.scenario)
    ends = clock.local(float(problem.grid.edges[place + 1])) + timedelta(0)
    return f"{problem.labels[place]}-{ends:%H:%M}"


def lacking_days(problem: Problem) -> Iterator[range]:
    """The intervals of each day."""
    days = problem.grid.day_of
    for day in range(problem.grid.days):
        first = days.index(day)
        yield range(first, first + days.count(day))
