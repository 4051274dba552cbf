"""
What a run tells of the numbers that are not known exactly: how wide they make each interval, and which of them does.

It sees every replication of one plan, in memory that does not grow. The arithmetic is `sim.statistics.unknown`.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.counted import ALL, Counted
from sim.definitions import Definition
from sim.statistics import Moments
from sim.statistics.unknown import Split, split
from sim.tally import Measured, rounded
from sim.uncertain import Uncertain


@dataclass(frozen=True, slots=True)
class Influences:
    """By measure, of those that are means or ratios; `paths` are the unknown numbers, in the scenario's order."""

    paths: tuple[str, ...]
    of: dict[str, Split]

    def whole(self, measured: Measured) -> Measured:
        """The same with the interval that holds what is not known, too; a quantile as it is."""
        found = self.of.get(measured.definition.name)
        return measured if found is None or found.share is None else replace(measured, estimate=found.whole)

    def most(self, name: str) -> tuple[str, float] | None:
        """The number that moves a measure most, and its share of what is not known; None where none does."""
        parts = self.of[name].parts
        if not parts or not max(parts):
            return None
        first = max(range(len(parts)), key=lambda place: parts[place])
        return self.paths[first], parts[first]

    def to_json(self) -> dict[str, Any]:
        """By measure: both intervals, the share of the whole one's variance that is not known, and whose it is."""
        return {
            name: {
                "ci_luck": _limits(one, luck=True),
                "ci": _limits(one, luck=False),
                "share": rounded(one.share),
                "by": None
                if one.parts is None
                else {path: rounded(part) for path, part in zip(self.paths, one.parts, strict=True)},
            }
            for name, one in self.of.items()
        }


class Influence:
    """Sees what each replication counted, and by what its numbers were drawn."""

    def __init__(self, uncertain: Uncertain, definitions: list[Definition], seed: int) -> None:
        self._uncertain = uncertain
        self._seed = seed
        self._definitions = [one for one in definitions if one.quantile is None]
        self._moments = Moments(len(self._definitions), 2 + len(uncertain.unknowns))
        self._replication = 0

    def add(self, counted: Counted) -> None:
        """One replication; they come in order."""
        whole = counted.courses[ALL].whole
        normals = self._uncertain.normals(self._seed, self._replication)
        self._replication += 1
        rows = [(one.top(whole), 1 if one.bottom is None else one.bottom(whole), *normals) for one in self._definitions]
        self._moments.add(np.array(rows, dtype=np.float64))

    def influences(self) -> Influences:
        """What is known so far."""
        paths = tuple(one.path for one in self._uncertain.unknowns)
        found = {one.name: split(self._moments.sample(cell)) for cell, one in enumerate(self._definitions)}
        return Influences(paths, found)


def _limits(one: Split, *, luck: bool) -> list[float | None] | None:
    estimate = one.luck if luck else one.whole
    return None if estimate.low is None else [rounded(estimate.low), rounded(estimate.high)]
