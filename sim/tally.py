"""
What all replications say together, of one plan or of several that met the same customers, in memory that does not grow.

Every measure of every line and interval is a cell of running moments (`sim.statistics.moments`), with the columns of
all plans side by side, so that differences are paired. Waits are pooled in stores of bounded size. Replications must be
added in their order: then the same replications give the same bits, whoever ran them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from router.core.ids import LineKey
from sim.counted import ALL, Counted
from sim.definitions import Definition
from sim.problems import did_you_mean
from sim.statistics import Difference, Estimate, Moments
from sim.statistics.quantiles import sectioned, sectioned_difference
from sim.statistics.ratios import ratio, ratio_difference
from sim.sums import Sums
from sim.waits import FineWaits

_DECIMALS = 6

Price = Callable[[Sums], float]
"""What the events of one replication cost."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure over the replications. `n`: how many contacts stand behind it, in all replications together."""

    definition: Definition
    estimate: Estimate
    n: int | None

    @property
    def limits(self) -> tuple[float, float] | None:
        """The interval, cut where the measure cannot be: below 0, and above 1 for a share. None where there is none."""
        low, high = self.estimate.low, self.estimate.high
        if low is None or high is None:
            return None
        return max(low, 0.0), min(high, 1.0) if self.definition.unit == "share" else high

    def to_json(self) -> dict[str, Any]:
        """`mean` and `ci` are null where nothing was observed, `ci` also where there was but one replication."""
        return {
            "mean": rounded(self.estimate.mean),
            "ci": None if self.limits is None else [rounded(limit) for limit in self.limits],
            "unit": self.definition.unit,
            "definition": self.definition.text,
        }


class Tally:
    """
    `lines` are those that every plan has; `intervals` is how many there are, the same for every plan; `prices` says
    what each plan's events cost, None for a plan that says nothing of costs.
    """

    def __init__(
        self,
        plans: int,
        lines: Sequence[LineKey],
        intervals: int,
        definitions: Sequence[Definition],
        prices: Sequence[Price | None] = (),
    ) -> None:
        self.runs = 0
        self.definitions = list(definitions)
        self.lines = list(lines)
        self.intervals = intervals
        self.totals = [Sums() for _ in range(plans)]
        """Counts over all replications of each plan."""
        self._plans = plans
        self._courses = [ALL, *lines]
        self._width = intervals + 1
        self._cells = len(self._courses) * self._width
        self._place = {one.name: place for place, one in enumerate(self.definitions)}
        size = len(self.definitions) * self._cells
        self._ratios = Moments(size, 2 * plans)
        self._sections = [Moments(size, 1) for _ in range(plans)]
        self._pairs = Moments(size, plans)
        self._prices = list(prices) or [None] * plans
        self._costs = Moments(1, 2 * plans)
        self._n = np.zeros((size, plans), dtype=np.int64)
        self._waits = [[FineWaits() for _ in range(self._cells)] for _ in range(plans)]

    def add(self, counted: Sequence[Counted]) -> None:
        """One replication: what each plan counted in it."""
        size = len(self.definitions) * self._cells
        ratios = np.full((size, 2 * self._plans), math.nan)
        quantiles = np.full((size, self._plans), math.nan)
        for plan, one in enumerate(counted):
            cell = 0
            for line in self._courses:
                course = one.courses[line]
                for sums in (course.whole, *course.parts):
                    self._observe(plan, cell, sums, ratios, quantiles)
                    cell += 1
                base = cell - self._width
                for index, waits in enumerate(course.waits):
                    self._waits[plan][base].merge(waits)
                    self._waits[plan][base + 1 + index].merge(waits)
            self.totals[plan].add(one.total)
            self._sections[plan].add(quantiles[:, plan : plan + 1])
        self._ratios.add(ratios)
        self._pairs.add(quantiles)
        paid = [
            math.nan if price is None else price(one.courses[ALL].whole)
            for price, one in zip(self._prices, counted, strict=True)
        ]
        self._costs.add(np.array([[part for each in paid for part in (each, 1.0)]]))
        self.runs += 1

    def _observe(self, plan: int, cell: int, sums: Sums, ratios: Any, quantiles: Any) -> None:
        for place, definition in enumerate(self.definitions):
            at = place * self._cells + cell
            top = definition.top(sums)
            if definition.quantile is not None:
                quantiles[at, plan] = math.nan if top is None else top
            else:
                ratios[at, 2 * plan] = top
                ratios[at, 2 * plan + 1] = 1 if definition.bottom is None else definition.bottom(sums)
            if definition.n is not None:
                self._n[at, plan] += definition.n(sums)

    def measured(self, plan: int, name: str, line: LineKey = ALL, interval: int | None = None) -> Measured:
        """A measure of one plan, of a line or of all, in an interval or over all."""
        place, cell = self._place_of(name), self._cell(line, interval)
        definition, at = self.definitions[place], place * self._cells + cell
        if definition.quantile is None:
            estimate = ratio(self._ratios.sample(at).part(2 * plan, 2 * plan + 1))
        else:
            estimate = sectioned(self._pooled(plan, definition.quantile, cell), self._sections[plan].sample(at))
        return Measured(definition, estimate, None if definition.n is None else int(self._n[at, plan]))

    def difference(
        self, base: int, other: int, name: str, line: LineKey = ALL, interval: int | None = None
    ) -> Difference:
        """Other plan less base plan, paired replication by replication."""
        place, cell = self._place_of(name), self._cell(line, interval)
        definition, at = self.definitions[place], place * self._cells + cell
        if definition.quantile is None:
            columns = (2 * base, 2 * base + 1, 2 * other, 2 * other + 1)
            return ratio_difference(self._ratios.sample(at).part(*columns))
        before, after = (self._pooled(plan, definition.quantile, cell) for plan in (base, other))
        return sectioned_difference(before, after, self._pairs.sample(at).part(base, other))

    def cost(self, plan: int) -> Estimate:
        """What a plan's events cost in one replication, on average."""
        return ratio(self._costs.sample(0).part(2 * plan, 2 * plan + 1))

    def cost_difference(self, base: int, other: int) -> Difference:
        """The cost of the other plan's events less that of the base's, paired replication by replication."""
        return ratio_difference(self._costs.sample(0).part(2 * base, 2 * base + 1, 2 * other, 2 * other + 1))

    def _place_of(self, name: str) -> int:
        if name not in self._place:
            raise KeyError(f"unknown measure '{name}'.{did_you_mean(name, self._place)}")
        return self._place[name]

    def _cell(self, line: LineKey, interval: int | None) -> int:
        return self._courses.index(line) * self._width + (0 if interval is None else interval + 1)

    def _pooled(self, plan: int, share: float, cell: int) -> float | None:
        wait_ms = self._waits[plan][cell].quantile(share)
        return None if wait_ms is None else wait_ms / 1000


def rounded(value: float | None) -> float | None:
    """A number as files and JSON carry it."""
    return None if value is None else round(value, _DECIMALS)
