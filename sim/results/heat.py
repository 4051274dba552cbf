"""
Heat maps as SVG: a measure over two things that vary, darker where it is larger, with its number in each cell.

Drawn for a wide page, for a phone, and small where several stand side by side. The number, not the colour, is what
is read; where there is no room for it the pointer and the table tell it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from sim.results.charts import LETTER, SIZES, Size, cut, shown

_TOP, _ROW, _LEAST_CELL = 40, 34, 22
_DARKEST = 0.45
"""Of the accent over the surface: text on it still holds 4.5:1, in light and in dark."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination: its value, what stands in it, and what the pointer is told; None where nothing was observed."""

    value: float | None
    text: str
    told: str


@dataclass(frozen=True, slots=True)
class Heat:
    """Rows of cells, and what stands over columns and before rows; `low` and `high` are the ends of the scale."""

    ident: str
    title: str
    finding: str
    across: str
    down: str
    columns: Sequence[str]
    rows: Sequence[str]
    cells: Sequence[Sequence[Cell]]
    low: float
    high: float


def heat_map(heat: Heat) -> str:
    """Both drawings, of which one is seen."""
    return "".join(heat_drawing(heat, size) for size in SIZES)


def heat_drawing(heat: Heat, size: Size) -> str:
    """One drawing; as many rows as there are make it as high as it must be."""
    left = min(max(max(map(len, heat.rows)) * LETTER + 12, 40), size.width // 3)
    step = (size.width - left - size.right) / max(len(heat.columns), 1)
    height = _TOP + len(heat.rows) * _ROW + 4
    ident = f"{heat.ident}-{size.name}"
    parts = [
        f'<svg class="{size.name}" viewBox="0 0 {size.width} {height}" role="img"'
        f' aria-labelledby="{ident}-t {ident}-d">',
        f'<title id="{ident}-t">{escape(heat.title)}</title><desc id="{ident}-d">{escape(heat.finding)}</desc>',
        f'<text class="tick axis" x="0" y="13">{escape(heat.down)} ↓  {escape(heat.across)} →</text>',
    ]
    every = max(-(-_LEAST_CELL // max(int(step), 1)), 1)
    for place in range(0, len(heat.columns), every):
        x, label = left + (place + 0.5) * step, cut(heat.columns[place], step * every)
        parts.append(f'<text class="tick" x="{shown(x)}" y="{_TOP - 8}" text-anchor="middle">{escape(label)}</text>')
    for row, cells in enumerate(heat.cells):
        y = _TOP + row * _ROW
        label = cut(heat.rows[row], left - 8)
        parts.append(
            f'<text class="tick" x="{left - 8}" y="{y + _ROW / 2}" dy=".32em" text-anchor="end">{escape(label)}</text>'
        )
        parts += [_cell(heat, cell, left + column * step, y, step) for column, cell in enumerate(cells)]
    return "".join([*parts, "</svg>"])


def _cell(heat: Heat, cell: Cell, x: float, y: float, width: float) -> str:
    share = 0.0
    if cell.value is not None and heat.high > heat.low:
        share = (cell.value - heat.low) / (heat.high - heat.low)
    # A line of the surface between two cells keeps them apart.
    text = ""
    if len(cell.text) * LETTER <= width - 4:
        text = (
            f'<text class="number" x="{shown(x + width / 2)}" y="{y + _ROW / 2}" dy=".32em" '
            f'text-anchor="middle">{escape(cell.text)}</text>'
        )
    return (
        f'<g><title>{escape(cell.told)}</title><rect class="heat" x="{shown(x + 1)}" y="{y + 1}" '
        f'width="{shown(max(width - 2, 1))}" height="{_ROW - 2}" fill-opacity="{share * _DARKEST:.3f}"/>{text}</g>'
    )
