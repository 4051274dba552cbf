"""
The result of a simulation: each measure with its interval and definition, in all, by line and by interval, as JSON.

Deterministic: equal scenario, seed and replications give equal bytes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from router.core.ids import LineKey
from sim.counted import ALL
from sim.definitions import definitions
from sim.influence import Influences
from sim.reduction import Reductions
from sim.scenario import Scenario
from sim.statistics import Estimate
from sim.sums import Sums
from sim.tally import Measured, Tally, rounded
from sim.targets import costs, judged, total_cost
from sim.timetable import Timetable

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Result:
    """
    What a simulation found.

    `replications` is how many stand behind it; where there is but one long run, it is how many batches. `how` says in
    words how the numbers came about. `reductions` is there when it was asked for, `influences` where the scenario says
    that some of its numbers are not known exactly.
    """

    scenario: Scenario
    engine: str
    seed: int
    tally: Tally
    timetable: Timetable
    how: str
    reductions: Reductions | None = None
    influences: Influences | None = None

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.scenario.name

    @property
    def within_s(self) -> float:
        """The T of the service level, on the run's clock."""
        return within_s(self.scenario)

    @property
    def replications(self) -> int:
        """How many replications were made."""
        return self.tally.runs

    def measures(self, line: str | None = None, interval: int | None = None) -> list[Measured]:
        """Every measure, of one line or of all, in one interval or over all."""
        key = ALL if line is None else LineKey(line)
        return [self.tally.measured(0, one.name, key, interval) for one in self.tally.definitions]

    def measure(self, name: str, line: str | None = None, interval: int | None = None) -> Measured:
        """One measure by its name. KeyError for a name that does not exist."""
        return self.tally.measured(0, name, ALL if line is None else LineKey(line), interval)

    def lines(self) -> list[str]:
        """The lines, in the order of the policy."""
        return list(self.tally.lines)

    def total(self) -> Sums:
        """All counts of all replications together."""
        return self.tally.totals[0]

    def to_frame(self) -> Any:
        """
        A `pandas.DataFrame` with the columns of `sim.results.tidy.measured`: every measure, line and interval.

        Raises `sim.results.data.DataExtraMissing` without the extra `data`.
        """
        from sim.results.data import frame_of
        from sim.results.tidy import measured

        return frame_of(measured(self))

    def _repr_html_(self) -> str:
        """What a notebook shows: the answer and the table of measures."""
        from sim.results.page import result_cell

        return result_cell(self)

    def to_json(self) -> str:
        """The one JSON object that `ringback simulate --json` prints; ends without a newline."""
        data: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "scenario": self.name,
            "engine": self.engine,
            "seed": self.seed,
            "replications": self.replications,
            "measures": as_json(self.measures()),
            "lines": {line: as_json(self.measures(line)) for line in self.lines()},
        }
        data["targets"] = {one.goal.measure: one.to_json() for one in judged(self)}
        if self.scenario.costs is not None:
            data["costs"] = {"currency": self.scenario.costs.currency}
            data["costs"].update((one.name, one.to_json()) for one in costs(self))
            data["costs"]["total"] = amount_json(total_cost(self.scenario, self.tally))
        if self.influences is not None:
            data["uncertain"] = self.influences.to_json()
        if self.reductions is not None:
            data["reduced"] = self.reductions.to_json()
        return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)


def within_s(scenario: Scenario) -> float:
    """The T of the service level, on the run's clock, seconds."""
    return scenario.targets.service_level.within / scenario.run.compress / 1000


def main_measures(scenario: Scenario) -> list[str]:
    """The names of the measures that stand first in a report."""
    return [one.name for one in definitions(within_s(scenario))]


def amount_json(estimate: Estimate | None) -> dict[str, Any] | None:
    """An amount of money with its interval."""
    if estimate is None:
        return None
    ci = None if estimate.low is None else [rounded(estimate.low), rounded(estimate.high)]
    return {"amount": rounded(estimate.mean), "ci": ci}


def as_json(measures: Sequence[Measured]) -> dict[str, Any]:
    """Measures by name."""
    return {measured.definition.name: measured.to_json() for measured in measures}


__all__ = ["SCHEMA_VERSION", "Measured", "Result", "as_json", "main_measures", "rounded", "within_s"]
