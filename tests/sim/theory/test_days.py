"""Whole days by the Kolmogorov equations: published values, balance, and the limits that are known otherwise."""

import math

import pytest

from sim import theory
from sim.theory import Period
from tests.oracles.facts.others import DAY_12, DAY_12_CLEARED, DAY_12_IMPATIENT, HOURS

EIGHT_HOURS = [Period(480, 4.2, 12)]


def test_a_patient_day() -> None:
    """M/M/12 from an empty start, drained: as integrated elsewhere, and inside the intervals of its simulation."""
    total = theory.day(EIGHT_HOURS, 0.5, within=1 / 3).total

    assert total.served_within == pytest.approx(DAY_12["good"], abs=1e-4)
    assert (total.sl_served, total.sl_offered) == pytest.approx((DAY_12["sl_served"],) * 2, abs=1e-6)
    assert total.asa == pytest.approx(DAY_12["asa"], abs=1e-7)
    assert total.occupancy == pytest.approx(DAY_12["occupancy"], abs=1e-6)


def test_an_impatient_day() -> None:
    """The same with abandonment."""
    total = theory.day(EIGHT_HOURS, 0.5, 1.0, 1 / 3).total
    found = {
        "abandoned": total.abandoned,
        "good": total.served_within,
        "sl_served": total.sl_served,
        "asa": total.asa,
        "occupancy": total.occupancy,
        "sl_late": total.sl_late,
    }

    assert found == {name: pytest.approx(value, abs=1e-4, rel=1e-5) for name, value in DAY_12_IMPATIENT.items()}


def test_a_day_cleared_at_its_end() -> None:
    """Whoever waits at the end is sent away: as many as wait on average, inside the published interval."""
    found = theory.day(EIGHT_HOURS, 0.5, within=1 / 3, end="clear")

    low, high = DAY_12_CLEARED["disconnected"]
    assert low < found.total.cleared < high
    assert found.total.cleared == pytest.approx(found.waiting_at_end, rel=1e-9)
    low, high = DAY_12_CLEARED["good"]
    assert low < found.total.served_within < high


def test_hours_with_rates_and_staff_of_their_own() -> None:
    """The 13 hours of contactcenters' single queue, each within what 300 simulated days can tell."""
    pairs = zip(HOURS["per_hour"], HOURS["agents"], strict=True)
    found = theory.day([Period(3600, rate / 3600, int(there)) for rate, there in pairs], 0.01, 0.001, 20, balking=0.1)

    assert [one.sl_late for one in found.periods] == pytest.approx(HOURS["sl_20"], abs=0.012)
    assert found.total.sl_late == pytest.approx(0.925, abs=0.003)
    assert found.total.occupancy == pytest.approx(0.558, abs=0.002)


CHANGES = [Period(30, 5.0, 6), Period(0.2, 9.0, 2), Period(20, 4.0, 9), Period(15, 6.0, 0), Period(25, 2.0, 4)]
"""Staff that comes and goes, a period shorter than the service level's time, and one without anybody."""


@pytest.mark.parametrize("end", ["drain", "clear"])
def test_everybody_is_accounted_for(end: str) -> None:
    """Served, gone or sent away; who leaves does so in proportion to time in line; all work is done by somebody."""
    found = theory.day(CHANGES, 1.0, 0.4, 0.5, end=end)  # type: ignore[arg-type]  # both ends are meant
    total = found.total

    assert total.arrivals == pytest.approx(150 + 1.8 + 80 + 90 + 50)
    assert total.abandoned == pytest.approx(0.4 * total.wait, rel=1e-8)
    assert total.cleared == pytest.approx(found.waiting_at_end if end == "clear" else 0, abs=1e-7)
    assert 0 < total.served_within < total.served
    assert 0 < total.abandoned_within < total.abandoned
    assert math.fsum(one.served for one in found.periods) == pytest.approx(total.served, rel=1e-12)


def test_cutting_a_day_into_periods_changes_nothing() -> None:
    """The same rates and staff in one period or in many: the same day."""
    whole, parts = theory.day([Period(60, 5, 6)], 1, 0.4, 0.5), theory.day([Period(7.5, 5, 6)] * 8, 1, 0.4, 0.5)

    for name in ("served", "served_within", "abandoned", "abandoned_within", "wait_served", "wait", "busy"):
        assert getattr(parts.total, name) == pytest.approx(getattr(whole.total, name), rel=1e-8)


def test_nobody_is_sent_home_in_the_middle_of_a_conversation() -> None:
    """When the staff falls from 5 to 1, those who hold a contact finish it, and the busy time shows it."""
    found = theory.day([Period(50, 50.0, 5), Period(0.5, 0.0, 1)], 1.0, 1.0, 0.1)

    # Five are busy at first and end one by one; that the last goes on with who waits hardly ever matters so soon.
    assert found.periods[1].busy == pytest.approx(5 * (1 - math.exp(-0.5)), rel=1e-3)
    assert found.periods[1].busy > 3 * found.periods[1].duty


def test_a_long_day_is_a_steady_line() -> None:
    """After the start is forgotten the day has the values of Erlang A."""
    long, line = theory.day([Period(600, 4, 9)], 1 / 3, 1, 1 / 3).total, theory.erlang_a(4, 1 / 3, 9, 1)

    assert long.abandoned / long.arrivals == pytest.approx(line.abandon, rel=0.01)
    assert long.sl_offered == pytest.approx(line.served_within(1 / 3), rel=0.01)


def test_with_as_many_agents_as_come_the_number_is_poisson() -> None:
    """Patience with the law of handle times: the number there follows the modified offered load, whatever the staff."""
    rates, there = (30.0, 50.0, 20.0), (20, 60, 5)
    found = theory.day([Period(2, rate, agents) for rate, agents in zip(rates, there, strict=True)], 1, 1, 0.1)
    edges = [0.0, 2.0, 4.0, 6.0]

    times = [2 + step / 100 for step in range(201)]
    loads = theory.offered_load(edges, rates, 1.0, times)
    # While 60 are there nobody waits, so the busy time of those two hours is the load's integral.
    area = (sum(loads) - (loads[0] + loads[-1]) / 2) / 100
    assert found.periods[1].busy == pytest.approx(area, rel=1e-2)


def test_busy_days_are_worse_than_the_mean_day() -> None:
    """A factor on the whole day leaves the mean demand as it is and costs service; a huge alpha is the plain day."""
    periods = [Period(60, 4.0, 5)]
    plain, busy = theory.day(periods, 1, 0.5, 1 / 3).total, theory.busy_day(periods, 20, 1, 0.5, 1 / 3).total
    hardly = theory.busy_day(periods, 1e8, 1, 0.5, 1 / 3, nodes=3).total

    assert busy.arrivals == pytest.approx(plain.arrivals, rel=1e-9)
    assert busy.sl_offered < plain.sl_offered
    assert hardly.sl_offered == pytest.approx(plain.sl_offered, rel=1e-5)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (lambda: theory.day([], 1), "at least one period"),
        (lambda: Period(0, 1, 1), "length must be"),
        (lambda: Period(1, -1, 1), "arrival_rate must be"),
        (lambda: Period(1, 1, -1), "agents must be"),
        (lambda: theory.day(EIGHT_HOURS, 0.5, within=-1), "within must be"),
        (lambda: theory.day(EIGHT_HOURS, 0.5, balking=1), "balking must be"),
        (lambda: theory.day([Period(1, 1, 0)], 1), "never drained"),
        (lambda: theory.busy_day(EIGHT_HOURS, 0, 0.5), "alpha must be"),
    ],
)
def test_impossible_days_are_refused(asked: object, told: str) -> None:
    """Each number of a day is checked, and a last hour without anybody cannot be drained."""
    assert callable(asked)
    with pytest.raises(ValueError, match=told):
        asked()
