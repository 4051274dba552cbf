"""
Whole days from an empty start, simulated by the twin and counted by its own measures.

Each replication is one observation, so ratios get the interval of the delta method. As in `sim.verify.steady` chance is
taken out where it is known: the number of contacts of a day has a known mean, and what a day owes to it is regressed
out; where customers come again, or the line is not open all the time, that mean is not known, and nothing is taken out.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.calendar import has_hours
from sim.counted import Counted
from sim.model import build
from sim.run import replicate
from sim.scenario_check import expected_contacts
from sim.scenario_file import as_scenario
from sim.sums import Sums
from sim.verify.steady import Observed

_RATIOS: dict[str, tuple[Callable[[Sums], float], Callable[[Sums], float]]] = {
    "sl_offered": (lambda s: s.served_in_time, lambda s: s.sl_base),
    "sl_served": (lambda s: s.served_in_time, lambda s: s.served),
    "abandon": (lambda s: s.abandoned, lambda s: s.offered),
    "served_within": (lambda s: s.served_in_time, lambda s: s.offered),
    "lost": (lambda s: s.abandoned + s.short_abandoned, lambda s: s.offered),
    "asa_min": (lambda s: s.wait_ms / 60_000, lambda s: s.served),
    "occupancy": (lambda s: s.busy_ms, lambda s: s.available_ms),
    "queue_min": (lambda s: s.queue_ms / 60_000, lambda s: s.offered),
    "shut": (lambda s: s.shut, lambda s: s.shut + s.offered),
}
"""Measure -> (numerator, denominator) over a day's counts."""
_OF_LINE = {"first": 0, "second": 1}
"""What stands at the end of a measure of one line: `abandon_first`."""


class Days:
    """The counts of many days of one scenario; `expected` is how many contacts a day has, None where nobody knows."""

    def __init__(self, counted: Sequence[Counted], expected: float | None) -> None:
        self._counted = counted
        self._expected = expected

    def observe(self, name: str) -> Observed:
        """
        Estimate one of the measures of `_RATIOS` over all days, of all lines or of one (`_first`, `_second`); `lost`
        counts those who left at once.
        """
        measure, _, line = name.rpartition("_")
        if line in _OF_LINE:
            days = [list(one.lines.values())[_OF_LINE[line]] for one in self._counted]
        else:
            measure, days = name, [one.total for one in self._counted]
        top, bottom = _RATIOS[measure]
        tops = np.array([top(day) for day in days], dtype=np.float64)
        bottoms = np.array([bottom(day) for day in days], dtype=np.float64)
        ratio = tops.sum() / bottoms.sum()
        errors = (tops - ratio * bottoms) / bottoms.mean()
        controls = np.ones((len(days), 1))
        if self._expected is not None:
            offered = np.array([one.total.offered for one in self._counted], dtype=np.float64)
            controls = np.column_stack([controls, offered / self._expected - 1])
        fitted, *_ = np.linalg.lstsq(controls, errors, rcond=None)
        left = errors - controls @ fitted
        freedom = len(errors) - controls.shape[1]
        spread = float(left @ left) / freedom * np.linalg.inv(controls.T @ controls)[0, 0]
        return Observed(float(ratio + fitted[0]), math.sqrt(spread), freedom)


def simulate(scenario: Mapping[str, Any], days: int, seed: int = 1) -> Days:
    """Run so many replications, one after another."""
    checked = as_scenario(scenario)
    model = build(checked)
    counted = [replicate(model, seed, replication) for replication in range(days)]
    known = checked.demand.retrial is None and not has_hours(checked.policy)
    return Days(counted, expected_contacts(checked) if known else None)
