"""A comparison for people on a terminal: the answer first, then every measure side by side with its difference."""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.comparison import Comparison
from sim.report import definitions_table
from sim.result import main_measures
from sim.words import (
    LEVEL,
    PLAN_COSTS,
    TOLD,
    compression,
    difference,
    finding,
    named,
    plan_cost_rows,
    side_by_side_heads,
    side_by_side_rows,
    synchronised,
    target_heads,
    target_rows,
    told,
    value,
)

_ALSO = ("abandonment", "callback_kept", "callback_reach")


def show(found: Comparison, console: Console) -> None:
    """Print the whole report."""
    console.print(report(found))


def report(found: Comparison) -> RenderableType:
    """The report as something rich can print."""
    head = Text()
    for plan in range(1, len(found.names)):
        head.append(finding(found, plan) + "\n", "bold")
    done = f"{found.replications} of {found.wanted}" if not found.complete else f"{found.replications}"
    head.append(f"{done} replications of each plan, the same customers in all of them, seed {found.seed}", "dim")
    if compression(found):
        head.append(f", {compression(found)}", "dim")
    parts: list[RenderableType] = [head]
    if len(found.names) > 2:
        sides = _rows("Side by side", side_by_side_heads(found), side_by_side_rows(found))
        sides.caption, sides.caption_justify = f"In brackets: more than {found.names[0]}, where told apart.", "left"
        parts += [Text(), sides]
    parts += [Text(), _rows("Targets", target_heads(found), target_rows(found))]
    if costs := plan_cost_rows(found):
        parts += [Text(), _rows("Costs", PLAN_COSTS, costs)]
    for plan in range(1, len(found.names)):
        parts += [Text(), _measures(found, plan)]
        if len(found.lines()) > 1:
            parts += [Text(), _by_line(found, plan)]
    chosen = [one for one in found.tally.definitions if one.name in chosen_measures(found)]
    return Group(*parts, Text(), Text(f"Told apart, {TOLD}", "dim"), Text(), definitions_table(chosen))


def chosen_measures(found: Comparison) -> list[str]:
    """The measures of the table, in order."""
    return [*main_measures(found.scenarios[0]), *_ALSO]


def _rows(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A plan in each row."""
    table = Table(heads[0], title=title, title_justify="left", box=None, pad_edge=False)
    for name in heads[1:]:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*row)
    return table


def _measures(found: Comparison, plan: int) -> Table:
    table = _table("measure", f"{found.names[plan]} against {found.names[0]}")
    for name in chosen_measures(found):
        one = found.differing(plan, name)
        table.add_row(
            named(one.base.definition), value(one.base), value(one.other), difference(one, unit=False), told(one)
        )
    table.caption, table.caption_justify = synchronised(found, plan), "left"
    return table


def _by_line(found: Comparison, plan: int) -> Table:
    table = _table("line", f"{found.differing(plan, LEVEL).base.definition.label}, by line")
    for line in found.lines():
        one = found.differing(plan, LEVEL, line)
        table.add_row(line, value(one.base), value(one.other), difference(one, unit=False), told(one))
    return table


def _table(of: str, title: str) -> Table:
    table = Table(of, title=title, title_justify="left", box=None, pad_edge=False)
    for head in ("base", "this plan", "difference", "told apart"):
        table.add_column(head, justify="right")
    return table
