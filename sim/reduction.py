"""
How much narrower the intervals of one plan get by what is known of its arrivals: control variates and strata.

Arrivals are Poisson, so the law of how many contacts a day brings is known exactly. Everything is measured on the run
itself; a technique that widens an interval is reported as adding variance, and nobody is told to use it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import pdtr, pdtrik  # type: ignore[import-untyped]  # scipy ships no types

from sim.counted import ALL, Counted
from sim.definitions import Definition
from sim.model import Model
from sim.prediction import Prediction
from sim.statistics import Moments
from sim.statistics.controls import Reduced, controlled
from sim.statistics.strata import post_stratified
from sim.timetable import Timetable

STRATA = 5

ARRIVALS = "arrivals"
ERLANG_A = "arrivals and Erlang A"
BUSYNESS = "busyness"
TECHNIQUES = {
    ARRIVALS: "control variate: the number of contacts of the day",
    ERLANG_A: "control variates: that number, and how many of them Erlang A would let wait",
    BUSYNESS: f"post-stratification: {STRATA} kinds of days from quiet to busy, by the number of contacts",
}


@dataclass(frozen=True, slots=True)
class Reductions:
    """For each measure that is a mean or a ratio: every technique, with the share of variance it removed."""

    of: dict[str, list[Reduced]]

    def to_json(self) -> dict[str, Any]:
        """By measure and technique: the interval and the share of variance removed (below 0: added), or null."""
        return {
            name: {
                one.technique: {
                    "mean": one.reduced.mean,
                    "ci": None if one.reduced.low is None else [one.reduced.low, one.reduced.high],
                    "variance_removed": one.removed,
                }
                for one in techniques
            }
            for name, techniques in self.of.items()
        }


class Reduction:
    """Sees every replication of one plan, in memory that does not grow."""

    def __init__(self, model: Model, timetable: Timetable, definitions: list[Definition]) -> None:
        """Raises ValueError for a demand of which the law of a day's arrivals is not known."""
        if not model.demand.poisson:
            raise ValueError(
                "--reduce goes by arrivals that are Poisson at known rates; with busyness, maintenance, traces or "
                "customers who come again its intervals would be wrong"
            )
        self._definitions = [one for one in definitions if one.quantile is None]
        self._prediction = Prediction(model, timetable.every_ms, timetable.count)
        mean = self._prediction.expected_arrivals
        # Days with at most `edges[i]` contacts belong to strata up to i; equal edges make an empty stratum.
        self._edges = [int(np.floor(pdtrik(share / STRATA, mean))) for share in range(1, STRATA)] if mean else []
        reached = [0.0, *(float(pdtr(edge, mean)) for edge in self._edges), 1.0]
        self._weights = np.diff(reached).tolist()
        self._strata = [Moments(len(self._definitions), 4) for _ in self._weights]

    def add(self, counted: Counted) -> None:
        """One replication."""
        course = counted.courses[ALL]
        whole = course.whole
        predicted = self._prediction.of([part.offered for part in course.parts])
        rows = [
            (one.top(whole), 1 if one.bottom is None else one.bottom(whole), whole.offered, predicted)
            for one in self._definitions
        ]
        stratum = int(np.searchsorted(self._edges, whole.offered))
        self._strata[stratum].add(np.array(rows, dtype=np.float64))

    def reductions(self) -> Reductions:
        """What each technique did."""
        everything = Moments(len(self._definitions), 4)
        for stratum in self._strata:
            everything.merge(stratum)
        expected = [self._prediction.expected_arrivals, self._prediction.expected]
        found = {}
        for cell, definition in enumerate(self._definitions):
            sample = everything.sample(cell)
            found[definition.name] = [
                controlled(ARRIVALS, sample.part(0, 1, 2), expected[:1]),
                controlled(ERLANG_A, sample, expected),
                post_stratified(BUSYNESS, self._strata, self._weights, cell),
            ]
        return Reductions(found)
