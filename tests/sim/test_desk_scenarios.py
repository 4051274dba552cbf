"""The scenarios of the big desk that ship: what goes in is what was meant, and what comes out is what was found."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sim import theory
from sim.comparison import compare
from sim.demand.sources import sources
from sim.model import build
from sim.run import Experiment, replicate, simulate
from sim.scenario import Scenario
from sim.scenario_check import expected_contacts
from sim.scenario_file import load_scenario
from sim.settings import changed, variants
from sim.targets import rostered_hours

SCENARIOS = Path(__file__).parents[2] / "scenarios"
HOUR = 3_600_000

BY_HOUR = [39, 41, 37, 32, 32, 38, 40, 60, 70, 66, 58, 48, 46, 67, 81, 76, 66, 47, 39, 41, 40, 34, 30, 31]
"""Contacts of the base day in each hour of UTC, as they were reckoned by hand from zones and profile."""

FOUND: dict[str, dict[str, tuple[float, float]]] = {
    "erlang-primer": {"sl_offered": (0.881, 0.009), "occupancy": (0.721, 0.004)},
    "us-bank-busy-monday": {
        "sl_offered": (0.882, 0.021),
        "abandonment": (0.044, 0.009),
        "occupancy": (0.831, 0.013),
        "callback_kept": (0.912, 0.022),
    },
}
"""Mean and half of the 95 % interval over 30 days, of scenarios without a page; `scenarios/expected` has the others."""


def shipped(name: str) -> Scenario:
    """One of the scenarios."""
    return load_scenario(SCENARIOS / f"{name}.yaml")


@cache
def plans(name: str) -> dict[str, Scenario]:
    """A scenario's variants."""
    return variants(shipped(name))


@cache
def first_hours(name: str, plan: str, first: str = "09:00", hours: int = 2) -> Any:
    """A few hours of one day of a plan, cut off at their end, all lines together."""
    scenario = changed(plans(name)[plan], f'calendar.starts="{first}"; run.horizon={hours} h')
    return replicate(build(scenario), 1, 0).total


def expected(name: str) -> Any:
    """What is written down of a scenario's run."""
    return json.loads((SCENARIOS / "expected" / f"{name}.json").read_text(encoding="utf-8"))


def test_customers_abroad_make_the_day_that_was_reckoned() -> None:
    """Ten zones of English and seven languages add up to the hours of the desk, within the rounding of both."""
    live = [each.rate for each in sources(shipped("baseline-tuesday")) if each.channel != "case"]
    by_hour = [sum(rate.within(h * HOUR, (h + 1) * HOUR).integral() for rate in live) for h in range(24)]

    assert by_hour == pytest.approx(BY_HOUR, abs=2.5)
    assert sum(by_hour) == pytest.approx(1_160, abs=1)


def test_factors_are_those_that_were_meant() -> None:
    """Contacts that come on top: a strike's in travel alone, a Monday's in all."""
    base = expected_contacts(shipped("baseline-tuesday"))

    strike = [each for each in sources(shipped("airline-strike")) if each.number >= 72]
    assert {each.product for each in strike} == {"travel"}
    assert expected_contacts(shipped("monday-morning")) - 1.15 * 546 == pytest.approx(1.217 * (base - 546), rel=0.02)
    assert expected_contacts(shipped("us-bank-busy-monday")) == expected_contacts(shipped("us-bank-monday"))


def test_a_morning_of_an_incident() -> None:
    """The same customers come to every plan, the incident's on top; told at once, fewer of them; heads serve more."""
    calm, silent, told, heads = (
        first_hours("p1-expense-0910", name) for name in ("no_incident", "silence", "told_5", "heads_12")
    )

    assert calm.offered < told.offered < silent.offered
    assert calm.served_in_time / calm.sl_base > silent.served_in_time / silent.sl_base
    assert heads.served > silent.served


def test_a_step_at_the_threshold_makes_them_miss_it() -> None:
    """Fewer are served in time, nearly as many are served."""
    early, late = (first_hours("one-number", name) for name in ("step_30s", "step_60s"))

    assert early.served_in_time > late.served_in_time
    assert early.served == pytest.approx(late.served, rel=0.1)


def test_ten_weekends_are_as_was_found() -> None:
    """Within the interval that so few of the days that were found would have."""
    found, measures = simulate(shipped("weekend"), replications=10), expected("weekend")["plans"]["weekend"]["measures"]

    for name in ("offered", "sl_offered", "occupancy", "shut"):
        half = (measures[name]["high"] - measures[name]["low"]) / 2 * 10**0.5
        assert found.measure(name).estimate.mean == pytest.approx(measures[name]["mean"], abs=1.5 * half), name


def test_a_forgotten_notice_is_told_in_three_saturdays() -> None:
    """Contacts that come on top, as many as was found; the same customers come on the days themselves."""
    found = compare(*plans("saturday-maintenance").values(), replications=3)
    more = expected("saturday-maintenance")["plans"]["forgotten"]["more"]["measures"]["offered"]["mean"]

    assert found.differing(1, "offered").difference.estimate.mean == pytest.approx(more, abs=12)


def test_calendars_are_three() -> None:
    """On the first of May crews are free where their site is, lines shut where their language is at home."""
    may = plans("first-of-may")
    rostered = {name: rostered_hours(plan) for name, plan in may.items()}

    assert (
        rostered["holiday"]
        == rostered["lines_open"]
        < rostered["crews_come"]
        == rostered_hours(shipped("month-end-expense")) - 7
    )
    bavaria = plans("epiphany-bavaria")
    german = 5 * 8.5
    assert rostered_hours(bavaria["country_alone"]) - rostered_hours(bavaria["as_it_is"]) == german


def test_thirteen_seats_miss_by_a_hair_and_fourteen_do_not() -> None:
    """What the primer says is Erlang C, and the twin says the same."""
    thirteen, fourteen = (theory.patient_service_level(200 / 60, 1 / 3, agents, 1 / 3) for agents in (13, 14))
    assert (round(thirteen, 3), round(fourteen, 3)) == (0.796, 0.888)

    total = simulate(changed(shipped("erlang-primer"), "run.horizon=4 h"), replications=5).total()
    assert total.served_in_time / total.served == pytest.approx(fourteen, abs=0.05)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("name", sorted(path.stem for path in (SCENARIOS / "expected").glob("*.json")))
def test_what_is_written_down_is_found_again(name: str) -> None:
    """Every plan within the intervals that stand on its page, and what was told apart by the same sign."""
    told = expected(name)
    there = plans(name) if shipped(name).variants else {one: shipped(one) for one in told["plans"]}
    experiment = Experiment(list(there.values()))
    experiment.run()

    for plan, (called, data) in enumerate(told["plans"].items()):
        for measure, one in data["measures"].items():
            if one["mean"] is not None:
                mean = experiment.tally.measured(plan, measure).estimate.mean
                assert one["low"] <= (mean or 0) <= one["high"], called
        for measure, one in data.get("more", {"measures": {}})["measures"].items():
            if one["told"]:
                again = experiment.tally.difference(0, plan, measure).estimate.mean
                assert (again or 0) * one["mean"] > 0, (called, measure)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_is_found_again(name: str) -> None:
    """Thirty days of each scenario, within the interval that the first thirty had."""
    result = {one.definition.name: one.estimate.mean for one in simulate(shipped(name)).measures()}

    for measure, (mean, half_width) in FOUND[name].items():
        assert result[measure] == pytest.approx(mean, abs=half_width), measure
