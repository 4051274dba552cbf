"""A result for people on a terminal: the answer first, then every measure with interval, definition and `n`."""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.definitions import Definition
from sim.result import Result, main_measures
from sim.scenario import Scenario
from sim.targets import judged
from sim.words import (
    LEVEL,
    UNCERTAIN,
    UNCERTAIN_HEADS,
    answer,
    compression,
    cost_rows,
    interval,
    named,
    number,
    origins,
    removed,
    target_row,
    uncertain_rows,
    value,
)

_BY_LINE = ("offered", "abandoned", "converted", LEVEL, "asa", "wait_p90", "occupancy")


def show(result: Result, console: Console) -> None:
    """Print the whole report."""
    console.print(report(result))


def report(result: Result) -> RenderableType:
    """The report as something rich can print."""
    parts: list[RenderableType] = [_answer(result), Text(), _targets(result)]
    if result.scenario.costs is not None:
        parts += [Text(), _costs(result)]
    parts += [Text(), _in_all(result)]
    if len(result.lines()) > 1:
        parts += [Text(), _by_line(result)]
    if result.influences is not None:
        parts += [Text(), _uncertain(result)]
    if result.reductions is not None:
        parts += [Text(), _reduced(result)]
    parts += [Text(), definitions_table(result.tally.definitions), *notes(result.scenario)]
    return Group(*parts)


def notes(scenario: Scenario) -> list[RenderableType]:
    """Where the numbers of a scenario come from, and what was assumed."""
    parts: list[RenderableType] = []
    for title, lines in origins(scenario):
        if lines:
            parts += [Text(), Text(title, style="bold"), *(Text(f"  {line}") for line in lines)]
    return parts


def definitions_table(definitions: Sequence[Definition]) -> Table:
    """What each measure means."""
    table = Table("measure", "what it means", title="Definitions", title_justify="left", box=None, pad_edge=False)
    for definition in definitions:
        table.add_row(definition.label, definition.text)
    return table


def _answer(result: Result) -> Text:
    text = Text(f"{result.name}: ", style="bold")
    text.append(answer(result))
    text.append(f"\n{result.how}", "dim")
    if compression(result):
        text.append(f", {compression(result)}", "dim")
    return text


def _targets(result: Result) -> Table:
    table = Table("target", title="Targets", title_justify="left", box=None, pad_edge=False)
    for name in ("wanted", "found", "95 % interval", "n"):
        table.add_column(name, justify="right")
    table.add_column("verdict")
    for one in judged(result):
        table.add_row(*target_row(one))
    return table


def _costs(result: Result) -> Table:
    table = Table("cost of one run", title="Costs", title_justify="left", box=None, pad_edge=False)
    for name in ("number", "each", "in all", "95 % interval"):
        table.add_column(name, justify="right")
    for row in cost_rows(result):
        table.add_row(*row)
    return table


def _in_all(result: Result) -> Table:
    table = Table("measure", title="In all", title_justify="left", box=None, pad_edge=False)
    for name in ("mean", "95 % interval", "n"):
        table.add_column(name, justify="right")
    for one in result.measures():
        table.add_row(named(one.definition), value(one), interval(one), "" if one.n is None else f"{one.n:,}")
    total = result.total()
    excluded = (
        f"short abandons {total.short_abandoned:,}, converted {total.converted:,}, blocked {total.blocked:,}, "
        f"still waiting {total.waiting_short:,}"
    )
    table.caption, table.caption_justify = f"Left out of the service level: {excluded}.", "left"
    return table


def _by_line(result: Result) -> Table:
    chosen = [definition for definition in result.tally.definitions if definition.name in _BY_LINE]
    table = Table("line", title="By line", title_justify="left", box=None, pad_edge=False)
    for definition in chosen:
        table.add_column(named(definition), justify="right")
    for line in result.lines():
        table.add_row(line, *(value(result.measure(definition.name, line)) for definition in chosen))
    return table


def _uncertain(result: Result) -> Table:
    """What the numbers that are not known exactly do to each interval."""
    table = Table(UNCERTAIN_HEADS[0], title="What is not known", title_justify="left", box=None, pad_edge=False)
    for name in UNCERTAIN_HEADS[1:]:
        table.add_column(name, justify="left" if name == UNCERTAIN_HEADS[-1] else "right")
    for row in uncertain_rows(result, main_measures(result.scenario)):
        table.add_row(*row)
    table.caption, table.caption_justify = UNCERTAIN, "left"
    return table


def _reduced(result: Result) -> Table:
    """What each technique made of the interval, and the share of variance that it removed or added."""
    assert result.reductions is not None
    table = Table("measure", "technique", title="Variance reduction", title_justify="left", box=None, pad_edge=False)
    for name in ("mean", "95 % interval", "variance"):
        table.add_column(name, justify="right")
    by_name = {definition.name: definition for definition in result.tally.definitions}
    for name in [name for name in main_measures(result.scenario) if name in result.reductions.of]:
        definition = by_name[name]
        for place, one in enumerate(result.reductions.of[name]):
            estimate = one.reduced
            width = ""
            if estimate.low is not None and estimate.high is not None:
                width = f"{number(definition.unit, estimate.low)} to {number(definition.unit, estimate.high)}"
            mean = "-" if estimate.mean is None else number(definition.unit, estimate.mean)
            table.add_row(named(definition) if not place else "", one.technique, mean, width, removed(one.removed))
    table.caption = "\n".join(result.reductions.legend)
    table.caption_justify = "left"
    return table
