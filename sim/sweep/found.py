"""
What a sweep found: a result for each point, tables of all of them, and which point is the cheapest that will do.

Points met the same customers, so a difference between two of them is taken replication by replication.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.definitions import Definition
from sim.result import SCHEMA_VERSION, Result, as_json
from sim.scenario import Scenario
from sim.statistics import Difference
from sim.statistics.moments import sample_of
from sim.statistics.ratios import ratio_difference
from sim.sums import Sums
from sim.sweep.axes import Axis, Point
from sim.tally import Measured, rounded
from sim.targets import Verdict, costs, goals_of, judged, rostered_hours

_ALWAYS = ("abandonment", "callback_wait_mean", "asa", "wait_p90", "callback_kept", "occupancy")
"""Measures of every report, beside those of the targets."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Tried:
    """
    One point and its result, over all the time and by line, but not by interval.

    `totals` are the counts of each replication, in order.
    """

    point: Point
    result: Result
    totals: Sequence[Sums]

    def measure(self, name: str) -> Measured:
        """One measure, all lines together."""
        return self.result.measure(name)

    @cached_property
    def agent_hours(self) -> float:
        """Rostered, in one run."""
        return rostered_hours(self.result.scenario)

    @cached_property
    def price(self) -> float | None:
        """What one run costs, in the scenario's currency; None where the scenario says no costs."""
        found = costs(self.result)
        return sum(one.amount for one in found) if found else None

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """Of each target, the service level first."""
        return [one.verdict for one in judged(self.result)]

    @property
    def meets(self) -> bool:
        """Whether every target of which anything was observed is met."""
        return "met" in self.verdicts and set(self.verdicts) <= {"met", "nothing observed"}


@dataclass(frozen=True)
class Found:
    """
    A sweep of `axes` over `points`, of which those are `tried` that have any replication, in the order of the points.

    `wanted` is how many replications each point was to have.
    """

    base: Scenario
    axes: Sequence[Axis]
    points: Sequence[Point]
    tried: Sequence[Tried]
    wanted: int
    seed: int
    engine: str

    @property
    def complete(self) -> bool:
        """Whether every point has every replication."""
        return len(self.tried) == len(self.points) and all(one.result.replications >= self.wanted for one in self.tried)

    @cached_property
    def at(self) -> dict[tuple[int, ...], Tried]:
        """What was tried, by its place on the axes."""
        return {one.point.places: one for one in self.tried}

    @cached_property
    def measures(self) -> list[Definition]:
        """Those that reports tell: of targets, and of waits, abandonment and callbacks as far as they were observed."""
        if not self.tried:
            return []
        names = list(dict.fromkeys([*(goal.measure for goal in goals_of(self.base)), *_ALWAYS]))
        known = {one.name: one for one in self.tried[0].result.tally.definitions}
        return [known[n] for n in names if any(one.measure(n).estimate.mean is not None for one in self.tried)]

    def told(self, point: Point) -> list[str]:
        """What stands on each axis at a point."""
        return [axis.choices[place].told for axis, place in zip(self.axes, point.places, strict=True)]

    @cached_property
    def chosen(self) -> Tried | None:
        """The cheapest point that meets every target; of equally cheap ones that with the better first target."""
        return min((one for one in self.tried if one.meets), key=_dearness, default=None)

    @cached_property
    def nearest(self) -> Tried:
        """Where no point will do, that with the fewest targets missed, and then the better first target."""
        return min(self.tried, key=_misses)

    def rank(self, one: Tried) -> tuple[float, ...]:
        """Smaller is better: those that meet every target by what they cost, then the others by what they miss."""
        return (0.0, *_dearness(one)) if one.meets else (1.0, *_misses(one))

    def difference(self, base: Tried, other: Tried, name: str) -> Difference:
        """Other less base, paired. For measures that are means or ratios."""
        definition = base.measure(name).definition
        columns: list[list[float]] = [[], [], [], []]
        for before, after in zip(base.totals, other.totals, strict=False):
            for place, sums in enumerate((before, after)):
                columns[2 * place].append(float(definition.top(sums) or 0))
                columns[2 * place + 1].append(1.0 if definition.bottom is None else float(definition.bottom(sums)))
        return ratio_difference(sample_of(*columns))

    def rows(self) -> list[Row]:
        """One row for each point: places, cost, whether targets are met, and each measure with its interval."""
        found = []
        for number, one in self._numbered():
            row: Row = {"point": number, **self._values(one), "replications": one.result.replications}
            row |= {"agent_hours": rounded(one.agent_hours), "cost": rounded(one.price), "meets_targets": one.meets}
            for definition in self.measures:
                measured = one.measure(definition.name)
                low, high = measured.limits or (None, None)
                row[definition.name] = rounded(measured.estimate.mean)
                row[f"{definition.name}_low"], row[f"{definition.name}_high"] = rounded(low), rounded(high)
            found.append(row)
        return found

    def tidy(self) -> list[Row]:
        """One row for each point, measure and line (`all` for all lines): the number with its interval."""
        found = []
        for number, one in self._numbered():
            for line in (None, *one.result.lines()):
                for measured in one.result.measures(line):
                    low, high = measured.limits or (None, None)
                    row: Row = {"point": number, **self._values(one), "measure": measured.definition.name}
                    row |= {"line": line or "all", "mean": rounded(measured.estimate.mean)}
                    row |= {"low": rounded(low), "high": rounded(high), "n": measured.n}
                    row |= {"unit": measured.definition.unit, "replications": one.result.replications}
                    found.append(row)
        return found

    def to_frame(self) -> Any:
        """A `pandas.DataFrame` of `tidy`. Raises `DataExtraMissing` without the extra `data`."""
        from sim.results.data import frame_of

        return frame_of(self.tidy())

    def to_json(self) -> str:
        """The one JSON object that `ringback sweep --json` prints; ends without a newline."""
        points = [
            {
                "point": number,
                "values": self._values(one),
                "replications": one.result.replications,
                "agent_hours": rounded(one.agent_hours),
                "cost": rounded(one.price),
                "meets_targets": one.meets,
                "targets": {each.goal.measure: each.to_json() for each in judged(one.result)},
                "measures": as_json(one.result.measures()),
                "lines": {line: as_json(one.result.measures(line)) for line in one.result.lines()},
            }
            for number, one in self._numbered()
        ]
        data = {
            "schema_version": SCHEMA_VERSION,
            "scenario": self.base.name,
            "engine": self.engine,
            "seed": self.seed,
            "replications": self.wanted,
            "complete": self.complete,
            "axes": [{"path": axis.path, "values": [one.told for one in axis.choices]} for axis in self.axes],
            "chosen": next((number for number, one in self._numbered() if one is self.chosen), None),
            "points": points,
        }
        return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)

    def _numbered(self) -> Iterator[tuple[int, Tried]]:
        """What was tried, with the point's number from 1."""
        for number, point in enumerate(self.points, 1):
            if point.places in self.at:
                yield number, self.at[point.places]

    def _values(self, one: Tried) -> Row:
        """By path: numbers as numbers, everything else as it is written."""
        values: Row = {}
        for axis, place in zip(self.axes, one.point.places, strict=True):
            choice = axis.choices[place]
            value = choice.settings[0].value if len(choice.settings) == 1 else None
            values[axis.path] = value if isinstance(value, int | float) and axis.path != "variant" else choice.told
        return values


def _misses(one: Tried) -> tuple[float, float]:
    return (float(sum(each != "met" for each in one.verdicts)), *_first_target(one))


def _dearness(one: Tried) -> tuple[float, float]:
    return (one.agent_hours if one.price is None else one.price, *_first_target(one))


def _first_target(one: Tried) -> tuple[float]:
    """Smaller is better."""
    goal = goals_of(one.result.scenario)[0]
    mean = one.measure(goal.measure).estimate.mean
    return (0.0 if mean is None else -mean if goal.at_least else mean,)
