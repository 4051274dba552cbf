"""A plan on the terminal: the sentence first, then who works what, how surely, and what one agent more or less does."""

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.plan.plan import Plan, Risk
from sim.plan.proof import limits
from sim.targets import FEW, goals, goals_of
from sim.words import percent

FEW_TITLE = "Kept by all periods together, for fewer than 20 contacts stand behind one"
FEW_HEAD = ["lines", "target", "as wanted", "share", "95 % interval"]
_WORST = 8


def show(plan: Plan, console: Console) -> None:
    """Print it."""
    console.print(Group(*_parts(plan)))


def _parts(plan: Plan) -> Iterator[RenderableType]:
    yield Text(plan.sentence(), style="bold")
    if not plan.complete:
        yield Text("The search was interrupted; this is the best plan so far.")
    yield _table("Shifts", ["pool", *(["day"] if _many(plan) else []), "shift", "agents"], shift_rows(plan))
    if plan.kept():
        goal = next(goals(plan.problem.scenario))
        head = ["lines", f"{plan.problem.scenario.plan.period}s kept", "share", "95 % interval", goal.partition(":")[0]]
        yield _table("Targets kept", head, kept_rows(plan))
        if plan.together():
            yield _table(FEW_TITLE, FEW_HEAD, together_rows(plan))
        rows, worst = risk_rows(plan), worst_risks(plan, _WORST)
        yield _table(
            f"Risk by hour (the {len(worst)} worst of {len(rows)})",
            ["lines", "from", "contacts", "measure", "days missed"],
            worst,
        )
    if plan.neighbours:
        yield _table("One agent more, one agent less", ["change", "cost", "kept", "measure"], neighbour_rows(plan))
    yield Text(f"\nCost: {plan.money(plan.staffing.cost)}.")
    yield Text(f"{plan.searched()}.")
    for note in plan.problem.notes:
        yield Text(f"Note: {note}")


def _many(plan: Plan) -> bool:
    return plan.problem.grid.days > 1


def shift_rows(plan: Plan) -> list[list[str]]:
    """Pool, day where there are several, shift, agents."""
    return [
        [
            plan.problem.pools[column.pool].name,
            *([plan.day(column.day)] if _many(plan) else []),
            column.pattern.label,
            str(count),
        ]
        for column, count in plan.shifts()
    ]


def kept_rows(plan: Plan) -> list[list[str]]:
    """Group, kept of tried, share, interval, the first goal's measure."""
    return [
        [
            name,
            f"{kept} of {tried}",
            percent(kept / tried, 1),
            f"{percent(low, 1)} to {percent(high, 1)}",
            _share(levels[0]),
        ]
        for name, kept, tried, (low, high), levels in plan.kept()
    ]


def together_rows(plan: Plan) -> list[list[str]]:
    """Group, goal, contacts as wanted of all, share, interval."""
    rows = []
    for one in plan.together():
        low, high = limits(one.good, one.of)
        share = percent(one.good / one.of, 1) if one.of >= FEW else ""
        rows.append([one.group, one.goal, f"{one.good} of {one.of}", share, f"{percent(low, 1)} to {percent(high, 1)}"])
    return rows


def risk_rows(plan: Plan) -> list[list[str]]:
    """Group, hour, contacts expected, measure, share of days on which that hour alone missed the target."""
    return [_risk(one) for one in plan.risks()]


def worst_risks(plan: Plan, count: int) -> list[list[str]]:
    """Those hours first that missed the target most often; with few contacts expected, those that missed it most."""
    at_least = next(iter(goals_of(plan.problem.scenario))).at_least
    order = sorted(
        plan.risks(),
        key=lambda one: (
            one.missed is None,
            -(one.missed or 0.0),
            2.0 if one.level is None else one.level if at_least else -one.level,
        ),
    )
    return [_risk(one) for one in order[:count]]


def _risk(one: Risk) -> list[str]:
    missed = "few" if one.missed is None else percent(one.missed)
    return [one.group, one.label, f"{one.expected:,.1f}", _share(one.level), missed]


def neighbour_rows(plan: Plan) -> list[list[str]]:
    """Change, cost, and for each group the days kept and the first goal's measure."""
    return [
        [
            one.change,
            f"{one.cost:+,.1f}",
            "; ".join(f"{kept} of {tried}" for kept, tried in one.kept if tried),
            "; ".join(_share(level) for level, (_, tried) in zip(one.levels, one.kept, strict=True) if tried),
        ]
        for one in plan.neighbours
    ]


def step_rows(plan: Plan) -> list[list[str]]:
    """What was tried: why, shifts, cost, days kept by the group that kept the fewest, and whether that was enough."""
    rows = []
    for one in plan.steps:
        kept, tried = min((each for each in one.kept if each[1]), key=lambda each: each[0] / each[1], default=(0, 0))
        rows.append([one.why, str(one.shifts), f"{one.cost:,.1f}", f"{kept} of {tried}", "yes" if one.enough else "no"])
    return rows


def _share(level: float | None) -> str:
    return "-" if level is None else percent(level, 1)


def _table(title: str, head: list[str], rows: list[list[str]]) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", box=None, pad_edge=False)
    for name in head:
        table.add_column(
            name, justify="left" if name in ("pool", "lines", "day", "shift", "change", "from", "target") else "right"
        )
    for row in rows:
        table.add_row(*row)
    return table
