"""What a verification found, for people and for programs."""

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.verify.case import MOST_Z, Row

SCHEMA_VERSION = 1


def to_json(rows: Sequence[Row], *, full: bool, seed: int) -> str:
    """The one JSON object that `ringback verify --json` prints; ends without a newline."""
    result: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "full": full,
        "seed": seed,
        "passed": all(row.passed for row in rows),
        "cases": [row.to_json() for row in rows],
    }
    return json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False)


def report(rows: Sequence[Row]) -> RenderableType:
    """A table of each kind of case, and the verdict."""
    parts: list[RenderableType] = []
    twin = [row for row in rows if row.kind == "twin"]
    if twin:
        parts += [_table("The twin against theory", "± (95 %)", twin), Text()]
    published = [row for row in rows if row.kind == "theory"]
    if published:
        parts += [_table("Theory against published values", "within", published), Text()]
    return Group(*parts, _verdict(rows))


def _table(title: str, width: str, rows: Sequence[Row]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("case", no_wrap=True)
    table.add_column("measure", no_wrap=True)
    for name in ("expected", "got", width, "z"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("passed", no_wrap=True)
    before = ""
    for row in rows:
        case, before = "" if row.case == before else row.case, row.case
        got, expected = _number(row.got), _number(row.expected)
        passed = Text("yes") if row.passed else Text("NO" if row.narrow else "NO, too wide", "bold red")
        table.add_row(case, row.measure, expected, got, f"{row.half_width:.2g}", f"{row.z:.2f}", passed)
    return table


def _number(value: float) -> str:
    return f"{value:.5f}" if abs(value) < 100 else f"{value:.1f}"


def _verdict(rows: Sequence[Row]) -> Text:
    failed = [row for row in rows if not row.passed]
    cases = len({row.case for row in rows})
    if not failed:
        return Text(f"{cases} cases, {len(rows)} values: all agree (|z| at most {MOST_Z:g})", "bold")
    named = ", ".join(row.id for row in failed)
    return Text(f"{cases} cases, {len(rows)} values: {len(failed)} do not agree: {named}", "bold red")
