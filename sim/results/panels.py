"""The points of a sweep on a page: the first field across, the second down, a panel for each combination of others."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from sim.results.charts import Size
from sim.sweep.axes import Axis
from sim.sweep.found import Found, Tried

PANEL = Size("panel", 360, 240, 46, 10, 58)
"""Of a drawing that stands beside others."""
MOST_PANELS = 12


@dataclass(frozen=True, slots=True)
class Panel:
    """One combination of all fields but the first two; `told` is empty where there are no others."""

    told: str
    rest: tuple[int, ...]


def panels_of(found: Found) -> list[Panel]:
    """The combinations that are drawn, at most `MOST_PANELS`."""
    others = found.axes[2:]
    combinations = itertools.product(*(range(len(axis.choices)) for axis in others))
    return [Panel(_told(others, rest), rest) for rest in itertools.islice(combinations, MOST_PANELS)]


def left_out(found: Found) -> str:
    """What is said of combinations that are not drawn."""
    count = 1
    for axis in found.axes[2:]:
        count *= len(axis.choices)
    more = count - MOST_PANELS
    return f"{more} more combinations stand in the table." if more > 0 else ""


def row(found: Found, panel: Panel, down: int | None) -> Iterator[tuple[int, Tried | None]]:
    """The points along the first field, each with its place; `down` is the place on the second, if there is one."""
    for across in range(len(found.axes[0].choices)):
        places = (across,) if down is None else (across, down, *panel.rest)
        yield across, found.at.get(places)


def side_by_side(drawings: Sequence[tuple[Panel, str]]) -> str:
    """Drawings of panels, two in a row where there is room."""
    inside = "".join(f"<div><h3>{escape(panel.told)}</h3>{drawing}</div>" for panel, drawing in drawings)
    return f'<div class="panels">{inside}</div>'


def _told(others: Sequence[Axis], rest: tuple[int, ...]) -> str:
    return ", ".join(f"{axis.name} {axis.choices[place].told}" for axis, place in zip(others, rest, strict=True))
