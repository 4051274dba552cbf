"""Calendars as instants: on the days when a clock is set, on holidays, past midnight, and up to a horizon."""

from time import perf_counter

import pytest

from router.core.hours import FOREVER, continues, extended, work_hours
from router.core.ids import LineKey
from router.wire.hours.compile import compile_calendar, compile_hours, extend_hours
from router.wire.hours.document import Calendar, HoursDocument
from tests.wire.hours.wall import DAY_MS, ms, opened

BERLIN = "Europe/Berlin"
NIGHTS = {"days": {"daily": "22:00-06:00"}}
LINES = [LineKey("expense/en"), LineKey("expense/de")]


def spans(calendar: object, zone: str, first: str, last: str) -> list[str]:
    """The intervals of a calendar, short: day, time and offset of each end, `28 22:00+0100-29 06:00+0200`."""
    return [f"{a[8:16]}{a[17:]}-{b[8:16]}{b[17:]}" for a, b in opened(calendar, zone, first, last)]


@pytest.mark.parametrize(
    ("zone", "days", "first", "last", "expected"),
    [
        # The night of the change is an hour shorter, or longer; the hands of the clock are the same.
        (BERLIN, "22:00-06:00", "2026-03-28 12:00", "2026-03-29 12:00", ["28 22:00+0100-29 06:00+0200"]),
        (BERLIN, "22:00-06:00", "2026-10-24 12:00", "2026-10-25 12:00", ["24 22:00+0200-25 06:00+0100"]),
        # Times that the clock leaves out: from the jump, to the jump, or not at all.
        (BERLIN, "02:30-08:00", "2026-03-29 00:00", "2026-03-29 12:00", ["29 03:00+0200-29 08:00+0200"]),
        (BERLIN, "00:00-02:30", "2026-03-29 00:00", "2026-03-29 12:00", ["29 00:00+0100-29 03:00+0200"]),
        (BERLIN, "02:10-02:50", "2026-03-29 00:00", "2026-03-29 12:00", []),
        (BERLIN, "01:00-02:10, 02:20-04:00", "2026-03-29 00:00", "2026-03-29 12:00", ["29 01:00+0100-29 04:00+0200"]),
        # Times that are shown twice: from the first to the last, in one piece.
        (BERLIN, "02:30-08:00", "2026-10-25 00:00", "2026-10-25 12:00", ["25 02:30+0200-25 08:00+0100"]),
        (BERLIN, "00:00-02:30", "2026-10-25 00:00", "2026-10-25 12:00", ["25 00:00+0200-25 02:30+0100"]),
        (BERLIN, "02:10-02:50", "2026-10-25 00:00", "2026-10-25 12:00", ["25 02:10+0200-25 02:50+0100"]),
        (BERLIN, "00:00-02:00", "2026-10-25 00:00", "2026-10-25 12:00", ["25 00:00+0200-25 02:00+0200"]),
        ("America/New_York", "01:30-09:00", "2026-11-01 00:00", "2026-11-01 12:00", ["01 01:30-0400-01 09:00-0500"]),
        ("America/New_York", "02:30-09:00", "2026-03-08 00:00", "2026-03-08 12:00", ["08 03:00-0400-08 09:00-0400"]),
        # Half an hour only.
        ("Australia/Lord_Howe", "01:45-09:00", "2026-04-05 00:00", "2026-04-05 12:00", ["05 01:45+1100-05 09:00+1030"]),
        ("Australia/Lord_Howe", "02:15-09:00", "2026-10-04 00:00", "2026-10-04 12:00", ["04 02:30+1100-04 09:00+1100"]),
        # The clock is set back across midnight: the day that has begun is interrupted by the one before.
        ("America/St_Johns", "08:00-00:30", "2010-11-06 12:00", "2010-11-07 12:00",
         ["06 12:00-0230-07 00:30-0330", "07 08:00-0330-07 12:00-0330"]),
        # A whole day that never was.
        ("Pacific/Apia", "08:00-18:00", "2011-12-29 00:00", "2012-01-01 00:00",
         ["29 08:00-1000-29 18:00-1000", "31 08:00+1400-31 18:00+1400"]),
        ("Pacific/Apia", "22:00-06:00", "2011-12-29 12:00", "2012-01-01 00:00",
         ["29 22:00-1000-31 06:00+1400", "31 22:00+1400-01 00:00+1400"]),
    ],
)  # fmt: skip
def test_when_the_clock_is_set(zone: str, days: str, first: str, last: str, expected: list[str]) -> None:
    """A period opens and closes by the clock on the wall, once, from the first to the last time that it shows."""
    assert expected == spans({"days": {"daily": days}}, zone, first, last)


def test_a_day_is_as_long_as_it_is() -> None:
    """Around the clock but for one date: 23 hours in spring, 25 in autumn."""
    calendar = Calendar.model_validate({"days": {"sun": "00:00-24:00"}})

    for sunday, hours in (("2026-03-29", 23), ("2026-07-05", 24), ("2026-10-25", 25)):
        start = ms(f"{sunday} 00:00", BERLIN)
        ((opens, closes),) = compile_calendar(calendar, BERLIN, start - DAY_MS, start + 2 * DAY_MS)
        assert (start, hours * 3_600_000) == (opens, closes - opens)


@pytest.mark.parametrize(
    ("holidays", "epiphany", "corpus_christi"),
    [(None, True, True), ({"country": "DE"}, True, True), ({"country": "DE", "subdivision": "BY"}, False, False),
     ({"country": "DE", "subdivision": "NW"}, True, False), ({"country": "AT"}, False, False)],
)  # fmt: skip
def test_holidays_of_a_part_of_a_country(holidays: object, epiphany: bool, corpus_christi: bool) -> None:
    """Epiphany and Corpus Christi are kept in Bavaria and Austria, one of them on the Rhine, neither elsewhere."""
    calendar = {"days": {"mon-fri": "08:00-18:00"}, "time_zone": BERLIN} | ({"holidays": holidays} if holidays else {})

    assert epiphany == bool(opened(calendar, BERLIN, "2026-01-06 00:00", "2026-01-07 00:00"))
    assert corpus_christi == bool(opened(calendar, BERLIN, "2026-06-04 00:00", "2026-06-05 00:00"))


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    """The shift of the evening before runs into the holiday; the one that would begin on it does not take place."""
    calendar = NIGHTS | {"holidays": {"country": "DE"}}

    assert ["30 22:00+0200-01 06:00+0200", "02 22:00+0200-03 06:00+0200"] == spans(
        calendar, BERLIN, "2026-04-30 12:00", "2026-05-03 12:00"
    )


def test_a_single_date_overrules_holidays_and_days() -> None:
    """Christmas Day with short hours, the eve closed, a Sunday open; the days beside them as ever."""
    calendar = {
        "days": {"mon-fri": "08:00-18:00"},
        "holidays": {"country": "DE"},
        "exceptions": {"2026-12-24": "closed", "2026-12-25": "10:00-12:00, 22:00-02:00", "2026-12-27": "09:00-10:00"},
    }

    assert [
        "23 08:00+0100-23 18:00+0100",
        "25 10:00+0100-25 12:00+0100",
        "25 22:00+0100-26 02:00+0100",
        "27 09:00+0100-27 10:00+0100",
        "28 08:00+0100-28 18:00+0100",
    ] == spans(calendar, BERLIN, "2026-12-23 00:00", "2026-12-29 00:00")


def test_a_calendar_without_a_zone_has_the_desks() -> None:
    """Its own zone comes first."""
    own = {"days": {"daily": "08:00-18:00"}, "time_zone": "Asia/Tokyo"}
    desks = {"days": {"daily": "08:00-18:00"}}

    assert [("2026-07-01 08:00 +0200", "2026-07-01 18:00 +0200")] == opened(
        desks, BERLIN, "2026-07-01 00:00", "2026-07-02 00:00"
    )
    assert [("2026-07-01 01:00 +0200", "2026-07-01 11:00 +0200")] == opened(
        own, BERLIN, "2026-07-01 00:00", "2026-07-02 00:00"
    )


def test_three_calendars_that_are_never_mixed() -> None:
    """Contact hours by line and channel, language hours by language, work hours by priority; each where it is said."""
    document = HoursDocument.model_validate(
        {
            "time_zone": BERLIN,
            "contact": {"phone": {"days": {"daily": "06:00-22:00"}}},
            "lines": {"expense/de": {"chat": {"days": {"daily": "09:00-17:00"}}}},
            "languages": {"de": {"days": {"daily": "08:00-18:00"}}},
        }
    )
    monday = ms("2026-11-16 00:00", BERLIN)
    hour = 3_600_000

    hours = compile_hours(document, LINES, ["en", "de"], monday, monday + DAY_MS)

    always, phone = ((monday, FOREVER),), ((monday + 6 * hour, monday + 22 * hour),)
    german, office = ((monday + 9 * hour, monday + 17 * hour),), ((monday + 8 * hour, monday + 18 * hour),)
    found = hours.calendars
    by_line = {entry.line: (found[entry.chat], found[entry.phone]) for entry in hours.lines}
    assert {LINES[0]: (always, phone), LINES[1]: (german, phone)} == by_line
    assert {"en": always, "de": office} == {entry.language: found[entry.calendar] for entry in hours.languages}
    assert [always, always, office, office] == [work_hours(hours, priority) for priority in (1, 2, 3, 4)]
    assert 5 == len(hours.calendars)  # P3 and P4 share one; the language has the same instants by other words


def test_an_extension_belongs_to_its_document() -> None:
    """Known hours are extended by the document they were made from, however it is written, and by no other."""
    one = HoursDocument.model_validate({"work": {"p1": "always"}})
    same = HoursDocument.model_validate({})
    other = HoursDocument.model_validate({"time_zone": BERLIN})
    known = compile_hours(one, LINES, ["en", "de"], 0, DAY_MS)

    part = extend_hours(same, LINES, ["en", "de"], known, 2 * DAY_MS)

    assert continues(known, part)
    assert compile_hours(one, LINES, ["en", "de"], 0, 2 * DAY_MS) == extended(known, part)
    for document, lines in ((other, LINES), (one, LINES[:1])):
        with pytest.raises(ValueError, match="made from another document"):
            extend_hours(document, lines, ["en", "de"], known, 2 * DAY_MS)


@pytest.mark.parametrize(
    ("from_ms", "horizon_ms", "what"),
    [
        (5, 5, "the later instant last"),
        (6, 5, "the later instant last"),
        (-1, 5, "between 1970 and 2099"),
        (0, ms("9999-12-31 00:00"), "between 1970 and 2099"),
        (ms("9999-01-01 00:00"), ms("9999-12-31 00:00"), "between 1970 and 2099"),
        (0, ms("2090-01-01 00:00"), "ten years at once"),
        (0, 10**30, "between 1970 and 2099"),
    ],
)
def test_a_horizon_that_cannot_be_meant(from_ms: int, horizon_ms: int, what: str) -> None:
    """Neither backwards, nor to the end of all days, nor for a century at once."""
    with pytest.raises(ValueError, match=what):
        compile_calendar(Calendar.model_validate("always"), "UTC", from_ms, horizon_ms)
    with pytest.raises(ValueError, match=what):
        compile_hours(HoursDocument(), LINES, ["en"], from_ms, horizon_ms)


def test_the_last_year_compiles() -> None:
    """The years at both ends are as good as any."""
    for first, last in (("1970-01-01 00:00", "1970-01-02 00:00"), ("2099-12-31 00:00", "2100-01-01 00:00")):
        assert 1 <= len(opened({"days": {"daily": "22:00-06:00"}}, "UTC", first, last))


def test_ten_years_of_the_worst_calendar_are_compiled_soon() -> None:
    """The most that may be written: every date an exception, every day full of periods."""
    full = ", ".join(f"{hour:02d}:00-{hour:02d}:30" for hour in range(0, 24, 2))
    dates = {f"20{year}-{month:02d}-{day:02d}": full for year in (26, 27, 28) for month in range(1, 13)
             for day in range(1, 28)}  # fmt: skip
    calendar = Calendar.model_validate(
        {"days": {"daily": full}, "exceptions": dates, "holidays": {"country": "DE", "subdivision": "BY"}}
    )
    began = perf_counter()

    found = compile_calendar(calendar, BERLIN, ms("2026-01-01 00:00"), ms("2036-01-01 00:00"))

    assert len(found) > 40_000
    assert perf_counter() - began < 10
