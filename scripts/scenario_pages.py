"""
Run the scenarios that ship, write down what they gave, and show it in docs/scenarios.

    python scripts/scenario_pages.py              run all of them, which takes minutes
    python scripts/scenario_pages.py NAME ..      run some
    python scripts/scenario_pages.py --pages      only write the tables from what is written down
    python scripts/scenario_pages.py --check      exit 1 when a page does not show what is written down

What a run gave stands in scenarios/expected/NAME.json. The prose of docs/scenarios/NAME.md is written by hand; the
table and the assumptions between their marks are written here.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from sim.comparison import Comparison, comparison_of
from sim.run import Experiment
from sim.scenario import Scenario
from sim.scenario_file import load_scenario
from sim.settings import variants
from sim.tally import Measured, rounded
from sim.targets import total_cost, total_cost_difference
from sim.words import PLAN_COSTS, named

ROOT: Final = Path(__file__).parent.parent
EXPECTED: Final = ROOT / "scenarios" / "expected"
PAGES: Final = ROOT / "docs" / "scenarios"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows: the files, whose first is the base, the measures, and lines with their service level."""

    files: tuple[str, ...]
    measures: tuple[str, ...]
    lines: tuple[str, ...] = ()
    cost: bool = False

    @property
    def plans(self) -> dict[str, Scenario]:
        """Names and scenarios; one file with variants stands for these."""
        scenarios = [load_scenario(ROOT / "scenarios" / f"{name}.yaml") for name in self.files]
        if len(scenarios) == 1 and scenarios[0].variants:
            return variants(scenarios[0])
        return {scenario.name: scenario for scenario in scenarios}

    def command(self, plans: int) -> str:
        """What anybody types to see the same."""
        verb = "compare" if plans > 1 else "simulate"
        return f"ringback {verb} " + " ".join(f"scenarios/{name}.yaml" for name in self.files)


_USUAL: Final = ("sl_offered", "abandonment", "asa", "wait_p90")
SHOWN: Final[dict[str, Shown]] = {
    "baseline-tuesday": Shown(("baseline-tuesday",), (*_USUAL, "occupancy", "occupancy_contacts", "callback_kept")),
    "one-number": Shown(("one-number",), (*_USUAL, "sl_served")),
    "monday-morning": Shown(("baseline-tuesday", "monday-morning"), (*_USUAL, "occupancy"), cost=True),
    "month-end-expense": Shown(("month-end-expense",), ("sl_offered", "abandonment", "asa", "cases_done"), cost=True),
    "p1-expense-0910": Shown(
        ("p1-expense-0910",),
        ("sl_offered", "abandonment", "asa", "abandoned"),
        lines=("expense/en", "travel/en", "invoice/en"),
    ),
    "weekend": Shown(("weekend",), ("offered", "sl_offered", "abandonment", "asa", "occupancy", "shut")),
    "p1-travel-saturday-night": Shown(
        ("p1-travel-saturday-night",),
        ("sl_offered", "abandonment", "asa", "abandoned"),
        lines=("travel/en",),
        cost=True,
    ),
    "saturday-maintenance": Shown(
        ("saturday-maintenance",), ("offered", "sl_offered", "abandonment", "asa", "abandoned"), cost=True
    ),
    "first-of-may": Shown(("first-of-may",), ("sl_offered", "abandonment", "occupancy", "shut"), cost=True),
    "epiphany-bavaria": Shown(
        ("epiphany-bavaria",), ("sl_offered", "abandonment", "shut"), lines=("expense/de",), cost=True
    ),
    "airline-strike": Shown(
        ("airline-strike",), ("sl_offered", "abandonment", "callback_kept", "callbacks_late", "callback_wait_mean")
    ),
    "callback-cut-off": Shown(("callback-cut-off",), ("callbacks", "callback_kept", "callback_wait_mean", "shut")),
    "korean-two-people": Shown(
        ("korean-two-people",), ("sl_offered", "abandonment"), lines=("expense/ko", "travel/ko"), cost=True
    ),
    "sick-week": Shown(("sick-week",), (*_USUAL, "occupancy"), cost=True),
}


def run(name: str) -> None:
    """Run one and write down what it gave."""
    shown = SHOWN[name]
    plans = shown.plans
    experiment = Experiment(list(plans.values()))
    experiment.run(1)
    found = comparison_of(experiment, list(plans))
    EXPECTED.mkdir(exist_ok=True)
    data = json.dumps(_written_down(shown, found), indent=1, ensure_ascii=False)
    (EXPECTED / f"{name}.json").write_text(data + "\n", encoding="utf-8")


def _written_down(shown: Shown, found: Comparison) -> dict[str, Any]:
    return {
        "command": shown.command(len(found.names)),
        "replications": found.replications,
        "seed": found.seed,
        "measures": {one: named(found.measure(0, one).definition) for one in shown.measures},
        "plans": {name: _plan(shown, found, plan) for plan, name in enumerate(found.names)},
    }


def _plan(shown: Shown, found: Comparison, plan: int) -> dict[str, Any]:
    """A plan's measures and costs; and how much they are more than the base's."""
    data: dict[str, Any] = {
        "measures": {name: _number(found.measure(plan, name)) for name in shown.measures},
        "lines": {line: _number(found.tally.measured(plan, "sl_offered", line)) for line in shown.lines},
        "targets": {one.goal.measure: one.verdict for one in found.judged(plan)},
    }
    total = total_cost(found.scenarios[plan], found.tally, plan) if shown.cost else None
    if total is not None:
        data["cost"] = {"hours": rounded(found.costs(plan)[0].number), **_estimate(total)}
    if not plan:
        return data
    differing = {name: found.differing(plan, name) for name in shown.measures}
    by_line = {line: found.differing(plan, "sl_offered", line) for line in shown.lines}
    data["more"] = {
        "measures": {name: _difference(one.difference) for name, one in differing.items()},
        "lines": {line: _difference(one.difference) for line, one in by_line.items()},
    }
    if total is not None:
        against = total_cost_difference(found.scenarios[0], found.scenarios[plan], found.tally, plan)
        data["more"]["cost"] = None if against is None else _difference(against)
    return data


def _number(measured: Measured) -> dict[str, Any]:
    limits = measured.limits or (None, None)
    mean = rounded(measured.estimate.mean)
    return {"unit": measured.definition.unit, "mean": mean, "low": rounded(limits[0]), "high": rounded(limits[1])}


def _estimate(estimate: Any) -> dict[str, Any]:
    return {"mean": rounded(estimate.mean), "low": rounded(estimate.low), "high": rounded(estimate.high)}


def _difference(difference: Any) -> dict[str, Any]:
    return {**_estimate(difference.estimate), "told": difference.told}


# --- pages


def page(name: str) -> str:
    """The page with its table and assumptions as they are written down."""
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    data = json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8"))
    text = _between(text, "table", "\n".join(_table(data)))
    return _between(text, "assumed", "\n".join(_assumed(SHOWN[name])))


def _between(text: str, mark: str, what: str) -> str:
    pattern = re.compile(rf"<!-- {mark} -->.*<!-- /{mark} -->", re.DOTALL)
    return pattern.sub(lambda _: f"<!-- {mark} -->\n{what}\n<!-- /{mark} -->", text)


def _table(data: dict[str, Any]) -> list[str]:
    plans, several = data["plans"], len(data["plans"]) > 1
    base = next(iter(plans))
    lines = [f"{data['replications']} days of `{data['command']}`, seed {data['seed']}; means with 95 % intervals.", ""]
    first = plans[base]
    heads = [*data["measures"].values(), *(f"service level of {line}" for line in first["lines"])]
    if not several:
        lines += ["| measure | found |", "|---|---:|"]
        found = [*first["measures"].values(), *first["lines"].values()]
        return [*lines, *(f"| {head} | {_cell(one)} |" for head, one in zip(heads, found, strict=True))]
    lines += _rows(["plan", *heads], {name: _cells(plan, _cell) for name, plan in plans.items()})
    lines += [
        "",
        f"Against `{base}`, day by day with the same customers; shares in points, ≈ where 0 lies within:",
        "",
    ]
    others = {name: plan for name, plan in plans.items() if "more" in plan}
    lines += _rows(["plan", *heads], {name: _more(plan) for name, plan in others.items()})
    verdicts = {name: list(plan["targets"].values()) for name, plan in plans.items()}
    lines += ["", "Targets:", "", *_rows(["plan", *(_GOALS[one] for one in first["targets"])], verdicts)]
    if "cost" in first:
        lines += ["", "Costs:", "", *_rows(list(PLAN_COSTS[:-1]), {name: _cost(plan) for name, plan in plans.items()})]
    return lines


_GOALS: Final = {
    "sl_offered": "service level of 80 %",
    "abandonment": "abandonment of 5 %",
    "callback_kept": "90 % of callbacks kept",
}


def _rows(heads: list[str], rows: dict[str, list[str]]) -> list[str]:
    return [
        "| " + " | ".join(heads) + " |",
        "|---|" + "---:|" * (len(heads) - 1),
        *(f"| `{name}` | " + " | ".join(cells) + " |" for name, cells in rows.items()),
    ]


def _cells(plan: dict[str, Any], cell: Any) -> list[str]:
    return [cell(one) for one in (*plan["measures"].values(), *plan["lines"].values())]


def _cell(one: dict[str, Any]) -> str:
    if one["mean"] is None:
        return "-"
    scale = 100 if one["unit"] == "share" else 1
    half = "" if one["low"] is None else f" ± {(one['high'] - one['low']) / 2 * scale:.1f}"
    return f"{one['mean'] * scale:,.1f}{half}" + (" %" if scale == 100 else "")


def _more(plan: dict[str, Any]) -> list[str]:
    cells = []
    for kind in ("measures", "lines"):
        for name, one in plan["more"][kind].items():
            scale = 100 if plan[kind][name]["unit"] == "share" else 1
            if one["mean"] is None:
                cells.append("-")
                continue
            half = 0.0 if one["low"] is None else (one["high"] - one["low"]) / 2 * scale
            cells.append(f"{'' if one['told'] else '≈ '}{one['mean'] * scale:+,.1f} ± {half:.1f}")
    return cells


def _cost(plan: dict[str, Any]) -> list[str]:
    cost, more = plan["cost"], plan.get("more", {}).get("cost")
    width = f"{cost['low']:,.0f} to {cost['high']:,.0f}"
    against = ""
    if more is not None:
        against = f"{'' if more['told'] else '≈ '}{more['mean']:+,.0f} ± {(more['high'] - more['low']) / 2:,.0f}"
    return [f"{cost['hours']:,.0f}", f"{cost['mean']:,.0f} EUR", width, against]


def _assumed(shown: Shown) -> list[str]:
    """What the last file adds to what it extends is what the page is about; all of it stands in a report."""
    scenario = load_scenario(ROOT / "scenarios" / f"{shown.files[-1]}.yaml")
    base = load_scenario(ROOT / "scenarios" / "baseline-tuesday.yaml")
    own = scenario.assumed if shown.files == ("baseline-tuesday",) else scenario.assumed[len(base.assumed) :]
    rest = [] if own is scenario.assumed else ["- All that [an ordinary Tuesday](baseline-tuesday.md) stands on."]
    return [*(f"- {' '.join(one.split())}" for one in own), *rest]


def main() -> int:
    """What the command does."""
    wanted = [one for one in sys.argv[1:] if not one.startswith("--")] or list(SHOWN)
    if "--check" in sys.argv[1:]:
        stale = [name for name in wanted if (PAGES / f"{name}.md").read_text(encoding="utf-8") != page(name)]
        print(f"not as it was found: {', '.join(stale)}" if stale else "the pages show what was found")
        return 1 if stale else 0
    for name in wanted:
        if "--pages" not in sys.argv[1:]:
            run(name)
            print(f"{name}: written down", flush=True)
        if (PAGES / f"{name}.md").exists():
            (PAGES / f"{name}.md").write_text(page(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
