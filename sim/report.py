"""
A result for people: the answer first, then every measure with interval, definition and `n`, then what was assumed.

A share that stands on fewer than 20 contacts is printed as "3 of 4", not as 75 %.
"""

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.definitions import Definition, definitions
from sim.result import Measured, Result
from sim.scenario import Scenario
from sim.statistics import Estimate

_FEW = 20
_BY_LINE = ("offered", "abandoned", "converted", "sl_offered", "asa", "wait_p90", "occupancy")


def show(result: Result, scenario: Scenario, console: Console) -> None:
    """Print the whole report."""
    console.print(report(result, scenario))


def report(result: Result, scenario: Scenario) -> RenderableType:
    """The report as something rich can print."""
    parts: list[RenderableType] = [_answer(result, scenario), Text(), _in_all(result)]
    if len(result.lines()) > 1:
        parts += [Text(), _by_line(result)]
    parts += [Text(), _definitions(result)]
    for title, notes in (("Sources", scenario.sources), ("Assumed", scenario.assumed)):
        if notes:
            parts += [Text(), Text(title, style="bold"), *(Text(f"  {note}") for note in notes)]
    return Group(*parts)


def _answer(result: Result, scenario: Scenario) -> Text:
    target = scenario.targets.service_level
    level = next(one for one in result.measures() if one.definition.name == "sl_offered")
    text = Text(f"{result.scenario}: ", style="bold")
    text.append(f"service level {value(level)}")
    if interval(level):
        text.append(f" ({interval(level)})")
    text.append(f" within {result.within_s:g} s, target {_percent(target.share, 0)}")
    text.append(_verdict(level, target.share))
    runs = len(result.counted)
    text.append(f"\n{runs} replication{'s' if runs > 1 else ''} of the {result.engine}, seed {result.seed}", "dim")
    if scenario.run.compress != 1:
        text.append(f", {scenario.run.compress:g} times as fast as life: every duration below is compressed", "dim")
    return text


def _verdict(level: Measured, target: float) -> str:
    """Whether the target is met, as far as the numbers let one say."""
    mean, low, high = level.estimate.mean, level.estimate.low, level.estimate.high
    if mean is None:
        return ""
    if level.n is not None and level.n < _FEW:
        return ": too few to tell"
    if low is not None and high is not None and low < target <= high:
        return ": too close to tell"
    return ": met" if mean >= target else ": missed"


def _in_all(result: Result) -> Table:
    table = Table("measure", title="In all", title_justify="left", box=None, pad_edge=False)
    for name in ("mean", "95 % interval", "n"):
        table.add_column(name, justify="right")
    for one in result.measures():
        table.add_row(_named(one.definition), value(one), interval(one), "" if one.n is None else f"{one.n:,}")
    total = result.total()
    excluded = (
        f"short abandons {total.short_abandoned:,}, converted {total.converted:,}, blocked {total.blocked:,}, "
        f"still waiting {total.waiting_short:,}"
    )
    table.caption, table.caption_justify = f"Left out of the service level: {excluded}.", "left"
    return table


def _by_line(result: Result) -> Table:
    chosen = [definition for definition in definitions(result.within_s) if definition.name in _BY_LINE]
    table = Table("line", title="By line", title_justify="left", box=None, pad_edge=False)
    for definition in chosen:
        table.add_column(_named(definition), justify="right")
    for line in result.lines():
        by_name = {one.definition.name: one for one in result.measures(line)}
        table.add_row(line, *(value(by_name[definition.name]) for definition in chosen))
    return table


def _definitions(result: Result) -> Table:
    table = Table("measure", "what it means", title="Definitions", title_justify="left", box=None, pad_edge=False)
    for definition in definitions(result.within_s):
        table.add_row(definition.label, definition.text)
    return table


def _named(definition: Definition) -> str:
    return f"{definition.label}, s" if definition.unit == "s" else definition.label


def value(measured: Measured) -> str:
    """The point estimate for people; `-` where nothing was observed."""
    mean = measured.estimate.mean
    if mean is None:
        return "-"
    if measured.definition.unit == "share" and measured.n is not None and measured.n < _FEW:
        return f"{round(mean * measured.n)} of {measured.n}"
    return _number(measured.definition, mean)


def interval(measured: Measured) -> str:
    """The interval for people; empty where there is none, or where the share is printed as a count."""
    estimate: Estimate = measured.estimate
    if estimate.low is None or estimate.high is None:
        return ""
    if measured.definition.unit == "share" and measured.n is not None and measured.n < _FEW:
        return ""
    top = 1.0 if measured.definition.unit == "share" else estimate.high
    low, high = max(estimate.low, 0.0), min(estimate.high, top)
    return f"{_number(measured.definition, low)} to {_number(measured.definition, high)}"


def _number(definition: Definition, number: float) -> str:
    return _percent(number, 1) if definition.unit == "share" else f"{number:,.1f}"


def _percent(share: float, decimals: int) -> str:
    return f"{share * 100:.{decimals}f} %"
