"""
Results as tidy rows: one number with its interval in each, with what it is of. CSV, Parquet and frames hold these.

`line` and `interval` are `all` for all lines and for all the time. Seconds, contacts, agents and shares as in `unit`.
"""

from collections.abc import Iterator
from typing import Any

from sim.comparison import Comparison
from sim.result import Result
from sim.tally import Measured, rounded

Row = dict[str, Any]
ALL = "all"


def measured(found: Result | Comparison) -> list[Row]:
    """
    Columns: plan, measure, line, interval, mean, low, high, n, unit, replications.

    `n` is how many contacts stand behind the number, in all replications; None for measures that have none.
    """
    rows = []
    names = [found.name] if isinstance(found, Result) else found.names
    for plan, name in enumerate(names):
        for line, interval, place in _places(found):
            cells = found.measures(line, place) if isinstance(found, Result) else found.measures(plan, line, place)
            rows += [
                {
                    "plan": name,
                    "measure": one.definition.name,
                    "line": line or ALL,
                    "interval": interval,
                    "mean": rounded(one.estimate.mean),
                    "low": _limit(one, 0),
                    "high": _limit(one, 1),
                    "n": one.n,
                    "unit": one.definition.unit,
                    "replications": found.replications,
                }
                for one in cells
            ]
    return rows


def differences(found: Comparison) -> list[Row]:
    """
    Columns: base, plan, measure, line, interval, base_mean, plan_mean, difference, low, high, distinguishable,
    variance_removed, replications_to_tell, unit, replications.
    """
    rows = []
    for plan in range(1, len(found.names)):
        for line, interval, place in _places(found):
            for definition in found.tally.definitions:
                one = found.differing(plan, definition.name, line, place)
                estimate = one.difference.estimate
                rows.append(
                    {
                        "base": found.names[0],
                        "plan": found.names[plan],
                        "measure": definition.name,
                        "line": line or ALL,
                        "interval": interval,
                        "base_mean": rounded(one.base.estimate.mean),
                        "plan_mean": rounded(one.other.estimate.mean),
                        "difference": rounded(estimate.mean),
                        "low": rounded(estimate.low),
                        "high": rounded(estimate.high),
                        "distinguishable": one.difference.told,
                        "variance_removed": rounded(one.difference.removed),
                        "replications_to_tell": one.runs_to_tell,
                        "unit": definition.unit,
                        "replications": found.replications,
                    }
                )
    return rows


def _places(found: Result | Comparison) -> Iterator[tuple[str | None, str, int | None]]:
    """(line, label of the interval, its index): all of them, and every line and interval."""
    for line in (None, *found.lines()):
        yield line, ALL, None
        for index, label in enumerate(found.timetable.labels):
            yield line, label, index


def _limit(one: Measured, side: int) -> float | None:
    return None if one.limits is None else rounded(one.limits[side])
