"""Local hours: what a clock on the wall shows, also on the days when it changes."""

from datetime import date

import pytest

from sim.demand.local import RunClock, rate_of
from sim.demand.profile import Profile
from sim.demand.steps import Steps

HOUR = 3_600_000
ORDINARY, SPRING, AUTUMN = date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25)


def profile(**parts: object) -> Profile:
    """A profile, as a scenario writes it."""
    return Profile.model_validate(parts)


def by_hour(found: Steps, hours: int) -> list[float]:
    """The contacts of each hour of a run."""
    return [round(found.within(h * HOUR, (h + 1) * HOUR).integral(), 6) for h in range(hours)]


@pytest.mark.parametrize(("day", "hours"), [(ORDINARY, 24), (SPRING, 23), (AUTUMN, 25)])
def test_a_day_has_as_many_hours_as_its_clock_shows(day: date, hours: int) -> None:
    """In spring the hour from two to three does not come; in autumn it comes twice. All others come once."""
    clock = RunClock(day, "Europe/Berlin", 0)
    rates = [float(hour + 1) for hour in range(24)]

    found = by_hour(rate_of(profile(every="1 h", daily=rates), clock, hours * HOUR), hours)

    expected = {24: rates, 23: rates[:2] + rates[3:], 25: rates[:3] + rates[2:]}[hours]
    assert found == expected
    assert clock.days_begin(hours * HOUR) == [0, hours * HOUR]


def test_half_hours_of_the_hour_that_comes_twice_alternate() -> None:
    """02:00, 02:30, 02:00, 02:30: the clock goes back before it goes on."""
    clock = RunClock(AUTUMN, "Europe/Berlin", 0)
    rates = [float(half) for half in range(48)]
    found = rate_of(profile(every="30 min", daily=rates), clock, 25 * HOUR)
    halves = [found.at(Steps.of([i * HOUR / 2 + 1], []).edges)[0] for i in range(3, 10)]

    assert halves == [3, 4, 5, 4, 5, 6, 7]


def test_customers_abroad_live_by_their_own_clock() -> None:
    """Nine o'clock in Tokyo is one in the morning in Berlin in winter, and the day before in Los Angeles."""
    clock = RunClock(date(2026, 11, 17), "Europe/Berlin", 0)
    nine = profile(starts="09:00", every="1 h", daily=[5.0])

    assert by_hour(rate_of(nine, clock, 24 * HOUR, "Asia/Tokyo"), 24).index(5) == 1
    assert by_hour(rate_of(nine, clock, 24 * HOUR, "America/Los_Angeles"), 24).index(5) == 18
    assert by_hour(rate_of(nine, clock, 24 * HOUR), 24).index(5) == 9


def test_a_week_knows_its_weekdays() -> None:
    """Friday has its rates, Saturday others, Sunday none."""
    clock = RunClock(date(2026, 11, 20), "Europe/Berlin", 0)
    week = profile(starts="08:00", every="4 h", week={"fri": [10.0, 5.0], "sat": [1.0]})

    found = rate_of(week, clock, 72 * HOUR)

    assert found.integral() == 10 * 4 + 5 * 4 + 4
    assert by_hour(found, 72)[8 + 24] == 1


def test_a_smooth_profile_keeps_every_interval() -> None:
    """No steps, no negative rate, and as many contacts in each interval as were said."""
    clock = RunClock(date(2026, 11, 17), "UTC", 0)
    rates = [0.0, 4.0, 40.0, 90.0, 60.0, 60.0, 10.0, 0.0]
    stepped = profile(starts="08:00", every="1 h", daily=rates)
    found = rate_of(stepped.model_copy(update={"smooth": True}), clock, 24 * HOUR)

    assert by_hour(found, 24)[8:16] == pytest.approx(rates, abs=1e-6)
    assert found.values.min() >= 0
    assert abs(found.values[1:] - found.values[:-1]).max() < 15


def test_without_a_date_no_clock_changes() -> None:
    """A run that has no day repeats a plain day of 24 hours."""
    clock = RunClock(None, "Europe/Berlin", 6 * HOUR)

    assert by_hour(rate_of(profile(starts="05:00", every="1 h", daily=[7.0]), clock, 48 * HOUR), 48).index(7) == 23
    assert clock.after(1, 0) == 18 * HOUR
