"""
Charts as SVG, drawn by hand: lines with bands, steps and bars over the intervals of a day.

Each chart is drawn twice, for a wide page and for a phone, and the style sheet shows one of them; colours are custom
properties of the page, so that light and dark need one drawing. A chart never says what its table does not.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

Kind = Literal["line", "step", "bar"]
MOST_SERIES = 6


@dataclass(frozen=True, slots=True)
class Point:
    """One interval of one series. `told` is what is shown beside the pointer; `few` marks what stands on little."""

    value: float | None
    low: float | None = None
    high: float | None = None
    told: str = ""
    few: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of points, one for each interval."""

    name: str
    points: Sequence[Point]
    kind: Kind = "line"


@dataclass(frozen=True, slots=True)
class Chart:
    """
    What to draw. `finding` is the chart in one sentence, for who cannot see it. `top` fixes the upper end of the axis;
    `bottom` may be below 0 where differences are shown. `show` writes a number of the axis.
    """

    ident: str
    title: str
    finding: str
    axis: str
    labels: Sequence[str]
    series: Sequence[Series]
    show: Callable[[float], str]
    target: tuple[float, str] | None = None
    top: float | None = None
    bottom: float | None = 0.0


@dataclass(frozen=True, slots=True)
class _Size:
    name: str
    width: int
    height: int
    left: int
    right: int
    least_apart: int
    """Points between two labels of the time axis."""


_SIZES = (_Size("wide", 760, 280, 56, 14, 62), _Size("narrow", 360, 240, 46, 10, 58))
_ABOVE, _BELOW = 24, 30


class _Frame:
    """Where a number and an interval stand on the page."""

    def __init__(self, chart: Chart, size: _Size) -> None:
        self.size = size
        numbers = [n for one in chart.series for p in one.points for n in (p.value, p.low, p.high) if n is not None]
        if chart.target:
            numbers.append(chart.target[0])
        top = max(numbers, default=1.0) if chart.top is None else chart.top
        bottom = min([*numbers, 0.0]) if chart.bottom is None else chart.bottom
        self.ticks = _ticks(bottom, top if top > bottom else bottom + 1.0)
        self.bottom, self.top = min(self.ticks[0], bottom), max(self.ticks[-1], top)
        self.count = max(len(chart.labels), 1)
        self.step = (size.width - size.left - size.right) / self.count

    def x(self, place: float) -> float:
        """The left edge of an interval; +.5 is its middle."""
        return self.size.left + place * self.step

    def y(self, number: float) -> float:
        """Cut at the ends of the axis."""
        inside = min(max(number, self.bottom), self.top)
        height = self.size.height - _ABOVE - _BELOW
        return _ABOVE + height * (1 - (inside - self.bottom) / (self.top - self.bottom))


def drawn(chart: Chart) -> str:
    """Both drawings of a chart, as HTML. What a screen reader is told is the same in both; it meets only one."""
    return "".join(_drawing(chart, size) for size in _SIZES)


def legend(chart: Chart) -> str:
    """The names of the series, each beside a piece of its line; empty for one series without a band or target."""
    entries = []
    for place, one in enumerate(chart.series):
        style = f"s{place + 1}"
        mark = (
            f'<rect class="{style} bar" x="3" y="1" width="12" height="10"/>'
            if one.kind == "bar"
            else f'<path class="{style} {one.kind}" d="M0 6H26"/>'
        )
        entries.append((mark, one.name))
    if any(p.low is not None for one in chart.series for p in one.points):
        entries.append(('<rect class="s1 band" x="0" y="0" width="26" height="12"/>', "95 % interval"))
    if any(p.few for one in chart.series for p in one.points):
        entries.append(('<circle class="s1 dot few" cx="13" cy="6" r="3.5"/>', "on fewer than 20 contacts"))
    if chart.target:
        entries.append(('<path class="target" d="M0 6H26"/>', chart.target[1]))
    items = "".join(
        f'<li><svg width="26" height="12" aria-hidden="true">{mark}</svg>{escape(name)}</li>' for mark, name in entries
    )
    return f'<ul class="legend">{items}</ul>' if len(entries) > 1 else ""


def _drawing(chart: Chart, size: _Size) -> str:
    frame = _Frame(chart, size)
    ident = f"{chart.ident}-{size.name}"
    parts = [
        f'<svg class="{size.name}" viewBox="0 0 {size.width} {size.height}" role="img"'
        f' aria-labelledby="{ident}-t {ident}-d">',
        f'<title id="{ident}-t">{escape(chart.title)}</title><desc id="{ident}-d">{escape(chart.finding)}</desc>',
        *_axes(chart, frame),
    ]
    bars = [one for one in chart.series if one.kind == "bar"]
    for place, one in enumerate(chart.series):
        style = f"s{place + 1}"
        if one.kind == "bar":
            parts += _bars(one, style, frame, bars.index(one), len(bars))
        else:
            parts += [_band(one, style, frame), _path(one, style, frame), *_dots(one, style, frame)]
    if chart.target:
        y = _n(frame.y(chart.target[0]))
        parts.append(f'<path class="target" d="M{size.left} {y}H{size.width - size.right}"/>')
    return "".join([*parts, "</svg>"])


def _axes(chart: Chart, frame: _Frame) -> Iterable[str]:
    size = frame.size
    end, floor = size.width - size.right, size.height - _BELOW
    for tick in frame.ticks:
        y = _n(frame.y(tick))
        yield f'<path class="{"zero" if not tick else "grid"}" d="M{size.left} {y}H{end}"/>'
        yield f'<text class="tick" x="{size.left - 6}" y="{y}" dy=".32em" text-anchor="end">{chart.show(tick)}</text>'
    every = max(math.ceil(size.least_apart / frame.step), 1)
    # A label every second, fourth, ... interval, so that full hours stay full hours.
    every = next((each for each in (1, 2, 4, 8, 12, 16, 24, 48) if each >= every), every)
    for place in range(0, len(chart.labels), every):
        x = _n(frame.x(place))
        yield f'<path class="grid" d="M{x} {floor}v4"/>'
        yield f'<text class="tick" x="{x}" y="{floor + 17}" text-anchor="middle">{escape(chart.labels[place])}</text>'
    yield f'<text class="tick axis" x="{size.left}" y="{_ABOVE - 11}">{escape(chart.axis)}</text>'


def _runs(series: Series) -> Iterable[list[tuple[int, Point]]]:
    """Stretches of neighbouring intervals in which something was observed."""
    numbered = enumerate(series.points)
    for seen, run in itertools.groupby(numbered, lambda pair: pair[1].value is not None):
        if seen:
            yield list(run)


def _corners(series: Series, run: list[tuple[int, Point]], frame: _Frame, of: str) -> list[tuple[float, float]]:
    """The corners of a line through the middles of intervals, or of steps along them."""
    corners = []
    for place, point in run:
        number = getattr(point, of)
        y = frame.y(point.value or 0.0 if number is None else number)
        if series.kind == "step":
            corners += [(frame.x(place), y), (frame.x(place + 1), y)]
        else:
            corners.append((frame.x(place + 0.5), y))
    return corners


def _path(series: Series, style: str, frame: _Frame) -> str:
    lines = " ".join("M" + "L".join(_pair(c) for c in _corners(series, run, frame, "value")) for run in _runs(series))
    return f'<path class="{style} {series.kind}" d="{lines}"/>' if lines else ""


def _band(series: Series, style: str, frame: _Frame) -> str:
    areas = []
    for run in _runs(series):
        if any(point.low is not None for _, point in run):
            around = [*_corners(series, run, frame, "high"), *_corners(series, run, frame, "low")[::-1]]
            areas.append("M" + "L".join(_pair(corner) for corner in around) + "Z")
    return f'<path class="{style} band" d="{" ".join(areas)}"/>' if areas else ""


def _dots(series: Series, style: str, frame: _Frame) -> Iterable[str]:
    """A point to look at in each interval: small for who sees the line already, and told to who points at it."""
    for place, point in enumerate(series.points):
        if point.value is not None:
            few = " few" if point.few else ""
            yield (
                f'<circle class="{style} dot{few}" cx="{_n(frame.x(place + 0.5))}" cy="{_n(frame.y(point.value))}" '
                f'r="{3.5 if point.few else 2.5}"><title>{escape(point.told)}</title></circle>'
            )


def _bars(series: Series, style: str, frame: _Frame, place: int, of: int) -> Iterable[str]:
    gap = min(frame.step * 0.15, 4)
    width = (frame.step - 2 * gap) / of
    for index, point in enumerate(series.points):
        if point.value:
            x, y = frame.x(index) + gap + place * width, frame.y(point.value)
            height = frame.y(0) - y
            yield (
                f'<rect class="{style} bar" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}">'
                f"<title>{escape(point.told)}</title></rect>"
            )


def _ticks(bottom: float, top: float) -> list[float]:
    """Round numbers from at most the bottom to at least the top, four to seven of them."""
    rough = (top - bottom) / 5
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * each for each in (1, 2, 2.5, 5, 10) if size * each >= rough * 0.999)
    first, last = math.floor(bottom / step + 1e-9), math.ceil(top / step - 1e-9)
    return [round(place * step, 10) for place in range(first, last + 1)]


def _pair(corner: tuple[float, float]) -> str:
    return f"{_n(corner[0])} {_n(corner[1])}"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
