"""What holds for every calendar: compared with a clock that is read minute by minute, and with itself in pieces."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from router.core.hours import FOREVER, elapsed_open_ms, extended, is_open, merged
from router.core.ids import LineKey
from router.wire.hours.compile import compile_calendar, compile_hours, extend_hours
from router.wire.hours.document import Calendar, HoursDocument
from router.wire.hours.periods import WEEKDAYS, Period, format_periods
from tests.wire.hours.wall import DAY_MS, MINUTE_MS, minute_clock, ms

TURNS = [
    ("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25"), ("Europe/Berlin", "2026-06-04"),
    ("America/New_York", "2026-03-08"), ("America/New_York", "2026-11-01"), ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"), ("Pacific/Apia", "2011-12-30"), ("America/St_Johns", "2010-11-07"),
    ("America/Havana", "2019-11-03"), ("Africa/Cairo", "2023-04-28"), ("Asia/Kathmandu", "2026-01-01"),
    ("Pacific/Kwajalein", "1993-08-21"), ("Africa/Casablanca", "2018-06-17"), ("UTC", "2026-12-31"),
]  # fmt: skip
"""Zones, and a day on which something happens to their clocks; or nothing, for comparison."""

LINES = [LineKey("expense/de")]


@st.composite
def periods_of_a_day(draw: st.DrawFn) -> list[Period]:
    """Up to three periods, some of them past midnight, most of them in the hours in which clocks are set."""
    marks = st.one_of(st.integers(0, 16).map(lambda n: n * 15), st.integers(0, 95).map(lambda n: n * 15))
    ends = sorted(draw(st.sets(marks, max_size=6)))
    periods = list(zip(ends[::2], ends[1::2], strict=False))
    if len(ends) % 2:
        periods.append((ends[-1], draw(st.integers(96, 95 + ends[-1] // 15)) * 15 if ends[-1] else 1440))
    return periods


WEEKS = st.fixed_dictionaries(dict.fromkeys(range(7), periods_of_a_day()))


def written(week: dict[int, list[Period]], **more: object) -> Calendar:
    """The document of a week."""
    days = {WEEKDAYS[day]: format_periods(tuple(periods)) for day, periods in week.items()}
    return Calendar.model_validate({"days": days, **more})


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TURNS), WEEKS, st.integers(0, 90), st.integers(1, 70))
def test_the_compiler_reads_the_clock_as_people_do(
    turn: tuple[str, str], week: dict[int, list[Period]], begins: int, hours: int
) -> None:
    """Open is what lies between the first and the last minute at which the wall shows a time of a period."""
    zone, day = turn
    calendar = written(week)
    assume(not calendar.never_closes())
    around = ms(f"{day} 00:00") - 2 * DAY_MS
    from_ms = around + begins * 3_600_000
    to_ms = from_ms + hours * 3_600_000

    found = compile_calendar(calendar, zone, from_ms, to_ms)

    naive = minute_clock(zone, around - 3 * DAY_MS, around + 10 * DAY_MS).opened(week)
    minutes = range(from_ms, to_ms, MINUTE_MS)
    assert [at for at in minutes if is_open(naive, at)] == [at for at in minutes if is_open(found, at)]
    assert merged(found) == found
    assert sum(is_open(naive, at) for at in minutes) * MINUTE_MS == elapsed_open_ms(found, from_ms, to_ms)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TURNS), WEEKS, WEEKS, st.lists(st.integers(1, 9 * 24 * 60), min_size=3, max_size=5, unique=True))
def test_in_pieces_it_is_the_same_as_at_once(
    turn: tuple[str, str], week: dict[int, list[Period]], other: dict[int, list[Period]], minutes: list[int]
) -> None:
    """Compiled up to a horizon and extended, once or often, wherever the cuts fall."""
    zone, day = turn
    holidays, exception = {"country": "DE", "subdivision": "BY"}, {day: "22:00-05:00, 07:00-07:30"}
    document = HoursDocument(
        time_zone=zone,
        lines={"expense/de": {"phone": written(week, holidays=holidays).model_dump(mode="json")}},
        languages={"de": written(other, exceptions=exception).model_dump(mode="json")},
    )
    start, *cuts = (ms(f"{day} 00:00") - 4 * DAY_MS + minute * MINUTE_MS for minute in sorted(minutes))

    hours = compile_hours(document, LINES, ["de"], start, cuts[0])
    for horizon in cuts[1:]:
        part = extend_hours(document, LINES, ["de"], hours, horizon)
        assert all(hours.horizon_ms <= opens for calendar in part.calendars for opens, _ in calendar)
        hours = extended(hours, part)

    assert compile_hours(document, LINES, ["de"], start, cuts[-1]) == hours
    assert all(
        start <= opens < closes and (closes <= cuts[-1] or closes == FOREVER)
        for calendar in hours.calendars
        for opens, closes in calendar
    )
