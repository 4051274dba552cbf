"""
The result of a simulation: each measure with its interval and definition, in all and by line, as JSON.

Deterministic: equal scenario, seed and replications give equal bytes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.definitions import Definition, definitions
from sim.statistics import Estimate, mean_of, ratio_of
from sim.sums import Sums
from sim.twin import Counted

SCHEMA_VERSION = 1
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure over the replications. `n`: how many contacts stand behind it, in all replications together."""

    definition: Definition
    estimate: Estimate
    n: int | None

    def to_json(self) -> dict[str, Any]:
        """`mean` and `ci` are null where nothing was observed, `ci` also where there was but one replication."""
        low, high = self.estimate.low, self.estimate.high
        if self.definition.unit == "share" and low is not None and high is not None:
            low, high = max(low, 0.0), min(high, 1.0)
        elif low is not None:
            low = max(low, 0.0)
        return {
            "mean": _rounded(self.estimate.mean),
            "ci": None if low is None else [_rounded(low), _rounded(high)],
            "unit": self.definition.unit,
            "definition": self.definition.text,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """What a simulation found. `counted` holds one entry for each replication, in their order."""

    scenario: str
    engine: str
    seed: int
    within_s: float
    counted: Sequence[Counted]

    def measures(self, line: str | None = None) -> list[Measured]:
        """Every measure, of one line or of all."""
        sums = [one.total if line is None else one.lines[line] for one in self.counted]  # type: ignore[index]
        return [_measure(definition, sums) for definition in definitions(self.within_s)]

    def lines(self) -> list[str]:
        """The lines, in the order of the policy."""
        return list(self.counted[0].lines) if self.counted else []

    def total(self) -> Sums:
        """All counts of all replications together."""
        total = Sums()
        for one in self.counted:
            total.add(one.total)
        return total

    def to_json(self) -> str:
        """The one JSON object that `ringback simulate --json` prints; ends without a newline."""
        return json.dumps(
            {
                "schema_version": SCHEMA_VERSION,
                "scenario": self.scenario,
                "engine": self.engine,
                "seed": self.seed,
                "replications": len(self.counted),
                "measures": _as_json(self.measures()),
                "lines": {line: _as_json(self.measures(line)) for line in self.lines()},
            },
            indent=2,
            ensure_ascii=False,
            allow_nan=False,
        )


def _as_json(measures: list[Measured]) -> dict[str, Any]:
    return {measured.definition.name: measured.to_json() for measured in measures}


def _measure(definition: Definition, sums: Sequence[Sums]) -> Measured:
    tops = [definition.top(one) for one in sums]
    if definition.bottom is None:
        estimate = mean_of([top for top in tops if top is not None])
    else:
        estimate = ratio_of([top or 0.0 for top in tops], [definition.bottom(one) for one in sums])
    return Measured(definition, estimate, None if definition.n is None else sum(definition.n(one) for one in sums))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)
