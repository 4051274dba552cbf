"""What callbacks are paid with: abandonment of those who wait in line against the wait of those who are called back."""

from sim.results.charts import MOST_SERIES
from sim.results.html import framed, table
from sim.results.panels import PANEL, Panel, left_out, panels_of, row, side_by_side
from sim.results.scatter import Dot, Path, Scatter, scatter_drawing, scatter_legend, scatter_plot
from sim.sweep.found import Found, Tried
from sim.sweep.words import place, spoken_wait
from sim.words import interval, percent, value

_LEFT, _CALLED = "abandonment", "callback_wait_mean"
_MINUTE_S = 60
_FACTOR = 30
"""A wait that is so many times as long as another is drawn on a scale of factors."""


def trade_off(found: Found) -> str:
    """A figure with its table; empty for a sweep in which not two points have callbacks."""
    both = [one for one in found.tried if _seen(one)]
    if len(both) < 2:
        return ""
    right = max(_wait_min(one) for one in both) * 1.05
    least = min(_wait_min(one) for one in both)
    # Minutes beside half a day are a point at the edge, unless each step is a factor.
    left = least if right > _FACTOR * least > 0 else None
    top = max(_abandonment(one) for one in both) * 1.05
    panels = panels_of(found)
    title, finding = "Abandonment against the wait for a callback", _finding(found, both)
    drawn = [
        Scatter(
            "trade-off" if not panel.told else f"trade-off-{number}",
            f"{title}{': ' if panel.told else ''}{panel.told}",
            finding,
            "mean wait for a callback, min",
            "abandonment of all in line",
            _paths(found, panel),
            right,
            top,
            lambda minutes: f"{minutes:,g}",
            lambda share: f"{share * 100:g} %",
            left,
        )
        for number, panel in enumerate(panels)
    ]
    empty = [panel.told for panel, one in zip(panels, drawn, strict=True) if not any(path.dots for path in one.paths)]
    panels = [panel for panel in panels if panel.told not in empty]
    drawn = [one for one in drawn if any(path.dots for path in one.paths)]
    if len(panels) == 1:
        drawing = scatter_plot(drawn[0])
    else:
        drawing = side_by_side([(p, scatter_drawing(one, PANEL)) for p, one in zip(panels, drawn, strict=True)])
    longest = max((one.paths for one in drawn), key=len)
    axis = found.axes[0].name
    nobody = f"Nobody is called back at {'; '.join(empty)}." if empty else ""
    told = " ".join(
        text
        for text in (finding, f"Each point is one {axis}; down and left is better.", nobody, left_out(found))
        if text
    )
    return framed("trade-off-figure", title, told, scatter_legend(longest) + drawing, _table(found, both))


def _paths(found: Found, panel: Panel) -> list[Path]:
    """A path along the first field for each place on the second; single points where there are too many of them."""
    ordered, first = found.axes[0].ordered, found.axes[0]
    rows: list[tuple[str, int | None]] = [("", None)]
    if len(found.axes) > 1:
        second = found.axes[1]
        rows = [(f"{second.name} {one.told}", number) for number, one in enumerate(second.choices)]
    paths = []
    for name, down in rows:
        seen = [(across, one) for across, one in row(found, panel, down) if one is not None and _seen(one)]
        dots = [_dot(found, one, first.choices[across].told) for across, one in seen]
        paths.append(Path(name, dots, joined=ordered))
    if len(paths) > MOST_SERIES:
        return [Path("", [dot for path in paths for dot in path.dots], joined=False)]
    return paths


def _dot(found: Found, one: Tried, label: str) -> Dot:
    called, left = one.measure(_CALLED), one.measure(_LEFT)
    across = called.limits and (called.limits[0] / _MINUTE_S, called.limits[1] / _MINUTE_S)
    told = f"{place(found, one)}: abandonment {value(left)}, callback wait {spoken_wait(_wait_min(one) * _MINUTE_S)}"
    return Dot(_wait_min(one), _abandonment(one), across, left.limits, label, told)


def _finding(found: Found, both: list[Tried]) -> str:
    fewest, soonest = min(both, key=_abandonment), min(both, key=_wait_min)
    return (
        f"Fewest leave at {place(found, fewest)} ({percent(_abandonment(fewest), 1)}, callbacks after "
        f"{spoken_wait(_wait_min(fewest) * _MINUTE_S)}); callbacks come soonest at {place(found, soonest)} "
        f"({spoken_wait(_wait_min(soonest) * _MINUTE_S)}, {percent(_abandonment(soonest), 1)} leave)."
    )


def _table(found: Found, both: list[Tried]) -> str:
    rows = [
        [
            *found.told(one.point),
            value(one.measure(_LEFT)),
            interval(one.measure(_LEFT)),
            value(one.measure(_CALLED)),
            interval(one.measure(_CALLED)),
        ]
        for one in both
    ]
    names = [axis.name for axis in found.axes]
    head = [*names, "abandonment", "95 % interval", "callback wait, s", "95 % interval"]
    return table(head, rows, "Abandonment and the wait for a callback, point by point")


def _seen(one: Tried) -> bool:
    return one.measure(_LEFT).estimate.mean is not None and one.measure(_CALLED).estimate.mean is not None


def _wait_min(one: Tried) -> float:
    return (one.measure(_CALLED).estimate.mean or 0.0) / _MINUTE_S


def _abandonment(one: Tried) -> float:
    return one.measure(_LEFT).estimate.mean or 0.0
