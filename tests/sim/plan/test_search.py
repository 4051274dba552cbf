"""The search: what it finds is enough, cheaper than where it began or as cheap, and at hand at any time."""

import csv
import io
import itertools
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sim.command import BAD_INPUT, FAILED
from sim.plan.files import write_plan
from sim.plan.plan import Plan
from sim.plan.problem import Problem
from sim.plan.search import Search
from sim.plan.trial import Trials
from sim.scenario_file import load_scenario, parse_scenario
from sim.staff_command import Options, staff
from sim.targets import rostered_hours

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DESK = """\
name: shop
policy: {products: [expense], languages: [en], wrap_up: 0 s, short_abandon: 0 s, callbacks: false}
demand:
  busyness: {alpha: 40.0}
  streams: [{product: expense, language: en, channel: call, per_hour: 12}]
people:
  early: {agents: 2, products: [expense], languages: [en], shift: {from: "00:00", to: "02:00"}}
  late: {agents: 2, products: [expense], languages: [en], shift: {from: "02:00", to: "04:00"}}
work: {handle_time: {exponential: 5 min}}
patience: {exponential: 5 min}
targets: {service_level: {within: 60 s, share: 0.6}, abandonment: 0.4}
plan: {probability: 0.7, confidence: 0.8, every: 30 min}
run: {horizon: 4 h, replications: 2, seed: 5}
"""


def search(text: str = DESK, seconds: float = 1e9, stop_after: int | None = None) -> Search:
    """A search by a clock that ticks once a look; it may be interrupted after so many messages."""
    problem = Problem.of(parse_scenario(text))
    ticks, heard = itertools.count(), itertools.count(1)

    def tell(_text: str) -> None:
        if next(heard) == stop_after:
            raise KeyboardInterrupt

    return Search(problem, Trials(problem, None, 5), lambda: float(next(ticks)), seconds, tell)


def test_a_plan_is_found_and_proved() -> None:
    """The best plan is proved on days that it was not chosen by, and no plan that was tried and enough is cheaper."""
    one = search()
    one.run()

    best = one.best
    assert best is not None
    assert "proved" == best.state
    assert best.proof is not None
    assert best.proof.successes(0) / best.proof.tried(0) > 0.7
    enough = [step.cost for step in one.steps if step.enough]
    assert best.staffing.cost <= min(enough) + 1e-9
    # What one agent more and one less in a shift of two hours does, on the same days.
    assert [-2.0, 2.0] == [near.cost for near in one.neighbours]
    (fewer,), (more,) = (near.kept for near in one.neighbours)
    assert best.outcome is not None
    assert fewer[0] / fewer[1] <= best.outcome.successes(0) / best.outcome.tried(0) <= more[0] / more[1]


def test_an_interrupted_search_keeps_its_best_plan(tmp_path: Path) -> None:
    """Whenever it is interrupted, there is a plan; it is written as a scenario that extends the input and runs."""
    one = search(stop_after=30)
    with pytest.raises(KeyboardInterrupt):
        one.run()
    plan = Plan.of(one, 3.0, complete=False)
    assert plan is not None
    source = tmp_path / "shop.yaml"
    source.write_text(DESK, encoding="utf-8")

    files = {path.suffix: path for path in write_plan(plan, source, tmp_path)}

    scenario = load_scenario(files[".yaml"])
    assert "extends: shop.yaml" in files[".yaml"].read_text(encoding="utf-8")
    assert plan.paid_hours() == pytest.approx(rostered_hours(scenario))
    assert not {"early", "late"} & set(scenario.people)
    rows = list(csv.DictReader(io.StringIO(files[".csv"].read_text(encoding="utf-8"))))
    assert sum(int(row["agents"]) for row in rows) == int(plan.staffing.counts.sum())
    with zipfile.ZipFile(files[".xlsx"]) as book:
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))
        cells = ElementTree.fromstring(book.read("xl/worksheets/sheet2.xml")).iter(f"{{{MAIN}}}v")
        numbers = [float(cell.text or "") for cell in cells]
    # Four numbers stand in each row: day, agents, paid hours, cost.
    assert [float(row["agents"]) for row in rows] == numbers[1::4]
    page = files[".html"].read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "shop:" in page


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The plan goes to standard output, and one that is not proved in the time is exit code 1."""
    source = tmp_path / "shop.yaml"
    source.write_text(DESK, encoding="utf-8")

    code = staff(source, True, Options(minutes=0.0001, workers=1, out=tmp_path / "plans"))

    told = capsys.readouterr()
    found = json.loads(told.out)
    assert (FAILED, "covers") == (code, found["state"])
    assert found["sentence"].startswith("shop: ")
    assert "shop-plan.yaml" in told.err
    # The scenario lies elsewhere, so that a copy of it is beside the plan, and the plan runs.
    assert load_scenario(tmp_path / "plans" / "shop-plan.yaml").people


def test_the_command_refuses_what_contradicts_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rule is named on standard error, with exit code 2, and nothing is written."""
    source = tmp_path / "shop.yaml"
    source.write_text(DESK.replace("share: 0.6", "share: 1.0"), encoding="utf-8")

    assert BAD_INPUT == staff(source, False, Options(workers=1, out=tmp_path / "plans"))

    told = capsys.readouterr()
    assert "targets.service_level.share" in told.err
    assert not (tmp_path / "plans").exists()
