"""
Trying a staffing in the twin: many days with the customers that every other staffing met, and what each kept of them.

A worker process counts one run and sends back only what the targets are made of. Runs come in their order, so that the
same plan and seed say the same, however many processes there are.
"""

from collections.abc import Iterator, Sequence
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
class Outcome:
    """What some runs of one plan came to: runs x groups x intervals x goals x (top, bottom)."""

    yardstick: Yardstick
    observed: Floats

    @property
    def runs(self) -> int:
        """How many there are."""
        return len(self.observed)

    def kept(self) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
        """Runs x groups x periods: whether every goal was kept; nobody to serve is kept, too."""
        by_period = np.stack([self.observed[:, :, list(one)].sum(axis=2) for one in self.yardstick.periods], axis=2)
        by_period = by_period[:, : len(self.yardstick.names)]
        found = np.ones(by_period.shape[:3], dtype=bool)
        for number, goal in enumerate(self.yardstick.goals):
            top, bottom = by_period[..., number, 0], by_period[..., number, 1]
            right = top >= goal.share * bottom - 1e-9 if goal.at_least else top <= goal.share * bottom + 1e-9
            found &= right | (bottom == 0)
        for group, period in self.yardstick.too_few:
            found[:, group, period] = True
        return found

    def tried(self, group: int) -> int:
        """How many periods of a group were held to its goals, in all runs together."""
        periods = [one for one in range(len(self.yardstick.periods)) if (group, one) not in self.yardstick.too_few]
        return self.runs * len(periods)

    def successes(self, group: int) -> int:
        """In how many of these every goal was kept."""
        periods = [one for one in range(len(self.yardstick.periods)) if (group, one) not in self.yardstick.too_few]
        return int(self.kept()[:, group, periods].sum())

    def missed(self, group: int, kind: int) -> Floats:
        """Contacts of a kind that went against a goal, by interval, over the periods that the group did not keep."""
        kept, row = self.kept()[:, group], len(self.yardstick.names) + kind
        found = np.zeros(self.observed.shape[2])
        for place, period in enumerate(self.yardstick.periods):
            bad = ~kept[:, place]
            found[list(period)] += self._against(row)[bad][:, list(period)].sum(axis=0)
        return found

    def against(self, kind: int) -> Floats:
        """Contacts of a kind that went against a goal, by interval, in all runs together."""
        found: Floats = self._against(len(self.yardstick.names) + kind).sum(axis=0)
        return found

    def share(self, group: int, goal: int, interval: int | None = None) -> float | None:
        """A goal's measure over all runs, in an interval or over all of them; None where nothing was observed."""
        chosen = self.observed[:, group, :, goal] if interval is None else self.observed[:, group, interval, goal]
        top, bottom = chosen.reshape(-1, 2).sum(axis=0)
        return float(top / bottom) if bottom else None

    def _against(self, row: int) -> Floats:
        found = np.zeros(self.observed.shape[:1] + self.observed.shape[2:3])
        for number, goal in enumerate(self.yardstick.goals):
            top, bottom = self.observed[:, row, :, number, 0], self.observed[:, row, :, number, 1]
            found += bottom - top if goal.at_least else top
        return found


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

    def outcome(self, observed: Sequence[Floats]) -> Outcome:
        """Of the runs so far."""
        groups, goals = len(self.yardstick.lines), len(self.yardstick.goals)
        empty = np.zeros((0, groups, self.problem.grid.count, goals, 2))
        return Outcome(self.yardstick, np.stack(observed) if len(observed) else empty)


def observe(model: Model, seed: int, replication: int, yardstick: Yardstick) -> Floats:
    """One run; what a worker process does."""
    return yardstick.observed(replicate(model, seed, replication, yardstick.every))
