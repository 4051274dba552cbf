"""What a plan leaves behind: a scenario that the twin runs, its shifts as CSV and Excel, and a page to mail."""

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from sim.plan.page import plan_page
from sim.plan.people import people_of
from sim.plan.plan import Plan
from sim.plan.report import FEW_HEAD, kept_rows, neighbour_rows, risk_rows, step_rows, together_rows
from sim.plan.workbook import Sheet, workbook
from sim.settings import plain

Cell = str | int | float | None
_SHIFT_HEAD = ["pool", "day", "date", "from", "to", "time_zone", "breaks", "agents", "paid_hours_each", "cost"]


def write_plan(plan: Plan, source: Path, out: Path) -> Iterator[Path]:
    """Write everything into the folder `out`, and tell each file. Raises OSError."""
    out.mkdir(parents=True, exist_ok=True)
    name = f"{plan.problem.scenario.name[:27]}-plan"
    shifts = shift_table(plan)
    extends = _beside(plan, source, out)
    for ending, data in (
        ("yaml", _scenario(plan, name, extends).encode()),
        ("csv", _csv(shifts).encode()),
        ("xlsx", workbook(_sheets(plan, shifts))),
        ("html", plan_page(plan).encode()),
    ):
        path = out / f"{name}.{ending}"
        path.write_bytes(data)
        yield path


def shift_table(plan: Plan) -> list[list[Cell]]:
    """The shifts, a row for each pool, day and shift, under a head."""
    rows: list[list[Cell]] = [list(_SHIFT_HEAD)]
    dated = plan.problem.scenario.calendar.date is not None
    for column, count in plan.shifts():
        begins, _, ends = column.pattern.clock.partition("-")
        pool = plan.problem.pools[column.pool]
        rows.append(
            [
                pool.name,
                column.day,
                plan.day(column.day) if dated else "",
                begins,
                ends,
                column.pattern.zone,
                column.pattern.pauses,
                count,
                round(column.paid_hours, 4),
                round(column.paid_hours * pool.price * count, 2),
            ]
        )
    return rows


def _sheets(plan: Plan, shifts: list[list[Cell]]) -> list[Sheet]:
    kept = _table(["lines", "kept", "share", "95 % interval", "measure"], kept_rows(plan))
    risks = _table(["lines", "from", "contacts", "measure", "days missed"], risk_rows(plan))
    around = _table(["change", "cost", "kept", "measure"], neighbour_rows(plan))
    tried = _table(["why", "shifts", "cost", "least kept", "enough"], step_rows(plan))
    return [
        Sheet("plan", [[plan.sentence()], [plan.searched()]]),
        Sheet("shifts", shifts),
        Sheet("targets", kept),
        Sheet("targets, all together", _table(FEW_HEAD, together_rows(plan))),
        Sheet("risks", risks),
        Sheet("one more one less", around),
        Sheet("tried", tried),
    ]


def _table(head: list[str], rows: list[list[str]]) -> list[list[Cell]]:
    table: list[list[Cell]] = [list(head)]
    table += [list(row) for row in rows]
    return table


def _beside(plan: Plan, source: Path, out: Path) -> str:
    """What the plan extends: the scenario where it lies in or below the folder, else a copy with all that it says."""
    try:
        return source.resolve().relative_to(out.resolve()).as_posix()
    except ValueError:
        copy = out / f"{plan.problem.scenario.name[:26]}-input.yaml"
        copy.write_text(_dumped(plain(plan.problem.scenario)), encoding="utf-8")
        return copy.name


def _scenario(plan: Plan, name: str, extends: str) -> str:
    people: dict[str, object] = dict.fromkeys(plan.problem.scenario.people)
    people.update(people_of(plan.problem, plan.staffing))
    head = f"# {plan.sentence()}\n# Run it with `ringback simulate`; groups that are null are those it replaces.\n"
    return head + _dumped({"extends": extends, "name": name, "people": people})


def _dumped(data: object) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # declared without a type
    yaml.width = 120
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def _csv(rows: list[list[Cell]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=os.linesep).writerows(rows)
    return out.getvalue()
