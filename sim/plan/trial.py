"""
Trying a staffing in the twin: many days with the customers that every other staffing met, and what each kept of them.

A worker process counts one run and sends back only what the targets are made of. Runs come in their order, so that the
same plan and seed say the same, however many processes there are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from router.core.ids import LineKey
from sim.counted import Counted
from sim.definitions import all_definitions
from sim.kernel import out_of_scope
from sim.laws import Floats
from sim.model import Model, build
from sim.plan.master import Staffing
from sim.plan.people import planned
from sim.plan.problem import Problem, lacking_days
from sim.result import within_s
from sim.run import replicate
from sim.scenario import Engine, Scenario
from sim.scenario_check import expected_contacts
from sim.targets import FEW, Goal, goals_of
from sim.workers import Pool, in_order


@dataclass(frozen=True, slots=True)
class Yardstick:
    """
    What is measured: for each group of lines and each goal, its top and bottom in every interval of a run.

    `periods` are the intervals over which each goal is to be kept; the same for every group, but for those in
    `too_few` (group, period), in which too few contacts are expected to be held to anything.
    """

    names: tuple[str, ...]
    lines: tuple[tuple[LineKey, ...], ...]
    """Of each group, and after them those of each kind of work, which is measured and held to nothing."""
    goals: tuple[Goal, ...]
    periods: tuple[tuple[int, ...], ...]
    too_few: frozenset[tuple[int, int]]
    within_s: float
    every: int
    few: frozenset[tuple[int, int]] = frozenset()
    """(group, goal) of which fewer than 20 stand behind a period on average: held to it over all periods together."""

    @classmethod
    def of(cls, problem: Problem) -> "Yardstick":
        """As the scenario's `plan` says."""
        scenario, grid = problem.scenario, problem.grid
        groups = problem.groups()
        every = max(round(grid.every_ms / scenario.run.compress), 1)
        days = [tuple(day) for day in lacking_days(problem)]
        by: dict[str, list[tuple[int, ...]]] = {
            "day": days,
            "week": [tuple(range(grid.count))],
            "interval": [(place,) for place in range(grid.count)],
        }
        periods = tuple(by[scenario.plan.period])
        too_few = set()
        for place, (_, lines) in enumerate(groups):
            expected = np.sum([problem.loads[kind].expected for kind in problem.kinds_in(lines)], axis=0)
            for number, period in enumerate(periods):
                least = FEW if scenario.plan.period == "interval" else 0
                if expected[list(period)].sum() < max(least, 1e-9):
                    too_few.add((place, number))
        names = tuple(name for name, _ in groups)
        lines_of = tuple(lines for _, lines in groups) + tuple(kind.lines for kind in problem.kinds)
        goals = tuple(goals_of(scenario))
        return cls(names, lines_of, goals, periods, frozenset(too_few), within_s(scenario), every)

    def observed(self, counted: Counted) -> Floats:
        """Groups x intervals x goals x (top, bottom)."""
        known = {one.name: one for one in all_definitions(self.within_s)}
        count = len(next(iter(counted.courses.values())).parts)
        found = np.zeros((len(self.lines), count, len(self.goals), 2))
        for group, lines in enumerate(self.lines):
            for line in lines:
                for place, part in enumerate(counted.courses[line].parts):
                    for number, goal in enumerate(self.goals):
                        definition = known[goal.measure]
                        found[group, place, number, 0] += definition.top(part) or 0
                        found[group, place, number, 1] += definition.bottom(part) if definition.bottom else 1
        return found


@dataclass(frozen=True, slots=True)
class Pooled:
    """A goal, how many of how many contacts were as it wants them, and how large a share that is to be."""

    goal: int
    good: float
    of: float
    wanted: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What some runs of one plan came to: runs x groups x intervals x goals x (top, bottom)."""

    yardstick: Yardstick
    observed: Floats

    @property
    def runs(self) -> int:
        """How many there are."""
        return len(self.observed)

    def tried(self, group: int) -> int:
        """How many periods of a group were held to its goals, in all runs together."""
        return self.runs * len(self._held(group)) if self._by_period(group) else 0

    def successes(self, group: int) -> int:
        """In how many of these every goal was kept; nobody to serve is kept, too."""
        goals = self._by_period(group)
        if not goals:
            return 0
        return int(np.all([self._kept(group, goal) for goal in goals], axis=0)[:, self._held(group)].sum())

    def pooled(self, group: int) -> list[Pooled]:
        """The goals that so few stand behind in a period that they are kept, or not, by all periods together."""
        found = []
        for number, goal in enumerate(self.yardstick.goals):
            if (group, number) in self.yardstick.few:
                top, bottom = (float(one) for one in self.observed[:, group, :, number].sum(axis=(0, 1)))
                found.append(Pooled(number, top if goal.at_least else bottom - top, bottom, _good(goal)))
        return found

    def missed(self, group: int, kind: int, aim: Callable[[float], float]) -> Floats:
        """
        Contacts of a kind that went against a goal, by interval, where and when the group did not keep that goal.

        `aim` makes of a wanted share the one that goals are held to which are kept by all periods together.
        """
        row = len(self.yardstick.names) + kind
        found = np.zeros(self.observed.shape[2])
        for goal in self._by_period(group):
            bad, against = ~self._kept(group, goal), self._against(row, goal)
            for place in self._held(group):
                period = list(self.yardstick.periods[place])
                found[period] += against[bad[:, place]][:, period].sum(axis=0)
        for one in self.pooled(group):
            if one.good < aim(one.wanted) * one.of:
                found += self._against(row, one.goal).sum(axis=0)
        return found

    def against(self, kind: int) -> Floats:
        """Contacts of a kind that went against a goal, by interval, in all runs together."""
        row = len(self.yardstick.names) + kind
        found: Floats = np.sum([self._against(row, goal).sum(axis=0) for goal in range(self._goals)], axis=0)
        return found

    def few(self) -> frozenset[tuple[int, int]]:
        """(group, goal) of which fewer than 20 stand behind a period that has any, on average."""
        found = set()
        for group in range(len(self.yardstick.names)):
            for goal in range(self._goals):
                bottoms = self._in_periods(group, goal)[..., 1][:, self._held(group)]
                if bottoms.any() and bottoms[bottoms > 0].mean() < FEW:
                    found.add((group, goal))
        return frozenset(found)

    def share(self, group: int, goal: int, interval: int | None = None) -> float | None:
        """A goal's measure over all runs, in an interval or over all of them; None where nothing was observed."""
        chosen = self.observed[:, group, :, goal] if interval is None else self.observed[:, group, interval, goal]
        top, bottom = chosen.reshape(-1, 2).sum(axis=0)
        return float(top / bottom) if bottom else None

    @property
    def _goals(self) -> int:
        return len(self.yardstick.goals)

    def _held(self, group: int) -> list[int]:
        return [one for one in range(len(self.yardstick.periods)) if (group, one) not in self.yardstick.too_few]

    def _by_period(self, group: int) -> list[int]:
        return [goal for goal in range(self._goals) if (group, goal) not in self.yardstick.few]

    def _in_periods(self, group: int, goal: int) -> Floats:
        """Runs x periods x (top, bottom)."""
        mine = self.observed[:, group, :, goal]
        found: Floats = np.stack([mine[:, list(one)].sum(axis=1) for one in self.yardstick.periods], axis=1)
        return found

    def _kept(self, group: int, goal: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
        """Runs x periods."""
        one, counted = self.yardstick.goals[goal], self._in_periods(group, goal)
        top, bottom = counted[..., 0], counted[..., 1]
        right = top >= one.share * bottom - 1e-9 if one.at_least else top <= one.share * bottom + 1e-9
        return np.asarray(right | (bottom == 0))

    def _against(self, row: int, goal: int) -> Floats:
        """Runs x intervals."""
        top, bottom = self.observed[:, row, :, goal, 0], self.observed[:, row, :, goal, 1]
        found: Floats = bottom - top if self.yardstick.goals[goal].at_least else top
        return found


def _good(goal: Goal) -> float:
    """The share that is to be as wanted."""
    return goal.share if goal.at_least else 1 - goal.share


_WORTH_COMPILING = 1_000
"""Contacts in a run from which on the compiled engine is taken, which takes minutes the first time on a machine."""


class Trials:
    """Runs plans; `pool` None does it in this process. `within` says whether there is time for another run."""

    def __init__(self, problem: Problem, pool: Pool | None, seed: int) -> None:
        self.problem = problem
        self.yardstick = Yardstick.of(problem)
        self.seed = seed
        self.made = 0
        """Runs made so far, of all plans."""
        self.engine: Engine = "twin"
        """What made the last of them; the compiled engine counts what the twin would, many times as fast."""
        self._pool = pool
        self._contacts = expected_contacts(problem.scenario)

    def runs(self, staffing: Staffing, first: int, until: int) -> Iterator[Floats]:
        """What one run after the other observed, from number `first` on."""
        model = self._ready(planned(self.problem, staffing))
        tasks = ((model, self.seed, number, self.yardstick) for number in range(first, until))
        for found in in_order(observe, tasks, self._pool):
            self.made += 1
            yield found

    def _ready(self, scenario: Scenario) -> Model:
        """For the compiled engine where it does what the scenario asks for and is worth it, else for the twin."""
        model = build(scenario)
        if self._contacts < _WORTH_COMPILING or out_of_scope(model):
            self.engine = model.engine
            return model
        model = replace(model, engine="kernel")
        if self.engine != "kernel" and self._pool is not None:
            # Compiled here once, it is read from disk by every process; each of them would compile it for itself.
            replicate(model, self.seed, 0, self.yardstick.every)
        self.engine = "kernel"
        return model

    def hold_to(self, few: frozenset[tuple[int, int]]) -> None:
        """From now on these goals are kept, or not, by all periods together."""
        self.yardstick = replace(self.yardstick, few=few)

    def outcome(self, observed: Sequence[Floats]) -> Outcome:
        """Of the runs so far."""
        groups, goals = len(self.yardstick.lines), len(self.yardstick.goals)
        empty = np.zeros((0, groups, self.problem.grid.count, goals, 2))
        return Outcome(self.yardstick, np.stack(observed) if len(observed) else empty)


def observe(model: Model, seed: int, replication: int, yardstick: Yardstick) -> Floats:
    """One run; what a worker process does."""
    return yardstick.observed(replicate(model, seed, replication, yardstick.every))
