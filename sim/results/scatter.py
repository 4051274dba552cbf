"""
One measure against another as SVG: a point for each thing that was tried, with both intervals, joined along a field.

Drawn for a wide page, for a phone, and small where several stand side by side on the same axes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log, log10

from sim.results.charts import ABOVE, BELOW, LETTER, SIZES, Size, legend_of, shown, ticks

_MOST_NAMED = 24
"""More points than these are not named beside them: the pointer and the table tell which is which."""

Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Dot:
    """One point with the ends of its intervals; `label` stands beside it, `told` is what the pointer is told."""

    x: float
    y: float
    across: Ends | None
    along: Ends | None
    label: str
    told: str


@dataclass(frozen=True, slots=True)
class Path:
    """Points that belong together; `joined` by a line in their order."""

    name: str
    dots: Sequence[Dot]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class Scatter:
    """What to draw; `right` and `top` are the ends of the axes, which begin at 0 (but see `left`)."""

    ident: str
    title: str
    finding: str
    x_axis: str
    y_axis: str
    paths: Sequence[Path]
    right: float
    top: float
    show_x: Callable[[float], str]
    show_y: Callable[[float], str]
    left: float | None = None
    """Where the axis across begins when each step of it is a factor; None: at 0, in equal steps."""


class _Frame:
    def __init__(self, scatter: Scatter, size: Size) -> None:
        self.size = size
        self.factors = scatter.left is not None
        self.x_ticks = _factors(scatter.left, scatter.right) if scatter.left else ticks(0.0, scatter.right or 1.0)
        self.y_ticks = ticks(0.0, scatter.top or 1.0)
        self.floor = size.height - BELOW - 16  # Room for the name of the axis below.

    def x(self, number: float) -> float:
        size, least, most = self.size, self.x_ticks[0], self.x_ticks[-1]
        within = min(max(number, least), most)
        share = log(within / least) / log(most / least) if self.factors else within / most
        return size.left + (size.width - size.left - size.right) * share

    def y(self, number: float) -> float:
        most = self.y_ticks[-1]
        return self.floor - (self.floor - ABOVE) * min(max(number, 0.0), most) / most


def _factors(least: float, most: float) -> list[float]:
    """1, 10, 100: from the last that is not above the least, to the first that is not below the most."""
    return [10.0**power for power in range(floor(log10(least)), ceil(log10(most)) + 1)]


def scatter_plot(scatter: Scatter) -> str:
    """Both drawings, of which one is seen."""
    return "".join(scatter_drawing(scatter, size) for size in SIZES)


def scatter_legend(paths: Sequence[Path]) -> str:
    """The names of the paths; empty for a single one without a name."""
    entries = [
        (f'<path class="s{place} line" d="M0 6H26"/><circle class="s{place} dot" cx="13" cy="6" r="3.5"/>', one.name)
        for place, one in enumerate(paths, 1)
        if one.name
    ]
    if any(dot.along for one in paths for dot in one.dots):
        entries.append(('<path class="s1 whisker" d="M3 6H23M13 0V12"/>', "95 % intervals"))
    return legend_of(entries) if entries else ""


def scatter_drawing(scatter: Scatter, size: Size) -> str:
    """One drawing."""
    frame, ident = _Frame(scatter, size), f"{scatter.ident}-{size.name}"
    named = sum(len(one.dots) for one in scatter.paths) <= _MOST_NAMED
    parts = [
        f'<svg class="{size.name}" viewBox="0 0 {size.width} {size.height}" role="img"'
        f' aria-labelledby="{ident}-t {ident}-d">',
        f'<title id="{ident}-t">{escape(scatter.title)}</title><desc id="{ident}-d">{escape(scatter.finding)}</desc>',
        *_axes(scatter, frame),
    ]
    for place, one in enumerate(scatter.paths, 1):
        parts += _path(one, f"s{place}", frame, named)
    return "".join([*parts, "</svg>"])


def _axes(scatter: Scatter, frame: _Frame) -> Iterable[str]:
    size, end = frame.size, frame.size.width - frame.size.right
    for tick in frame.y_ticks:
        y = shown(frame.y(tick))
        yield f'<path class="{"zero" if not tick else "grid"}" d="M{size.left} {y}H{end}"/>'
        yield (
            f'<text class="tick" x="{size.left - 6}" y="{y}" dy=".32em" text-anchor="end">'
            f"{escape(scatter.show_y(tick))}</text>"
        )
    for tick in frame.x_ticks:
        x = shown(frame.x(tick))
        anchor = "end" if tick == frame.x_ticks[-1] else "middle"
        yield f'<path class="grid" d="M{x} {ABOVE}V{frame.floor + 4}"/>'
        yield (
            f'<text class="tick" x="{x}" y="{frame.floor + 17}" text-anchor="{anchor}">'
            f"{escape(scatter.show_x(tick))}</text>"
        )
    yield f'<text class="tick axis" x="{size.left}" y="{ABOVE - 11}">{escape(scatter.y_axis)}</text>'
    yield f'<text class="tick axis" x="{end}" y="{size.height - 4}" text-anchor="end">{escape(scatter.x_axis)}</text>'


def _path(one: Path, style: str, frame: _Frame, named: bool) -> Iterable[str]:
    places = [(frame.x(dot.x), frame.y(dot.y)) for dot in one.dots]
    for dot, (x, y) in zip(one.dots, places, strict=True):
        if dot.across is not None:
            low, high = map(frame.x, dot.across)
            yield f'<path class="{style} whisker" d="M{shown(low)} {shown(y)}H{shown(high)}"/>'
        if dot.along is not None:
            low, high = map(frame.y, dot.along)
            yield f'<path class="{style} whisker" d="M{shown(x)} {shown(low)}V{shown(high)}"/>'
    if one.joined and len(places) > 1:
        yield f'<path class="{style} line" d="M{"L".join(f"{shown(x)} {shown(y)}" for x, y in places)}"/>'
    for dot, (x, y) in zip(one.dots, places, strict=True):
        yield (
            f'<circle class="{style} dot" cx="{shown(x)}" cy="{shown(y)}" r="4">'
            f"<title>{escape(dot.told)}</title></circle>"
        )
        if named and dot.label:
            # On whichever side there is room.
            room = frame.size.width - frame.size.right - x > len(dot.label) * LETTER + 8
            yield (
                f'<text class="tick" x="{shown(x + 7 if room else x - 7)}" y="{shown(max(y - 6, ABOVE))}" '
                f'text-anchor="{"start" if room else "end"}">{escape(dot.label)}</text>'
            )
