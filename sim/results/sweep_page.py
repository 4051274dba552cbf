"""
The report of a sweep as one HTML file: the answer, the points, what callbacks are paid with, and each measure over what
was varied: a curve with its interval for one field, a heat map for two, a heat map for each combination of the others.
"""

from collections.abc import Sequence
from html import escape

from sim.definitions import Definition
from sim.results.charts import Chart, Point, Series
from sim.results.heat import Cell, Heat, heat_drawing, heat_map
from sim.results.html import figure, framed, meanings, origins, page, section, table
from sim.results.panels import PANEL, Panel, left_out, panels_of, row, side_by_side
from sim.results.trade_off import trade_off
from sim.sweep.found import Found, Tried
from sim.sweep.words import (
    amount,
    answer,
    cost_head,
    head,
    how,
    labelled,
    movement,
    notes,
    place,
    spoken_wait,
    verdict,
)  # fmt: skip
from sim.tally import Measured
from sim.targets import Goal, goals_of
from sim.words import interval, is_few, number, percent, value

_FEW_POINTS, _BEST = 12, 10
"""More points than these stand at the end, and so many of the best before the pictures."""
_METHOD = (
    "Intervals are 95 %, over replications: Student's t for means, the delta method for ratios, sectioning for"
    " quantiles. They are of each point alone: because all points met the same customers, two points whose intervals"
    " overlap may still differ beyond doubt (`ringback compare` tells)."
)


def sweep_page(found: Found) -> str:
    """The whole page; one that is not complete says so."""
    title = f"{found.base.name}: {' × '.join(axis.name for axis in found.axes)}"
    description = found.base.description.strip()
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="answer">{escape(answer(found))}</p>',
        *(f"<p>{escape(text)}</p>" for text in (movement(found), description) if text),
        f'<p class="how">{escape(how(found))}.</p>',
        *(f'<p class="notice">{escape(text)}</p>' for text in notes(found)),
        *(_figures(found) if found.tried else []),
        origins(found.base),
        section("What each number means", meanings(found.measures), f'<p class="muted">{escape(_METHOD)}</p>'),
    ]
    return page(f"{title}: {answer(found)}", body)


def _figures(found: Found) -> list[str]:
    draw = _curve if len(found.axes) == 1 else _heat
    pictures = [trade_off(found), *(draw(found, one) for one in found.measures)]
    every = _points(found, found.tried, "Every point; intervals stand under each picture")
    if len(found.tried) <= _FEW_POINTS:
        return [section("Points", every), *pictures]
    best = sorted(found.tried, key=found.rank)[:_BEST]
    told = "The cheapest that meet every target come first; every point stands at the end"
    return [section("The best points", _points(found, best, told)), *pictures, section("Every point", every)]


def _points(found: Found, chosen: Sequence[Tried], told: str) -> str:
    rows = [
        [
            *found.told(one.point),
            *(value(one.measure(definition.name)) for definition in found.measures),
            amount(one),
            verdict(one),
        ]
        for one in chosen
    ]
    names = [axis.name for axis in found.axes]
    columns = [*names, *(head(found, one) for one in found.measures), cost_head(found), "targets"]
    return table(columns, rows, told)


def _curve(found: Found, definition: Definition) -> str:
    """A measure along one field, with its interval."""
    axis, goal = found.axes[0], _goal(found, definition)
    points = [_point(found, one, definition) for _, one in row(found, Panel("", ()), None)]
    share = definition.unit == "share"
    target = None if goal is None else (goal.share, f"target {percent(goal.share)}")
    chart = Chart(
        definition.name,
        f"{_capital(labelled(found, definition))} by {axis.name}",
        _extremes(found, definition),
        head(found, definition),
        [one.told for one in axis.choices],
        [Series(labelled(found, definition), points, "line" if axis.ordered else "point")],
        (lambda amount: f"{amount * 100:g} %") if share else (lambda amount: f"{amount:,g}"),
        target,
        top=1.0 if share and target is not None and goal is not None and goal.at_least else None,
        centred=True,
    )
    return figure(chart, _table(found, definition))


def _point(found: Found, one: Tried | None, definition: Definition) -> Point:
    if one is None:
        return Point(None)
    measured = one.measure(definition.name)
    low, high = measured.limits or (None, None)
    return Point(measured.estimate.mean, low, high, _told(found, one, definition), is_few(measured))


def _heat(found: Found, definition: Definition) -> str:
    """A measure over two fields, and a panel for each combination of the others."""
    across, down = found.axes[:2]
    means = [one.measure(definition.name).estimate.mean for one in found.tried]
    seen = [mean for mean in means if mean is not None]
    goal, title = _goal(found, definition), f"{_capital(head(found, definition))}"
    finding, panels = _extremes(found, definition), panels_of(found)
    maps = [
        Heat(
            definition.name if not panel.told else f"{definition.name}-{place}",
            f"{title}{': ' if panel.told else ''}{panel.told}",
            finding,
            across.name,
            down.name,
            [one.told for one in across.choices],
            [one.told for one in down.choices],
            [_cells(found, panel, number, definition, goal) for number in range(len(down.choices))],
            min(seen),
            max(seen),
        )
        for place, panel in enumerate(panels)
    ]
    if len(panels) == 1:
        drawing = heat_map(maps[0])
    else:
        drawing = side_by_side([(p, heat_drawing(one, PANEL)) for p, one in zip(panels, maps, strict=True)])
    told = [finding, "Darker is more."]
    if goal is not None:
        bound = "at least" if goal.at_least else "at most"
        told.append(f"✓ meets the target of {bound} {percent(goal.share)} beyond doubt, ~ is too close to tell.")
    told.append(left_out(found))
    words = " ".join(text for text in told if text)
    return framed(f"{definition.name}-figure", title, words, drawing, _table(found, definition))


def _cells(found: Found, panel: Panel, down: int, definition: Definition, goal: Goal | None) -> list[Cell]:
    cells = []
    for _, one in row(found, panel, down):
        if one is None:
            cells.append(Cell(None, "-", "not run"))
            continue
        measured = one.measure(definition.name)
        mark = "" if goal is None else {"met": " ✓", "too close to tell": " ~"}.get(goal.verdict(measured), "")
        cells.append(
            Cell(mean := measured.estimate.mean, _in_cell(measured, mean) + mark, _told(found, one, definition))
        )
    return cells


def _in_cell(measured: Measured, mean: float | None) -> str:
    """The number; a long wait in minutes or hours."""
    return spoken_wait(mean) if measured.definition.unit == "s" and mean is not None else value(measured)


def _table(found: Found, definition: Definition) -> str:
    goal = _goal(found, definition)
    rows = []
    for one in found.tried:
        measured = one.measure(definition.name)
        count = "" if measured.n is None else f"{measured.n:,}"
        verdict = [] if goal is None else [goal.verdict(measured)]
        rows.append([*found.told(one.point), value(measured), interval(measured), count, *verdict])
    names: Sequence[str] = [axis.name for axis in found.axes]
    columns = [*names, head(found, definition), "95 % interval", "n", *([] if goal is None else ["target"])]
    return table(columns, rows, f"{_capital(labelled(found, definition))}, point by point")


def _told(found: Found, one: Tried, definition: Definition) -> str:
    measured = one.measure(definition.name)
    width = f" ({interval(measured)})" if interval(measured) else ""
    return f"{place(found, one)}: {value(measured)}{width}"


def _extremes(found: Found, definition: Definition) -> str:
    """Where a measure is lowest and highest, in words."""
    seen = [
        (one.measure(definition.name).estimate.mean or 0.0, order, one)
        for order, one in enumerate(found.tried)
        if one.measure(definition.name).estimate.mean is not None
    ]
    (low, _, at_low), (high, _, at_high) = min(seen), max(seen)
    unit, what = definition.unit, _capital(labelled(found, definition))
    if low == high:
        return f"{what}: {number(unit, low)} everywhere."
    return (
        f"{what}: lowest {number(unit, low)} at {place(found, at_low)}, highest {number(unit, high)} at "
        f"{place(found, at_high)}."
    )


def _goal(found: Found, definition: Definition) -> Goal | None:
    """The target of a measure, where it is the same at every point."""
    goals = {
        (goal.measure, goal.share, goal.at_least): goal
        for one in found.tried
        for goal in goals_of(one.result.scenario)
        if goal.measure == definition.name
    }
    return next(iter(goals.values())) if len(goals) == 1 else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
