"""A plan as one page that needs nothing from anywhere: the sentence, agents over the day, and every table."""

import numpy as np

from sim.plan.plan import Plan
from sim.plan.report import (
    FEW_HEAD,
    FEW_TITLE,
    kept_rows,
    neighbour_rows,
    risk_rows,
    shift_rows,
    step_rows,
    together_rows,
    worst_risks,
)
from sim.results.charts import MOST_SERIES, Chart, Point, Series
from sim.results.html import bullets, figure, folded, origins, page, section, table, tiles
from sim.targets import goals
from sim.words import percent

_MOST_POINTS = 200
_MANY, _WORST = 40, 20
"""Longer tables are folded, and begin with so many of the worst."""


def plan_page(plan: Plan) -> str:
    """The document."""
    scenario = plan.problem.scenario
    measure = next(goals(scenario)).partition(":")[0]
    body = [
        f"<h1>{_escaped(plan.sentence())}</h1>",
        tiles(_facts(plan)),
        _shifts(plan),
        _agents(plan),
    ]
    if plan.kept():
        body.append(
            section(
                "Targets kept",
                table(["lines", "kept", "share", "95 % interval", measure], kept_rows(plan), "By group of lines"),
            )
        )
        if plan.together():
            body.append(section(FEW_TITLE, table(FEW_HEAD, together_rows(plan), "By group of lines and target")))
        body.append(_risks(plan, measure))
    if plan.neighbours:
        rows = neighbour_rows(plan)
        body.append(
            section(
                "One agent more, one agent less", table(["change", "cost", "kept", measure], rows, "On the same days")
            )
        )
    if plan.steps:
        head = ["why", "shifts", "cost", "least kept", "enough"]
        body.append(section("What was tried", table(head, step_rows(plan), plan.searched())))
    body.append(section("Notes", bullets(plan.problem.notes)))
    body.append(origins(scenario))
    return page(f"{scenario.name}: plan", body)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _facts(plan: Plan) -> list[tuple[str, str, str]]:
    facts = [
        ("shifts", f"{int(plan.staffing.counts.sum())}", ""),
        ("paid hours", f"{plan.paid_hours():,.1f}", ""),
        ("cost", plan.money(plan.staffing.cost), ""),
        ("state", plan.state, ""),
    ]
    kept = plan.kept()
    if kept:
        name, good, tried, (low, high), _ = min(kept, key=lambda one: one[1] / one[2])
        facts.append((f"kept, {name}", percent(good / tried, 1), f"{percent(low, 1)} to {percent(high, 1)}"))
    return facts


def _shifts(plan: Plan) -> str:
    """Who works what; of many shifts the pools, and the shifts for whoever asks."""
    head, rows = ["pool", *(["day"] if plan.problem.grid.days > 1 else []), "shift", "agents"], shift_rows(plan)
    every = table(head, rows, "Who works what")
    if len(rows) <= _MANY:
        return section("Shifts", every)
    by_pool = []
    for place, pool in enumerate(plan.problem.pools):
        mine = [(column, count) for column, count in plan.shifts() if column.pool == place]
        hours = sum(column.paid_hours * count for column, count in mine)
        by_pool.append([pool.name, f"{sum(n for _, n in mine)}", f"{hours:,.1f}", plan.money(hours * pool.price)])
    pools = table(["pool", "shifts", "paid hours", "cost"], by_pool, "By pool")
    return section("Shifts", pools, folded(f"All {len(rows)} rows: who works what", every))


def _risks(plan: Plan, measure: str) -> str:
    """Every hour by itself; of many the worst, and the rest for whoever asks."""
    head, rows = ["lines", "from", "contacts", measure, "days missed"], risk_rows(plan)
    every = table(head, rows, "An hour alone, on all days that were tried")
    if len(rows) <= _MANY:
        return section("Risk by hour", every)
    worst = table(head, worst_risks(plan, _WORST), f"The {_WORST} worst hours, each alone, on all days that were tried")
    return section("Risk by hour", worst, folded(f"All {len(rows)} hours", every))


def _agents(plan: Plan) -> str:
    """Agents who are there, by pool, over the run; by the hour where the run is long."""
    agents, grid = plan.staffing.agents(plan.problem), plan.problem.grid
    step = max(-(-grid.count // _MOST_POINTS), 1)
    starts = range(0, grid.count, step)
    labels = [plan.problem.labels[place] for place in starts]
    order = [int(place) for place in np.argsort(-agents.sum(axis=1), kind="stable") if agents[place].any()]
    shown, rest = order[:MOST_SERIES], order[MOST_SERIES:]
    if rest:
        shown, rest = order[: MOST_SERIES - 1], order[MOST_SERIES - 1 :]
    named = [(plan.problem.pools[place].name, agents[place]) for place in shown]
    if rest:
        named.append((f"{len(rest)} more pools", agents[rest].sum(axis=0)))
    columns = [(name, [float(row[at : at + step].mean()) for at in starts]) for name, row in named]
    series = [
        Series(name, [Point(one, told=f"{label}: {one:.3g}") for one, label in zip(row, labels, strict=True)], "step")
        for name, row in columns
    ]
    total = agents.sum(axis=0)
    most = int(np.argmax(total))
    finding = f"Most agents are there at {plan.problem.labels[most]}: {total[most]:.3g}, who are on a break left out."
    chart = Chart("agents", "Agents over the run", finding, "agents", labels, series, lambda amount: f"{amount:,.3g}")
    rows = [[label, *(f"{row[i]:.3g}" for _, row in columns)] for i, label in enumerate(labels)]
    return figure(chart, table(["from", *(name for name, _ in columns)], rows, "Agents who are there"))
