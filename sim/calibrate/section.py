"""What was fitted, as the `demand:` section of a scenario that `ringback simulate` takes."""

import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from sim.calibrate.demand import DemandFit
from sim.demand.section import Demand
from sim.fields import format_clock

PROFILE = "fitted"


def section(found: DemandFit, product: str, language: str, scale: float = 1.0) -> dict[str, Any]:
    """The section as plain data: one stream along the fitted week, with its busyness. Rates to one decimal."""
    counts = found.counts
    week = {
        str(day): [round(float(each) * 60 / counts.every, 1) for each in profile]
        for day, profile in found.profiles.items()
    }
    busyness: dict[str, Any] = {}
    alphas = {str(day): round(alpha, 1) for day, alpha in found.day_alphas.items() if math.isfinite(alpha)}
    if alphas:
        busyness["alpha"] = alphas
    if math.isfinite(found.period_alpha.value):
        busyness["periods"] = {
            "every": f"{counts.every} min",
            "alpha": round(found.period_alpha.value, 1),
            "correlation": round(found.correlation.value, 3),
        }
    stream: dict[str, Any] = {"product": product, "language": language, "profile": PROFILE}
    if scale != 1:
        stream["scale"] = scale
    data: dict[str, Any] = {
        "profiles": {
            PROFILE: {
                "starts": DoubleQuotedScalarString(format_clock(counts.starts * 60_000)),
                "every": f"{counts.every} min",
                "week": week,
            }
        },
        "streams": [stream],
    }
    if busyness:
        data["busyness"] = busyness
    # A section that no scenario would take must never leave this place.
    Demand.model_validate(data)
    return data


def uncertain(found: DemandFit) -> dict[str, float]:
    """The `uncertain` section that goes with it: by path, the standard errors of what was fitted, relative to it."""
    busyness, errors = "demand.busyness", dict[str, float]()
    for day, fit in found.days.items():
        errors[f"demand.profiles.{PROFILE}.week.{day}"] = fit.mean_error / fit.mean
    for day, fit in found.days.items():
        alpha = found.day_alphas[day]
        if math.isfinite(alpha) and math.isfinite(fit.alpha_error):
            # By the delta method: 1 / alpha of the day is that of its totals, less what the periods make of it.
            errors[f"{busyness}.alpha.{day}"] = alpha * fit.alpha_error / fit.alpha**2
    if math.isfinite(found.period_alpha.value):
        errors[f"{busyness}.periods.alpha"] = found.period_alpha.error / found.period_alpha.value
        if 0 < found.correlation.value < 1:
            errors[f"{busyness}.periods.correlation"] = found.correlation.error / found.correlation.value
    return told_errors(errors)


def told_errors(errors: Mapping[str, float]) -> dict[str, float]:
    """Relative standard errors as a scenario takes them: two figures, at most 1, and none where nothing varies."""
    return {path: float(f"{min(error, 1.0):.2g}") for path, error in errors.items() if error > 0}


def write_section(path: Path, found: DemandFit, source: str, product: str, language: str, scale: float = 1.0) -> None:
    """Write it to a file, with where it comes from. Raises OSError."""
    days = found.counts.days
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump({"demand": section(found, product, language, scale), "uncertain": uncertain(found)}, text)
    lines = [
        f"# Fitted from {source}: {len(days)} days from {days[0]} to {days[-1]}.",
        "# Times are the file's own; the scenario's calendar needs a date, and the time zone of the counts.",
        "# 'uncertain' are the standard errors of these numbers, each as a share of it.",
        *(line.rstrip() for line in text.getvalue().splitlines()),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
