"""
How much narrower the intervals of one plan get by what is known of its arrivals: control variates and strata.

Where arrivals are Poisson, the law of how many contacts a day brings is known exactly. Where days differ, it is so once
the day's factors are known, and those have a known mean. Everything is measured on the run itself; a technique that
widens an interval is reported as adding variance, and nobody is told to use it.
"""

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy.special import gammaincinv, pdtr, pdtrik  # type: ignore[import-untyped]  # scipy ships no types

from router.core.lifecycle import LIVE
from sim.counted import ALL, Counted, Course
from sim.definitions import Definition
from sim.model import Model, StreamModel
from sim.prediction import Prediction
from sim.statistics import Moments
from sim.statistics.controls import Reduced, controlled
from sim.statistics.strata import post_stratified
from sim.timetable import Timetable

STRATA = 5

ARRIVALS = "arrivals"
ERLANG_A = "arrivals and Erlang A"
DAY = "the day's rates"
DAY_ARRIVALS = "the day's rates and arrivals"
BUSYNESS = "busyness"
TECHNIQUES = {
    ARRIVALS: "control variate: the number of contacts of the day",
    ERLANG_A: "control variates: that number, and how many of them Erlang A would let wait",
    DAY: "control variate: how many contacts the day's factors let one expect",
    DAY_ARRIVALS: "control variates: that number, and how many more came than that",
    BUSYNESS: f"post-stratification: {STRATA} kinds of days from quiet to busy, by the first of these numbers",
}


@dataclass(frozen=True, slots=True)
class Reductions:
    """For each measure that is a mean or a ratio: every technique, with the share of variance it removed."""

    of: dict[str, list[Reduced]]

    @property
    def legend(self) -> list[str]:
        """What each technique that was used is, one sentence each."""
        used = {one.technique for techniques in self.of.values() for one in techniques}
        return [f"{technique}: {text}." for technique, text in TECHNIQUES.items() if technique in used]

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


class _Known(Protocol):
    """What is known of a day before it is simulated. Two numbers are seen of each day, whose means are `expected`."""

    techniques: tuple[str, str]
    """By the first number alone, and by both."""
    expected: tuple[float, float]
    edges: list[float]
    """Days of which the first number is at most `edges[i]` belong to strata up to i; equal edges: an empty stratum."""
    weights: list[float]
    """The probability of each stratum; empty where that is not known."""

    def of(self, replication: int, course: Course) -> tuple[float, float]:
        """The two numbers of one replication."""
        ...


class _Arrivals:
    """Poisson arrivals at known rates: how many came, and how many of them Erlang A would let wait."""

    techniques = ARRIVALS, ERLANG_A

    def __init__(self, model: Model, timetable: Timetable) -> None:
        self._prediction = Prediction(model, timetable.every_ms, timetable.count)
        mean = self._prediction.expected_arrivals
        self.expected = mean, self._prediction.expected
        self.edges = [math.floor(pdtrik(share / STRATA, mean)) for share in range(1, STRATA)] if mean else []
        self.weights = np.diff([0.0, *(float(pdtr(edge, mean)) for edge in self.edges), 1.0]).tolist()

    def of(self, replication: int, course: Course) -> tuple[float, float]:
        # Whoever finds the line shut has asked all the same.
        asked = [part.offered + part.shut for part in course.parts]
        return sum(asked), self._prediction.of(asked)


class _Days:
    """Days that differ: how many one would expect at the day's own rates, and how many more came."""

    techniques = DAY, DAY_ARRIVALS

    def __init__(self, model: Model, seed: int) -> None:
        self._seed = seed
        self._span = np.array([model.warm_up_ms, model.horizon_ms], dtype=np.float64)
        self._streams = [stream for stream in model.streams if stream.channel in LIVE]
        mean = sum(self._expected(stream, stream.passed) for stream in self._streams)
        self.expected = mean, 0.0
        alpha = self._one_alpha()
        shares = np.arange(1, STRATA) / STRATA
        self.edges = [] if alpha is None else (mean * gammaincinv(alpha, shares) / alpha).tolist()
        self.weights = [] if alpha is None else [1 / STRATA] * STRATA

    def of(self, replication: int, course: Course) -> tuple[float, float]:
        expected = sum(self._expected(stream, stream.course(self._seed, replication)[1]) for stream in self._streams)
        return expected, course.whole.offered + course.whole.shut - expected

    def _expected(self, stream: StreamModel, passed: Any) -> float:
        begun, ended = np.interp(self._span, stream.begins, passed)
        return float(ended - begun)

    def _one_alpha(self) -> float | None:
        """The alpha of the one gamma factor that all rates of the run share; None where there are more."""
        models = [stream.varying.model if stream.varying is not None else None for stream in self._streams]
        first = models[0] if models else None
        if first is None or any(one is None or one.one_alpha != first.one_alpha for one in models):
            return None
        return first.one_alpha


class Reduction:
    """Sees every replication of one plan, in memory that does not grow."""

    def __init__(self, model: Model, timetable: Timetable, definitions: list[Definition], seed: int = 0) -> None:
        """`seed` is that of the run. Raises ValueError for a demand of which nothing is known beforehand."""
        if not model.demand.poisson_given_the_day:
            raise ValueError(
                "--reduce goes by arrivals that are Poisson at rates which are known for each day; with maintenance, "
                "traces or customers who come again its intervals would be wrong"
            )
        if model.uncertain is not None:
            raise ValueError("--reduce goes by what is known of each day; a scenario with 'uncertain' numbers has less")
        self._definitions = [one for one in definitions if one.quantile is None]
        self._known: _Known = _Arrivals(model, timetable) if model.demand.poisson else _Days(model, seed)
        self._replication = 0
        self._strata = [Moments(len(self._definitions), 4) for _ in self._known.weights or [1.0]]

    def add(self, counted: Counted) -> None:
        """One replication; they come in order."""
        course = counted.courses[ALL]
        whole = course.whole
        first, second = self._known.of(self._replication, course)
        self._replication += 1
        rows = [
            (one.top(whole), 1 if one.bottom is None else one.bottom(whole), first, second) for one in self._definitions
        ]
        stratum = int(np.searchsorted(self._known.edges, first))
        self._strata[stratum].add(np.array(rows, dtype=np.float64))

    def reductions(self) -> Reductions:
        """What each technique did."""
        everything = Moments(len(self._definitions), 4)
        for stratum in self._strata:
            everything.merge(stratum)
        alone, both = self._known.techniques
        found = {}
        for cell, definition in enumerate(self._definitions):
            sample = everything.sample(cell)
            found[definition.name] = [
                controlled(alone, sample.part(0, 1, 2), self._known.expected[:1]),
                controlled(both, sample, self._known.expected),
            ]
            if self._known.weights:
                found[definition.name].append(post_stratified(BUSYNESS, self._strata, self._known.weights, cell))
        return Reductions(found)
