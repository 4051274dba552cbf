"""The scenarios of the big desk that ship: what goes in is what was meant, and what comes out is what was found."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sim import theory
from sim.demand.sources import sources
from sim.model import build
from sim.run import replicate, simulate
from sim.scenario import Scenario
from sim.scenario_check import expected_contacts
from sim.scenario_file import load_scenario
from sim.settings import changed

SCENARIOS = Path(__file__).parents[2] / "scenarios"
HOUR = 3_600_000

BY_HOUR = [39, 41, 37, 32, 32, 38, 40, 60, 70, 66, 58, 48, 46, 67, 81, 76, 66, 47, 39, 41, 40, 34, 30, 31]
"""Contacts of the base day in each hour of UTC, as they were reckoned by hand from zones and profile."""

FOUND: dict[str, dict[str, tuple[float, float]]] = {}
"""Mean and half of the 95 % interval over 30 days, by scenario and measure."""


def shipped(name: str) -> Scenario:
    """One of the scenarios."""
    return load_scenario(SCENARIOS / f"{name}.yaml")


@cache
def first_hours(name: str, first: str = "09:00", hours: int = 2) -> Any:
    """A few hours of one day, cut off at their end, all lines together."""
    scenario = changed(shipped(name), f'calendar.starts="{first}"; run.horizon={hours} h')
    return replicate(build(scenario), 1, 0).total


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
    assert expected_contacts(shipped("monday-morning")) - 1.15 * 546 == pytest.approx(1.217 * (base - 546), rel=0.01)
    assert expected_contacts(shipped("us-bank-busy-monday")) == expected_contacts(shipped("us-bank-monday"))


def test_a_morning_of_each() -> None:
    """The same customers come to every plan, the incident's on top; told at once, fewer of them."""
    calm, silent, told = (
        first_hours(name) for name in ("baseline-tuesday", "p1-expense-0910", "p1-expense-0910-told-5")
    )

    assert calm.offered < told.offered < silent.offered
    assert calm.served_in_time / calm.sl_base > silent.served_in_time / silent.sl_base


def test_thirteen_seats_miss_by_a_hair_and_fourteen_do_not() -> None:
    """What the primer says is Erlang C, and the twin says the same."""
    thirteen, fourteen = (theory.patient_service_level(200 / 60, 1 / 3, agents, 1 / 3) for agents in (13, 14))
    assert (round(thirteen, 3), round(fourteen, 3)) == (0.796, 0.888)

    total = simulate(changed(shipped("erlang-primer"), "run.horizon=4 h"), replications=5).total()
    assert total.served_in_time / total.served == pytest.approx(fourteen, abs=0.05)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_is_found_again(name: str) -> None:
    """Thirty days of each scenario, within the interval that the first thirty had."""
    result = {one.definition.name: one.estimate.mean for one in simulate(shipped(name)).measures()}

    for measure, (mean, half_width) in FOUND[name].items():
        assert result[measure] == pytest.approx(mean, abs=half_width), measure
