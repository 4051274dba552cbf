"""Laws of the rehearsal's own time."""

from hypothesis import given
from hypothesis import strategies as st

from sim.rehearsal.clock import DAY_MS, RehearsalClock, day_scenario, opening_hours_ms
from sim.scenario_file import parse_scenario

HOUR = 3_600_000
CLOCK = RehearsalClock(started_ms=1_000_000, speed=10, first_ms=10 * HOUR, opens_ms=7 * HOUR, closes_ms=21 * HOUR)

SCENARIO = parse_scenario(
    """
name: two-hours
policy: {products: [expense], languages: [en]}
demand:
  profiles: {day: {starts: "08:00", every: 1 h, per_hour: [60, 30]}}
  streams: [{product: expense, language: en, profile: day}]
people: {crew: {agents: 1, products: [expense], languages: [en]}}
work: {handle_time: {fixed: 1 min}}
run: {horizon: 2 h}
"""
)


def test_a_day_goes_as_fast_as_told_and_the_next_follows_without_a_night() -> None:
    """Eleven hours from ten to closing take 1/10 of that; then it is opening time of the next day."""
    closing = CLOCK.started_ms + 11 * HOUR // 10

    assert ("Monday 10:00", "Monday 11:00") == (
        str(CLOCK.at(CLOCK.started_ms)),
        str(CLOCK.at(CLOCK.started_ms + HOUR // 10)),
    )
    assert ("Monday 20:59", "Tuesday 07:00") == (str(CLOCK.at(closing - 1)), str(CLOCK.at(closing)))
    assert closing == CLOCK.begins_ms(1)


@given(st.integers(0, 5_000), st.floats(1, 100), st.integers(0, 100_000_000))
def test_time_never_goes_back_and_days_begin_where_they_say(day: int, speed: float, started_ms: int) -> None:
    """At the moment a day is said to begin it is that day, at its first hour; a moment before it was the day before."""
    clock = RehearsalClock(started_ms, speed, 10 * HOUR, 7 * HOUR, 21 * HOUR)
    begins = clock.begins_ms(day)
    now = clock.at(begins)

    assert day == now.day
    assert 0 <= now.clock_ms - clock.starts_at_ms(day) <= speed
    assert day == 0 or clock.at(begins - 2).day == day - 1


def test_before_the_start_it_is_the_start() -> None:
    """A clock that is asked too early shows where the day will begin."""
    assert (0, 10 * HOUR) == (CLOCK.at(0).day, CLOCK.at(0).clock_ms)


def test_a_days_scenario_lasts_from_its_first_hour_to_closing() -> None:
    """The first day is cut at the hour at which it begins, later ones are whole; both go at the clock's speed."""
    opens, closes = opening_hours_ms(SCENARIO)
    clock = RehearsalClock(0, 10, 9 * HOUR, opens, closes)

    first, second = day_scenario(SCENARIO, clock, 0), day_scenario(SCENARIO, clock, 1)

    assert (8 * HOUR, 10 * HOUR) == (opens, closes)
    assert (9 * HOUR, HOUR, 10) == (first.calendar.starts, first.run.horizon, first.run.compress)
    assert (8 * HOUR, 2 * HOUR, 10) == (second.calendar.starts, second.run.horizon, second.run.compress)


def test_customers_at_a_constant_rate_come_all_day() -> None:
    """Without a profile there is no closing time, so a day is a whole day."""
    stream = SCENARIO.demand.streams[0].model_copy(update={"profile": None, "per_hour": 5.0})
    demand = SCENARIO.demand.model_copy(update={"streams": [stream]})

    assert (0, DAY_MS) == opening_hours_ms(SCENARIO.model_copy(update={"demand": demand}))
