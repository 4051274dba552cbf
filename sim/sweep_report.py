"""A sweep for people on a terminal: the answer first, then every point with its measures and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.report import definitions_table
from sim.sweep.found import Found
from sim.sweep.words import amount, answer, cost_head, head, how, movement, notes, verdict
from sim.tally import Measured
from sim.words import is_few, value

MOST_ROWS = 100
"""More points than these are told in files only."""


def show(found: Found, console: Console) -> None:
    """Print the whole report."""
    console.print(report(found, console.width))


def report(found: Found, width: int = 120) -> RenderableType:
    """The report as something rich can print."""
    text = Text(answer(found), "bold")
    for more in (movement(found), *notes(found)):
        text.append(f"\n{more}" if more else "")
    text.append(f"\n{how(found)}", "dim")
    return Group(text, Text(), _points(found, width), Text(), definitions_table(found.measures))


def _points(found: Found, width: int) -> Table:
    """As many measures as there is room for, those of the targets first; the others are named below."""
    shown = found.tried[:MOST_ROWS]
    places = list(zip(*(found.told(one.point) for one in shown), strict=True))
    columns = [_column(axis.name, list(cells)) for axis, cells in zip(found.axes, places, strict=True)]
    last = [_column(cost_head(found), list(map(amount, shown))), _column("targets", list(map(verdict, shown)))]
    room = width - sum(each.width + 2 for each in [*columns, *last])
    left_out: list[str] = []
    for place, definition in enumerate(found.measures):
        measured = [one.measure(definition.name) for one in shown]
        # The first is the answer, and its interval belongs to it.
        told = [f"{value(one)}{_width(one)}" if not place else value(one) for one in measured]
        column = _column(head(found, definition), told)
        if column.width + 2 > room:
            left_out.append(definition.label)
            continue
        room -= column.width + 2
        columns.append(column)
    table = Table(title="Points", title_justify="left", box=None, pad_edge=False)
    for column in [*columns, *last]:
        table.add_column(column.name, justify="left" if column.name == "targets" else "right", width=column.width)
    for place, one in enumerate(shown):
        cells = [column.cells[place] for column in [*columns, *last]]
        table.add_row(*cells, style="bold" if one is found.chosen else None)
    more = len(found.tried) - len(shown)
    notes = [f"Also in points.csv: {', '.join(left_out)}."] if left_out else []
    notes += [f"{more} more points are there, too."] if more > 0 else []
    table.caption, table.caption_justify = " ".join(notes) or None, "left"
    return table


def _width(measured: Measured) -> str:
    """Half of the interval, in points for a share."""
    half = measured.estimate.half_width
    if half is None or is_few(measured):
        return ""
    return f" ± {half * 100 if measured.definition.unit == 'share' else half:.1f}"


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    cells: Sequence[str]
    width: int


def _column(name: str, cells: Sequence[str]) -> _Column:
    """Wide enough for every cell; its head may take several lines."""
    return _Column(name, cells, max(len(each) for each in [*name.split(), *cells]))
