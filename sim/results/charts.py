"""
Charts as SVG, drawn by hand: lines with bands, steps and bars over the intervals of a day, or over what a sweep varies.

Each chart is drawn twice, for a wide page and for a phone, and the style sheet shows one of them; colours are custom
properties of the page, so that light and dark need one drawing. A chart never says what its table does not.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

Kind = Literal["line", "step", "bar", "point"]
"""A `point` stands alone: what is beside it has another name, not a larger value."""
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
    `bottom` may be below 0 where differences are shown. `show` writes a number of the axis. Labels are times at which
    an interval begins, or, when `centred`, names of places.
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
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Size:
    """Of a drawing, in its own units, which are pixels where it is shown as large as it is."""

    name: str
    width: int
    height: int
    left: int
    right: int
    least_apart: int
    """Points between two labels of the time axis."""


SIZES = (Size("wide", 760, 280, 56, 14, 62), Size("narrow", 360, 240, 46, 10, 58))
ABOVE, BELOW = 24, 30
LETTER = 7
"""About how wide a letter of a label is."""


class _Frame:
    """Where a number and an interval stand on the page."""

    def __init__(self, chart: Chart, size: Size) -> None:
        self.size = size
        numbers = [n for one in chart.series for p in one.points for n in (p.value, p.low, p.high) if n is not None]
        if chart.target:
            numbers.append(chart.target[0])
        top = max(numbers, default=1.0) if chart.top is None else chart.top
        bottom = min([*numbers, 0.0]) if chart.bottom is None else chart.bottom
        self.ticks = ticks(bottom, top if top > bottom else bottom + 1.0)
        self.bottom, self.top = min(self.ticks[0], bottom), max(self.ticks[-1], top)
        self.count = max(len(chart.labels), 1)
        self.step = (size.width - size.left - size.right) / self.count

    def x(self, place: float) -> float:
        """The left edge of an interval; +.5 is its middle."""
        return self.size.left + place * self.step

    def y(self, number: float) -> float:
        """Cut at the ends of the axis."""
        inside = min(max(number, self.bottom), self.top)
        height = self.size.height - ABOVE - BELOW
        return ABOVE + height * (1 - (inside - self.bottom) / (self.top - self.bottom))


def drawn(chart: Chart) -> str:
    """Both drawings of a chart, as HTML. What a screen reader is told is the same in both; it meets only one."""
    return "".join(_drawing(chart, size) for size in SIZES)


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
        if one.kind == "point":
            mark = f'<circle class="{style} dot" cx="13" cy="6" r="4"/>'
        entries.append((mark, one.name))
    if any(p.low is not None for one in chart.series for p in one.points):
        alone = all(one.kind == "point" for one in chart.series)
        mark = '<path class="s1 whisker" d="M13 0V12"/>' if alone else '<rect class="s1 band" width="26" height="12"/>'
        entries.append((mark, "95 % interval"))
    if any(p.few for one in chart.series for p in one.points):
        entries.append(('<circle class="s1 dot few" cx="13" cy="6" r="3.5"/>', "on fewer than 20 contacts"))
    if chart.target:
        entries.append(('<path class="target" d="M0 6H26"/>', chart.target[1]))
    return legend_of(entries) if len(entries) > 1 else ""


def legend_of(entries: Iterable[tuple[str, str]]) -> str:
    """Marks and what they stand for."""
    items = "".join(
        f'<li><svg width="26" height="12" aria-hidden="true">{mark}</svg>{escape(name)}</li>' for mark, name in entries
    )
    return f'<ul class="legend">{items}</ul>'


def _drawing(chart: Chart, size: Size) -> str:
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
        elif one.kind == "point":
            parts += [*_whiskers(one, style, frame), *_dots(one, style, frame)]
        else:
            parts += [_band(one, style, frame), _path(one, style, frame), *_dots(one, style, frame)]
    if chart.target:
        y = shown(frame.y(chart.target[0]))
        parts.append(f'<path class="target" d="M{size.left} {y}H{size.width - size.right}"/>')
    return "".join([*parts, "</svg>"])


def _axes(chart: Chart, frame: _Frame) -> Iterable[str]:
    size = frame.size
    end, floor = size.width - size.right, size.height - BELOW
    for tick in frame.ticks:
        y = shown(frame.y(tick))
        yield f'<path class="{"zero" if not tick else "grid"}" d="M{size.left} {y}H{end}"/>'
        yield f'<text class="tick" x="{size.left - 6}" y="{y}" dy=".32em" text-anchor="end">{chart.show(tick)}</text>'
    wide = max(map(len, chart.labels), default=0) * LETTER if chart.centred else size.least_apart
    every = max(math.ceil(min(wide, size.least_apart) / frame.step), 1)
    # A label every second, fourth, ... interval, so that full hours stay full hours.
    every = next((each for each in (1, 2, 4, 8, 12, 16, 24, 48) if each >= every), every)
    for place in range(0, len(chart.labels), every):
        x = shown(frame.x(place + 0.5 if chart.centred else place))
        label = cut(chart.labels[place], frame.step * every) if chart.centred else chart.labels[place]
        yield f'<path class="grid" d="M{x} {floor}v4"/>'
        yield f'<text class="tick" x="{x}" y="{floor + 17}" text-anchor="middle">{escape(label)}</text>'
    yield f'<text class="tick axis" x="{size.left}" y="{ABOVE - 11}">{escape(chart.axis)}</text>'


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
            x, y = shown(frame.x(place + 0.5)), shown(frame.y(point.value))
            yield (
                f'<circle class="{style} dot{few}" cx="{x}" cy="{y}" '
                f'r="{3.5 if point.few else 2.5}"><title>{escape(point.told)}</title></circle>'
            )


def _whiskers(series: Series, style: str, frame: _Frame) -> Iterable[str]:
    for place, point in enumerate(series.points):
        if point.low is not None and point.high is not None:
            x, low, high = (shown(each) for each in (frame.x(place + 0.5), frame.y(point.low), frame.y(point.high)))
            yield f'<path class="{style} whisker" d="M{x} {low}V{high}"/>'


def _bars(series: Series, style: str, frame: _Frame, place: int, of: int) -> Iterable[str]:
    gap = min(frame.step * 0.15, 4)
    width = (frame.step - 2 * gap) / of
    for index, point in enumerate(series.points):
        if point.value:
            x, y = frame.x(index) + gap + place * width, frame.y(point.value)
            height = frame.y(0) - y
            yield (
                f'<rect class="{style} bar" x="{shown(x)}" y="{shown(y)}" width="{shown(width)}" '
                f'height="{shown(height)}">'
                f"<title>{escape(point.told)}</title></rect>"
            )


def cut(text: str, width: float) -> str:
    """As much of a label as there is room for; the table has all of it."""
    letters = max(int(width / LETTER), 2)
    return text if len(text) <= letters else text[: letters - 1] + "…"


def ticks(bottom: float, top: float) -> list[float]:
    """Round numbers from at most the bottom to at least the top, four to seven of them."""
    rough = (top - bottom) / 5
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * each for each in (1, 2, 2.5, 5, 10) if size * each >= rough * 0.999)
    first, last = math.floor(bottom / step + 1e-9), math.ceil(top / step - 1e-9)
    return [round(place * step, 10) for place in range(first, last + 1)]


def _pair(corner: tuple[float, float]) -> str:
    return f"{shown(corner[0])} {shown(corner[1])}"


def shown(number: float) -> str:
    """A coordinate."""
    return f"{number:.1f}".removesuffix(".0")
