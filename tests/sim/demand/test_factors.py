"""Factors on the demand: whose contacts they are on, and on which days."""

from itertools import pairwise

import pytest

from sim.demand.sources import sources
from sim.problems import BadDocument
from sim.scenario_check import expected_contacts
from tests.sim.demand.desk import desk

HOUR = 3_600_000
PROFILES = {"office": {"starts": "09:00", "every": "1 h", "daily": [60]}}
TOKYO = {"product": "expense", "language": "en", "profile": "office", "zones": {"Asia/Tokyo": 1.0}}


def test_a_factor_is_on_those_it_names() -> None:
    """By product and channel; two on one stream are multiplied, and nobody else's contacts change."""
    factors = {"expense": {"products": ["expense"], "factor": 1.5}, "chats": {"channels": ["chat"], "factor": 0.5}}

    assert expected_contacts(desk({"factors": factors})) == 24 * (60 * 1.5 * 0.5 + 30 * 0.5)
    calls = {"calls": {"channels": ["call"], "factor": 0.5}}
    with pytest.raises(BadDocument, match="there is no such stream"):
        desk({"factors": calls})


def test_a_weekday_is_that_of_the_customers() -> None:
    """Monday nine o'clock in Tokyo is Monday in Berlin, too; six hours before Berlin's midnight it is Sunday there."""
    factors = {"sunday": {"days": ["sun"], "factor": 0.0}}
    calendar = {"date": "2026-11-22", "time_zone": "America/New_York"}
    sunday = desk({"factors": factors, "profiles": PROFILES, "streams": [TOKYO]}, calendar=calendar)
    rate = sources(sunday)[0].rate

    # Sunday in New York ends in Monday's morning in Tokyo.
    assert rate.integral() == pytest.approx(60)
    assert rate.within(18 * HOUR, 24 * HOUR).integral() == pytest.approx(60)


def test_days_that_are_not_in_the_run_change_nothing() -> None:
    """Not even by a rounding: the same customers come at the same times."""
    factors = {"weekend": {"days": ["sat", "sun"], "factor": 0.1}}
    plain, other = (desk({"profiles": PROFILES, "streams": [TOKYO], **more}) for more in ({}, {"factors": factors}))

    for one, two in zip(sources(plain), sources(other), strict=True):
        assert one.rate.edges.tolist() == two.rate.edges.tolist()
        assert one.rate.values.tolist() == two.rate.values.tolist()


def test_a_constant_rate_goes_by_the_clock_of_the_desk() -> None:
    """Saturday and Sunday of a run from Friday to Monday."""
    factors = {"weekend": {"days": ["sat", "sun"], "factor": 0.1}}
    week = desk({"factors": factors}, calendar={"date": "2026-11-20"}, run={"horizon": "4 d"})
    rate = sources(week)[0].rate

    days = [rate.within(begin * HOUR, end * HOUR).integral() for begin, end in pairwise(range(0, 97, 24))]
    assert days == pytest.approx([1440, 144, 144, 1440])


def test_weekdays_need_a_date() -> None:
    """Otherwise nobody knows which day it is."""
    factors = {"weekend": {"days": ["sat"], "factor": 0.1}}
    with pytest.raises(BadDocument, match=r"give 'calendar\.date'"):
        desk({"factors": factors}, calendar={})
