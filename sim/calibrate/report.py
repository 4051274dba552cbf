"""What was fitted, in words and tables for people, and as JSON."""

import math
from typing import Any

from rich.console import Console
from rich.table import Table

from sim.calibrate.demand import DemandFit, Estimate
from sim.calibrate.negative_binomial import Fit
from sim.fields import format_clock


def show(found: DemandFit, console: Console) -> None:
    """The answer first, then what it stands on."""
    counts = found.counts
    begins, ends = (
        format_clock(minutes * 60_000)
        for minutes in (counts.starts, counts.starts + counts.periods.shape[1] * counts.every)
    )
    console.print(
        f"{len(counts.days)} days, {counts.days[0]} to {counts.days[-1]}, "
        f"{counts.periods.shape[1]} periods of {counts.every} min from {begins} to {ends}"
    )
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("day", "n", "mean", "s.e.", "alpha (ML)", "s.e.", "alpha (moments)"):
        table.add_column(name, justify="left" if name == "day" else "right")
    for day, one in found.days.items():
        table.add_row(day, *_row(one))
    if len(found.days) > 1:
        table.add_row("as if all alike", *_row(found.pooled))
    console.print(table)
    console.print(f"neighbouring periods correlate by {_told(found.adjacent)} over all days")
    if len(found.days) > 1:
        console.print(f"and by {_told(found.adjacent_within)} about the mean of their weekday")
    console.print(f"a period's count has {found.dispersion:.1f} times the variance of Poisson")
    if math.isfinite(found.period_alpha.value):
        console.print(
            f"beside the day, periods vary with alpha {_told(found.period_alpha, 1)}, "
            f"and their normals correlate by {_told(found.correlation)} from one to the next"
        )
    if counts.exceptions:
        shown = ", ".join(map(str, counts.exceptions[:12]))
        more = f" and {len(counts.exceptions) - 12} more" if len(counts.exceptions) > 12 else ""
        console.print(f"left out, as less than half of an ordinary day or with cells missing: {shown}{more}")
    if counts.left_over > 0.0005:
        console.print(
            f"{counts.left_over:.1%} of the contacts are in cells that fill no period; the profile has none of them"
        )


def to_json(found: DemandFit) -> dict[str, Any]:
    """Everything that `show` tells; infinite values are null."""
    counts = found.counts
    return {
        "schema_version": 1,
        "days": len(counts.days),
        "first": str(counts.days[0]),
        "last": str(counts.days[-1]),
        "every_min": counts.every,
        "left_out": [str(day) for day in counts.exceptions],
        "weekdays": {day: _fit(one) for day, one in found.days.items()},
        "pooled": _fit(found.pooled),
        "adjacent_correlation": _estimate(found.adjacent),
        "adjacent_correlation_within": _estimate(found.adjacent_within),
        "dispersion": found.dispersion,
        "busyness": {
            "alpha": {day: _finite(alpha) for day, alpha in found.day_alphas.items()},
            "period_alpha": _estimate(found.period_alpha),
            "period_correlation": _estimate(found.correlation),
        },
    }


def _row(one: Fit) -> list[str]:
    numbers = (one.alpha, one.alpha_error, one.moments)
    return [str(one.n), f"{one.mean:,.1f}", f"{one.mean_error:,.1f}", *(_number(each) for each in numbers)]


def _number(value: float) -> str:
    return f"{value:,.1f}" if math.isfinite(value) else "none"


def _told(estimate: Estimate, digits: int = 3) -> str:
    return f"{estimate.value:.{digits}f} (s.e. {estimate.error:.{digits}f})"


def _fit(one: Fit) -> dict[str, Any]:
    return {
        "n": one.n,
        "mean": one.mean,
        "mean_error": one.mean_error,
        "alpha": _finite(one.alpha),
        "alpha_error": _finite(one.alpha_error),
        "alpha_moments": _finite(one.moments),
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    return {"value": _finite(one.value), "error": _finite(one.error)}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
