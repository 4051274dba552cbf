"""
Two or more plans that met the same customers: what each gives, and by how much they differ.

The first plan is the base. Every difference is other less base, paired replication by replication; how much of its
variance the common customers removed is measured and told.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from router.core.ids import LineKey
from sim.counted import ALL
from sim.result import SCHEMA_VERSION, amount_json, as_json
from sim.run import Experiment, Keeper, Progress
from sim.scenario import Scenario
from sim.statistics import Difference
from sim.statistics.stopping import runs_to_tell
from sim.tally import Measured, Tally, rounded
from sim.targets import Cost, Judged, costs_by, judged_by, total_cost, total_cost_difference
from sim.timetable import Timetable

MOST_PLANS = 12


@dataclass(frozen=True, slots=True)
class Differing:
    """A measure in the base, in another plan, and the difference of the two."""

    base: Measured
    other: Measured
    difference: Difference
    runs: int

    @property
    def runs_to_tell(self) -> int | None:
        """How many replications would tell a difference of this size, four times in five; None if it is told or 0."""
        return None if self.difference.told else runs_to_tell(self.difference, self.runs)

    def to_json(self) -> dict[str, Any]:
        """The difference with its interval, whether it is told, and what common customers removed of its variance."""
        estimate = self.difference.estimate
        return {
            "difference": rounded(estimate.mean),
            "ci": None if estimate.low is None else [rounded(estimate.low), rounded(estimate.high)],
            "distinguishable": self.difference.told,
            "replications_to_tell": self.runs_to_tell,
            "variance_removed": rounded(self.difference.removed),
            "unit": self.base.definition.unit,
        }


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """
    What a comparison found, over `replications` of the `wanted`.

    `names` are the plans, the base first; `labels` say the same in words that begin a sentence.
    """

    names: Sequence[str]
    labels: Sequence[str]
    scenarios: Sequence[Scenario]
    seed: int
    wanted: int
    tally: Tally
    timetable: Timetable

    @property
    def replications(self) -> int:
        """How many replications were made of each plan; each met the same customers in all of them."""
        return self.tally.runs

    @property
    def complete(self) -> bool:
        """Whether it was not cancelled."""
        return self.replications >= self.wanted

    def lines(self) -> list[str]:
        """The lines that every plan has."""
        return list(self.tally.lines)

    def measures(self, plan: int, line: str | None = None, interval: int | None = None) -> list[Measured]:
        """Every measure of one plan."""
        key = ALL if line is None else LineKey(line)
        return [self.tally.measured(plan, one.name, key, interval) for one in self.tally.definitions]

    def measure(self, plan: int, name: str) -> Measured:
        """One measure of one plan, of all lines together."""
        return self.tally.measured(plan, name)

    def judged(self, plan: int) -> list[Judged]:
        """A plan's targets, each with its verdict."""
        return judged_by(self.scenarios[plan], lambda name: self.measure(plan, name))

    def costs(self, plan: int) -> list[Cost]:
        """What a run of a plan costs on average; empty where it says nothing of costs."""
        return costs_by(self.scenarios[plan], lambda name: self.measure(plan, name))

    def differing(self, plan: int, name: str, line: str | None = None, interval: int | None = None) -> Differing:
        """One measure of a plan (from 1 on) against the base."""
        key = ALL if line is None else LineKey(line)
        return Differing(
            self.tally.measured(0, name, key, interval),
            self.tally.measured(plan, name, key, interval),
            self.tally.difference(0, plan, name, key, interval),
            self.replications,
        )

    def differences(self, plan: int, line: str | None = None) -> list[Differing]:
        """Every measure of a plan against the base."""
        return [self.differing(plan, one.name, line) for one in self.tally.definitions]

    def to_frame(self) -> Any:
        """
        A `pandas.DataFrame` with the columns of `sim.results.tidy.differences`: every plan against the base.

        Raises `sim.results.data.DataExtraMissing` without the extra `data`.
        """
        from sim.results.data import frame_of
        from sim.results.tidy import differences

        return frame_of(differences(self))

    def __repr__(self) -> str:
        """What each plan does, a line each."""
        from sim.words import finding

        return "\n".join(f"<{finding(self, plan)}>" for plan in range(1, len(self.names)))

    def _repr_html_(self) -> str:
        """What a notebook shows: what each plan does, and the table of differences."""
        from sim.results.page import comparison_cell

        return comparison_cell(self)

    def to_json(self) -> str:
        """The one JSON object that `ringback compare --json` prints; ends without a newline."""
        plans = [
            {
                "name": name,
                "measures": as_json(self.measures(plan)),
                "lines": {line: as_json(self.measures(plan, line)) for line in self.lines()},
                "targets": {one.goal.measure: one.to_json() for one in self.judged(plan)},
                **self._costs_json(plan),
            }
            for plan, name in enumerate(self.names)
        ]
        differences = [
            {
                "base": self.names[0],
                "plan": self.names[plan],
                "measures": self._as_json(plan),
                "lines": {line: self._as_json(plan, line) for line in self.lines()},
            }
            for plan in range(1, len(self.names))
        ]
        return json.dumps(
            {
                "schema_version": SCHEMA_VERSION,
                "engine": self.scenarios[0].run.engine,
                "seed": self.seed,
                "replications": self.replications,
                "complete": self.complete,
                "plans": plans,
                "differences": differences,
            },
            indent=2,
            ensure_ascii=False,
            allow_nan=False,
        )

    def _costs_json(self, plan: int) -> dict[str, Any]:
        prices = self.scenarios[plan].costs
        if prices is None:
            return {}
        total = amount_json(total_cost(self.scenarios[plan], self.tally, plan))
        data = {"currency": prices.currency, **{one.name: one.to_json() for one in self.costs(plan)}, "total": total}
        against = total_cost_difference(self.scenarios[0], self.scenarios[plan], self.tally, plan) if plan else None
        if against is not None:
            data["more_than_base"] = {**(amount_json(against.estimate) or {}), "distinguishable": against.told}
        return {"costs": data}

    def _as_json(self, plan: int, line: str | None = None) -> dict[str, Any]:
        return {one.base.definition.name: one.to_json() for one in self.differences(plan, line)}


class NotComparable(ValueError):
    """The plans cannot be compared: they do not measure the same thing over the same time."""


def prepare(
    scenarios: Sequence[Scenario],
    *,
    replications: int | None = None,
    seed: int | None = None,
    keeper: Keeper | None = None,
) -> Experiment:
    """
    The experiment that compares these plans; replications and seed default to those of the first.

    Raises `NotComparable` when they differ in what is measured or over which time, ValueError for other bad input.
    """
    if not 2 <= len(scenarios) <= MOST_PLANS:
        raise NotComparable(f"a comparison takes 2 to {MOST_PLANS} plans, not {len(scenarios)}")
    for what, told in _FIXED.items():
        values = [told(scenario) for scenario in scenarios]
        for value in values[1:]:
            if value != values[0]:
                unit = "" if what == "run.compress" else " s"
                raise NotComparable(
                    f"the plans differ in {what} ({values[0]:g}{unit} and {value:g}{unit}), so that they would not "
                    "measure the same thing; make it equal"
                )
    return Experiment(scenarios, replications=replications, seed=seed, keeper=keeper)


_FIXED: dict[str, Callable[[Scenario], float]] = {
    "targets.service_level.within": lambda scenario: scenario.targets.service_level.within / 1000,
    "calendar.starts": lambda scenario: scenario.calendar.starts / 1000,
    "run.horizon": lambda scenario: scenario.run.horizon / 1000,
    "run.warm_up": lambda scenario: scenario.run.warm_up / 1000,
    "run.compress": lambda scenario: scenario.run.compress,
}
"""What must be equal for two plans to be measured alike; durations in seconds."""


def same_customers(scenarios: Sequence[Scenario]) -> bool:
    """
    Whether the plans' streams are for the same lines in the same order, so that the same customers come to each.

    Without that a comparison is still right, but no narrower than two independent experiments.
    """
    streams = [[(one.product, one.language) for one in scenario.demand.streams] for scenario in scenarios]
    return all(one == streams[0] for one in streams)


def unique_names(scenarios: Sequence[Scenario], names: Sequence[str] | None = None) -> list[str]:
    """The plans' names: as given, else the scenarios' own, numbered where two would be the same."""
    given = [scenario.name for scenario in scenarios] if names is None else list(names)
    if len(given) != len(scenarios):
        raise ValueError(f"{len(given)} names do not fit {len(scenarios)} plans")
    return [f"{name} ({i + 1})" if given.count(name) > 1 else name for i, name in enumerate(given)]


def comparison_of(experiment: Experiment, names: Sequence[str], labels: Sequence[str] | None = None) -> Comparison:
    """What an experiment knows so far."""
    return Comparison(
        names,
        labels or names,
        experiment.scenarios,
        experiment.seed,
        experiment.wanted,
        experiment.tally,
        experiment.timetable,
    )


def compare(
    *scenarios: Scenario,
    names: Sequence[str] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    out: Path | str | None = None,
    resume: bool = False,
) -> Comparison:
    """
    Run two or more checked scenarios under common random numbers; the first is the base.

    `names` default to the scenarios' own. `out` and `resume` as for `sim.run.simulate`. Raises `NotComparable` when the
    plans do not measure the same thing, TypeError for what is no scenario, and lets through whatever `progress` raises,
    also a KeyboardInterrupt.
    """
    from sim.results.folder import Folder  # Only whoever keeps files needs what writes them.

    for one in scenarios:
        if not isinstance(one, Scenario):
            raise TypeError(f"compare(now, other, ...) takes scenarios one by one, not a {type(one).__name__}")
    called = unique_names(scenarios, names)
    folder = None if out is None else Folder.of_comparison(Path(out), scenarios, called, seed, resume=resume)
    with folder or nullcontext():
        experiment = prepare(scenarios, replications=replications, seed=seed, keeper=folder)
        experiment.run(workers, progress)
        found = comparison_of(experiment, called)
        if folder is not None:
            folder.write_comparison(found)
    return found
