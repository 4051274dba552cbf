"""What was fitted, as the `demand:` section of a scenario that `ringback simulate` takes."""

import io
import math
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


def write_section(path: Path, found: DemandFit, source: str, product: str, language: str, scale: float = 1.0) -> None:
    """Write it to a file, with where it comes from. Raises OSError."""
    days = found.counts.days
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump({"demand": section(found, product, language, scale)}, text)
    lines = [
        f"# Fitted from {source}: {len(days)} days from {days[0]} to {days[-1]}.",
        "# Times are the file's own; the scenario's calendar needs a date, and the time zone of the counts.",
        *(line.rstrip() for line in text.getvalue().splitlines()),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
