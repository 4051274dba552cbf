"""
Numbers and findings in words, the same on a terminal and in a report.

A share that stands on fewer than 20 contacts is told as "3 of 4", not as 75 %.
"""

import re
from dataclasses import replace

from sim.comparison import Comparison, Differing
from sim.definitions import Definition, Unit
from sim.result import Result
from sim.scenario import Scenario
from sim.statistics import Estimate
from sim.tally import Measured
from sim.targets import FEW, Judged, costs, judged, total_cost, total_cost_difference

LEVEL = "sl_offered"


def named(definition: Definition) -> str:
    """The label with its unit, for the head of a table."""
    return f"{definition.label}, s" if definition.unit == "s" else definition.label


def value(measured: Measured) -> str:
    """The point estimate; `-` where nothing was observed."""
    mean = measured.estimate.mean
    if mean is None:
        return "-"
    if is_few(measured):
        return f"{round(mean * (measured.n or 0))} of {measured.n}"
    return number(measured.definition.unit, mean)


def interval(measured: Measured) -> str:
    """The interval; empty where there is none, or where the share is told as a count."""
    if measured.limits is None or is_few(measured):
        return ""
    low, high = (number(measured.definition.unit, limit) for limit in measured.limits)
    return f"{low} to {high}"


def is_few(measured: Measured) -> bool:
    """Whether a share stands on too few contacts to be told in per cent."""
    return measured.definition.unit == "share" and measured.n is not None and measured.n < FEW


def number(unit: Unit, amount: float) -> str:
    """An amount as a table has it."""
    return percent(amount, 1) if unit == "share" else f"{amount:,.1f}"


def percent(share: float, decimals: int = 0) -> str:
    """A share in per cent."""
    return f"{share * 100:.{decimals}f} %"


def answer(result: Result) -> str:
    """The first thing a planner wants to know: the service level, its target, and whether it is met."""
    first = judged(result)[0]
    level = first.measured
    width = f" ({interval(level)})" if interval(level) else ""
    verdict = "" if level.estimate.mean is None else f": {first.verdict}"
    target = percent(first.goal.share)
    return f"service level {value(level)}{width} within {result.within_s:g} s, target {target}{verdict}"


def target_row(one: Judged) -> list[str]:
    """A target, what is wanted, what was found with its interval, how many stand behind it, the verdict."""
    measured = one.measured
    count = "" if measured.n is None else f"{measured.n:,}"
    return [named(measured.definition), wanted(one), value(measured), interval(measured), count, one.verdict]


UNCERTAIN_HEADS = ("measure", "mean", "by luck alone", "in all", "not known", "most of that by")
UNCERTAIN = (
    "By luck alone: the 95 % interval if the scenario's numbers were exactly true; more replications narrow it. In all:"
    " with the numbers that are not known exactly, drawn anew for every replication; only better data narrow that. Not"
    " known: their share of the variance of the whole interval."
)


def uncertain_rows(result: Result, names: list[str]) -> list[list[str]]:
    """What is not known does to each measure; nothing where everything is taken as the file says."""
    rows: list[list[str]] = []
    influences = result.influences
    for name in names if influences is not None else ():
        if influences is None or name not in influences.of:
            continue
        one, measured, most = influences.of[name], result.measure(name), influences.most(name)
        luck, whole = (interval(replace(measured, estimate=each)) for each in (one.luck, one.whole))
        share = "too few replications" if one.share is None else percent(one.share)
        by = "" if most is None else f"{most[0]} ({percent(most[1])})"
        rows.append([named(measured.definition), value(measured), luck, whole, share, by])
    return rows


def cost_rows(result: Result) -> list[list[str]]:
    """What costs what, in all at the end; nothing where the scenario says no costs."""
    found = costs(result)
    if not found or result.scenario.costs is None:
        return []
    currency = result.scenario.costs.currency
    rows = []
    for one in found:
        limits = "" if one.limits is None else " to ".join(f"{limit * one.each:,.0f}" for limit in one.limits)
        rows.append([one.what, f"{one.number:,.1f}", f"{one.each:,.2f}", f"{one.amount:,.0f} {currency}", limits])
    total = total_cost(result.scenario, result.tally)
    return [*rows, ["in all", "", "", f"{sum(one.amount for one in found):,.0f} {currency}", _amounts(total)]]


def _amounts(estimate: Estimate | None) -> str:
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    return f"{estimate.low:,.0f} to {estimate.high:,.0f}"


SIDE_BY_SIDE = (LEVEL, "abandonment", "asa", "wait_p90", "occupancy")
"""The measures by which several plans are shown side by side."""


def side_by_side_heads(found: Comparison) -> list[str]:
    """The heads of the table of all plans."""
    return ["plan", *(named(found.measure(0, name).definition) for name in SIDE_BY_SIDE)]


def side_by_side_rows(found: Comparison) -> list[list[str]]:
    """Every plan with its measures; in brackets how much that is more than the base's, where told apart."""
    rows = [[found.names[0], *(value(found.measure(0, name)) for name in SIDE_BY_SIDE)]]
    for plan in range(1, len(found.names)):
        row = [found.names[plan]]
        for name in SIDE_BY_SIDE:
            one = found.differing(plan, name)
            row.append(value(one.other) + (f" ({difference(one, unit=False)})" if one.difference.told else ""))
        rows.append(row)
    return rows


def target_heads(found: Comparison) -> list[str]:
    """The heads of the table of targets."""
    return ["plan", *(named(one.measured.definition) for one in found.judged(0))]


def target_rows(found: Comparison) -> list[list[str]]:
    """
    What the base wants, and every plan with what it does for that; a plan with other targets of its own says which.
    """
    base = found.judged(0)
    rows = [["wanted", *map(wanted, base)]]
    for plan, name in enumerate(found.names):
        row = [name]
        own = {one.goal.measure: one for one in found.judged(plan)}
        for asked in base:
            one = own.get(asked.goal.measure)
            other = "" if one is None or one.goal == asked.goal else f" ({wanted(one)})"
            row.append("-" if one is None else f"{value(one.measured)} {one.verdict}{other}")
        rows.append(row)
    return rows


def plan_cost_rows(found: Comparison) -> list[list[str]]:
    """Every plan with its rostered hours, its cost and how much that is more than the base's; nothing without costs."""
    rows = []
    for plan, (name, scenario) in enumerate(zip(found.names, found.scenarios, strict=True)):
        total = total_cost(scenario, found.tally, plan)
        if total is None or total.mean is None or scenario.costs is None:
            continue
        against = total_cost_difference(found.scenarios[0], scenario, found.tally, plan) if plan else None
        more, apart = "", ""
        if against is not None and against.estimate.mean is not None:
            half = against.estimate.half_width
            more = f"{against.estimate.mean:+,.0f}" + ("" if half is None else f" ± {half:,.0f}")
            apart = "yes" if against.told else "no"
        hours = found.costs(plan)[0].number
        rows.append(
            [name, f"{hours:,.0f}", f"{total.mean:,.0f} {scenario.costs.currency}", _amounts(total), more, apart]
        )
    return rows


PLAN_COSTS = ("plan", "rostered hours", "cost of one run", "95 % interval", "more than base", "told apart")
"""The heads of the table of `plan_cost_rows`."""


def wanted(one: Judged) -> str:
    """What a target asks for: `at least 80 %`."""
    return f"at {'least' if one.goal.at_least else 'most'} {percent(one.goal.share)}"


def origins(scenario: Scenario) -> list[tuple[str, list[str]]]:
    """Where the numbers of a scenario come from, by kind."""
    return [
        ("Sources", scenario.sources),
        ("Measured", scenario.measured),
        ("Fitted", scenario.fitted),
        ("Assumed", scenario.assumed),
    ]


def compression(result: Result | Comparison) -> str:
    """What must be known of a day that goes faster than life; empty for one that does not."""
    compress = result.timetable.compress
    return "" if compress == 1 else f"{compress:g} times as fast as life: every duration below is compressed"


def difference(differing: Differing, *, unit: bool = True) -> str:
    """The difference with its half-width: `+2.5 ± 0.4 points`, also without the unit; `-` where there is none."""
    estimate, kind = differing.difference.estimate, differing.base.definition.unit
    if estimate.mean is None:
        return "-"
    scale, word = (100, " points") if kind == "share" else (1, " s" if kind == "s" else "")
    mean, half = estimate.mean * scale, estimate.half_width
    # More decimals where the difference is small, so that its last digit says something.
    decimals = 1 if max(abs(mean), (half or 0) * scale) >= 0.95 else 2
    width = "" if half is None else f" ± {half * scale:.{decimals}f}"
    return f"{mean:+,.{decimals}f}{width}{word if unit else ''}"


def told(differing: Differing) -> str:
    """Whether the two are told apart, and if not, what would tell."""
    if differing.difference.told:
        return "yes"
    if differing.difference.estimate.low is None:
        return "-"
    needed = differing.runs_to_tell
    return "equal" if needed is None else f"no ({_about(needed)})"


TOLD = (
    "“yes”: the interval of the difference leaves 0 out; “no (n)”: about n replications would tell a difference of this"
    " size, four times in five; “equal”: no difference in any replication. Differences of shares are in points."
)


def finding(found: Comparison, plan: int, name: str = LEVEL) -> str:
    """One sentence: what a plan does to a measure, or that one cannot tell and what would."""
    one = found.differing(plan, name)
    label, what = found.labels[plan], one.base.definition.label
    before, after = value(one.base), value(one.other)
    width = difference(one)
    if one.difference.estimate.mean is None:
        return f"{label}: {what} was not observed."
    if one.difference.estimate.low is None:
        return f"{label}: {what} from {before} to {after} ({width}); one replication cannot tell luck apart."
    if one.difference.told:
        several = re.match(r"[+-]\d+ agents ", label) is not None
        verb = ("lift" if one.difference.estimate.mean > 0 else "lower") + ("" if several else "s")
        return f"{label} {verb} {what} from {before} to {after} ({width})."
    needed = one.runs_to_tell
    if needed is None:
        return f"{label} leaves {what} at {before}: no difference in any replication."
    return (
        f"{label}: not told apart. {what[:1].upper()}{what[1:]} {before} and {after} ({width}) after "
        f"{found.replications} replications; about {_about(needed)} would tell a difference of this size."
    )


def synchronised(found: Comparison, plan: int, name: str = LEVEL) -> str:
    """How much the common customers did for the difference, as measured."""
    removed = found.differing(plan, name).difference.removed
    if removed is None:
        return ""
    if removed < 0:
        return f"Common customers added {percent(-removed)} to the variance of this difference."
    return f"Common customers removed {_nearly(removed)} of the variance of this difference."


def removed(share: float | None) -> str:
    """The share of variance that a technique removed; that it added some is said, not hidden."""
    if share is None:
        return "-"
    return f"removed {_nearly(share)}" if share >= 0 else f"added {percent(-share)}"


def _nearly(share: float) -> str:
    """All but all is not all."""
    return "over 99 %" if 0.995 <= share < 1 else percent(share)


def _about(runs: int) -> str:
    """A number of replications, rounded up to two figures: more would pretend to know."""
    size = 10 ** max(len(str(runs)) - 2, 0)
    return f"{-(-runs // size) * size:,}"
