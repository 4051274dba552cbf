"""What a search came to, in numbers and in words: the sentence that sells it, its shifts, its risks, what was tried."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from router.wire.units import format_duration_ms
from sim.demand.local import RunClock
from sim.demand.sources import run_clock
from sim.plan.around import Neighbour
from sim.plan.attempts import Best, State, Step
from sim.plan.master import Staffing
from sim.plan.problem import Problem
from sim.plan.proof import limits
from sim.plan.search import Search
from sim.plan.shifts import Column
from sim.plan.trial import Outcome
from sim.tally import rounded
from sim.targets import FEW, goals
from sim.words import percent

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Risk:
    """
    One group of lines in one hour: contacts expected, the share that the first goal is about, and on how large a share
    of days the hour alone missed that goal (None where too few contacts are expected to say so).
    """

    group: str
    label: str
    expected: float
    level: float | None
    missed: float | None


@dataclass(frozen=True, slots=True)
class Together:
    """A goal in words of a group, and how many of how many contacts of all periods were as it wants them."""

    group: str
    goal: str
    good: int
    of: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The best plan of a search that ended or was interrupted."""

    problem: Problem
    best: Best
    steps: Sequence[Step]
    neighbours: Sequence[Neighbour]
    runs: int
    seconds: float
    first_after: float | None
    seed: int
    complete: bool

    @classmethod
    def of(cls, search: Search, seconds: float, *, complete: bool) -> "Plan | None":
        """None when there is none yet."""
        if search.best is None:
            return None
        return cls(
            search.problem,
            search.best,
            search.steps,
            search.neighbours,
            search.trials.made,
            seconds,
            search.first_after,
            search.trials.seed,
            complete,
        )

    @property
    def state(self) -> State:
        """How far it is known to be enough."""
        return self.best.state

    @property
    def staffing(self) -> Staffing:
        """Who works what."""
        return self.best.staffing

    @property
    def outcome(self) -> Outcome | None:
        """The days that say most of it: those of the proof, else those of the search."""
        return self.best.proof or self.best.outcome

    def shifts(self) -> Iterator[tuple[Column, int]]:
        """Every column with agents, by pool, day and time."""
        columns = self.problem.columns
        chosen = sorted(
            (int(place) for place in np.flatnonzero(self.staffing.counts)),
            key=lambda place: (
                columns[place].pool,
                columns[place].day,
                columns[place].pattern.begins or 0,
                columns[place].pattern.breaks,
            ),
        )
        return ((columns[place], int(self.staffing.counts[place])) for place in chosen)

    def day(self, number: int) -> str:
        """`Mon 16 Nov`, or `day 1` where the scenario has no date."""
        clock: RunClock = run_clock(self.problem.scenario)
        if self.problem.scenario.calendar.date is None:
            return f"day {number + 1}"
        return f"{clock.day + timedelta(days=number):%a %d %b}"

    def money(self, amount: float) -> str:
        """A cost in the scenario's currency, or in hours where it names no price."""
        costs = self.problem.scenario.costs
        if costs is None or not costs.agent_hour:
            return f"{amount:,.1f} agent hours"
        return f"{costs.currency} {amount:,.0f}"

    def paid_hours(self) -> float:
        """Of all shifts, breaks included."""
        return sum(column.paid_hours * count for column, count in self.shifts())

    def sentence(self) -> str:
        """The plan and how sure it is."""
        planning = self.problem.scenario.plan
        what = "; ".join(goals(self.problem.scenario))
        shifts = int(self.staffing.counts.sum())
        long = "in the run" if planning.period == "week" else "a day" if self.problem.grid.days == 1 else "in all"
        head = f"{shifts} shift{'' if shifts == 1 else 's'} {long}, {self.paid_hours():,.1f} paid hours"
        if self.problem.scenario.costs is not None and self.problem.scenario.costs.agent_hour:
            head += f", {self.money(self.staffing.cost)}"
        wanted = f"on at least {percent(planning.probability)} of {planning.period}s"
        days = f" ({self._days()})" if self.outcome is not None else ""
        if self.state == "proved":
            sure = f"keep {what} {wanted}, proved with {percent(self.best.confidence, 1)} confidence{days}"
        elif self.state == "not proved":
            sure = f"are the best plan so far, not proved to keep {what} {wanted}{days}"
        elif self.state == "tried":
            sure = f"kept {what} while searching, wanted {wanted}; nothing is proved yet{days}"
        else:
            sure = f"cover what theory says that {what} needs; not tried in the twin yet"
        return f"{self.problem.scenario.name}: {head}, {sure}."

    def _days(self) -> str:
        assert self.outcome is not None
        names = self.outcome.yardstick.names
        seen = [(self.outcome.successes(group), self.outcome.tried(group), name) for group, name in enumerate(names)]
        seen = [one for one in seen if one[1]]
        if not seen:
            return f"{self.outcome.runs} runs, all {self.problem.scenario.plan.period}s together"
        kept, tried, name = min(seen, key=lambda one: one[0] / one[1])
        of = "" if len(names) == 1 else f", the least of {len(names)}: {name}"
        return f"{kept} of {tried} {self.problem.scenario.plan.period}s{of}"

    def risks(self) -> list[Risk]:
        """Every group in every hour in which anybody is expected."""
        outcome = self.outcome
        if outcome is None:
            return []
        grid, yardstick = self.problem.grid, outcome.yardstick
        per_hour = max(3_600_000 // grid.every_ms, 1)
        goal = yardstick.goals[0]
        found = []
        for group, name in enumerate(yardstick.names):
            kinds = self.problem.kinds_in(yardstick.lines[group])
            expected = np.sum([self.problem.loads[kind].expected for kind in kinds], axis=0)
            for first in range(0, grid.count, per_hour):
                chosen = list(range(first, min(first + per_hour, grid.count)))
                here = float(expected[chosen].sum())
                if here <= 1e-9:
                    continue
                tops, bottoms = outcome.observed[:, group, chosen, 0].sum(axis=1).T
                seen = bottoms > 0
                shares = tops[seen] / bottoms[seen]
                bad = shares < goal.share - 1e-9 if goal.at_least else shares > goal.share + 1e-9
                level = float(tops.sum() / bottoms.sum()) if bottoms.sum() else None
                missed = float(bad.mean()) if here >= FEW and len(shares) else None
                found.append(Risk(name, self.problem.labels[first], here, level, missed))
        return found

    def kept(self) -> list[tuple[str, int, int, tuple[float, float], list[float | None]]]:
        """For each group: its name, periods kept, periods tried, an interval of the share, and every goal's measure."""
        outcome = self.outcome
        if outcome is None:
            return []
        found = []
        for group, name in enumerate(outcome.yardstick.names):
            kept, tried = outcome.successes(group), outcome.tried(group)
            levels = [outcome.share(group, goal) for goal in range(len(outcome.yardstick.goals))]
            if tried:
                found.append((name, kept, tried, limits(kept, tried), levels))
        return found

    def together(self) -> list[Together]:
        """The goals that all periods together keep or miss, because too few contacts stand behind one period."""
        outcome = self.outcome
        if outcome is None:
            return []
        names, wanted = outcome.yardstick.names, list(goals(self.problem.scenario))
        return [
            Together(names[group], wanted[one.goal], round(one.good), round(one.of))
            for group in range(len(names))
            for one in outcome.pooled(group)
            if one.of
        ]

    def to_json(self) -> str:
        """The one JSON object that `ringback staff --json` prints; ends without a newline."""
        data: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "scenario": self.problem.scenario.name,
            "complete": self.complete,
            "state": self.state,
            "sentence": self.sentence(),
            "seed": self.seed,
            "probability": self.problem.scenario.plan.probability,
            "confidence": rounded(self.best.confidence) if self.state == "proved" else None,
            "cost": rounded(self.staffing.cost),
            "paid_hours": rounded(self.paid_hours()),
            "shifts": [
                {
                    "pool": self.problem.pools[column.pool].name,
                    "day": column.day,
                    "shift": column.pattern.label,
                    "agents": count,
                    "paid_hours": rounded(column.paid_hours),
                }
                for column, count in self.shifts()
            ],
            "groups": [
                {"group": name, "kept": kept, "tried": tried, "ci": [rounded(low), rounded(high)],
                 "measures": {goal.measure: rounded(level) for goal, level in zip(self._goals(), levels, strict=True)}}
                for name, kept, tried, (low, high), levels in self.kept()
            ],
            "all_periods_together": [
                {"group": one.group, "goal": one.goal, "as_wanted": one.good, "of": one.of} for one in self.together()
            ],
            "risks": [
                {"group": one.group, "interval": one.label, "expected": rounded(one.expected),
                 "measure": rounded(one.level), "missed": rounded(one.missed)}
                for one in self.risks()
            ],
            "one_more_one_less": [
                {"change": one.change, "cost": rounded(one.cost), "kept": [list(each) for each in one.kept],
                 "measure": [rounded(each) for each in one.levels]}
                for one in self.neighbours
            ],
            "tried": [
                {"why": one.why, "shifts": one.shifts, "cost": rounded(one.cost), "enough": one.enough,
                 "kept": [list(each) for each in one.kept]}
                for one in self.steps
            ],
            "runs": self.runs,
            "notes": list(self.problem.notes),
        }  # fmt: skip
        return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)

    def _goals(self) -> Sequence[Any]:
        return self.outcome.yardstick.goals if self.outcome is not None else ()

    def searched(self) -> str:
        """How long it took, in a sentence."""
        first = f"the first plan after {self.first_after:.1f} s, " if self.first_after is not None else ""
        least = f"; no covering of the first needs costs less than {self.money(self.staffing.least)}"
        return (
            f"{len(self.steps)} staffings tried, {self.runs:,} runs of the twin, seed {self.seed}: {first}all of it in "
            f"{format_duration_ms(round(self.seconds) * 1000)}{least if self.staffing.least else ''}"
        )
