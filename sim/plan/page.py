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
)
from sim.results.charts import MOST_SERIES, Chart, Point, Series
from sim.results.html import bullets, figure, origins, page, section, table, tiles
from sim.words import percent

_MOST_POINTS = 200


def plan_page(plan: Plan) -> str:
    """The document."""
    scenario = plan.problem.scenario
    head = ["pool", *(["day"] if plan.problem.grid.days > 1 else []), "shift", "agents"]
    body = [
        f"<h1>{_escaped(plan.sentence())}</h1>",
        tiles(_facts(plan)),
        section("Shifts", table(head, shift_rows(plan), "Who works what")),
        _agents(plan),
    ]
    if plan.kept():
        body.append(
            section(
                "Targets kept",
                table(["lines", "kept", "share", "95 % interval", "measure"], kept_rows(plan), "By group of lines"),
            )
        )
        if plan.together():
            body.append(section(FEW_TITLE, table(FEW_HEAD, together_rows(plan), "By group of lines and target")))
        head = ["lines", "from", "contacts", "measure", "days missed"]
        body.append(section("Risk by hour", table(head, risk_rows(plan), "An hour alone, on all days that were tried")))
    if plan.neighbours:
        rows = neighbour_rows(plan)
        body.append(
            section(
                "One agent more, one agent less", table(["change", "cost", "kept", "measure"], rows, "On the same days")
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
