"""Windows for callbacks: by the ASC's clock, within the hours, with a lead and a horizon."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.hours import FOREVER, Intervals, without
from router.wire.hours.compile import compile_calendar
from router.wire.hours.document import Calendar
from router.wire.hours.quiet import quiet_intervals
from router.wire.hours.slots import callback_slots, slot_days
from router.wire.hours.zones import local_day, zone_of
from tests.wire.hours.test_laws import TURNS
from tests.wire.hours.wall import DAY_MS, MINUTE_MS, ms, shown

ALWAYS: Intervals = ((0, FOREVER),)
HOUR = 60 * MINUTE_MS


def offered(zone: str, day: str, slot_min: int, opening: Intervals = ALWAYS) -> list[str]:
    """The slots of one day far enough ahead, as `08:00+0100-08:30+0100`."""
    now = ms(f"{day} 00:00", zone) - DAY_MS
    slots = callback_slots(
        zone, date.fromisoformat(day), slot_ms=slot_min * MINUTE_MS, now_ms=now, lead_ms=0, horizon_ms=7 * DAY_MS,
        opening=opening,
    )  # fmt: skip
    return ["-".join(shown(end, zone)[11:].replace(" ", "") for end in slot) for slot in slots]


def hours_of(zone: str, day: str, text: str) -> Intervals:
    """One calendar's instants round a day."""
    start = ms(f"{day} 00:00", zone)
    calendar = Calendar.model_validate({"days": {"daily": text}})
    return compile_calendar(calendar, zone, start - 2 * DAY_MS, start + 3 * DAY_MS)


def test_within_the_hours_of_the_line() -> None:
    """Only slots that are open from end to end, on the grid of the clock."""
    opening = hours_of("Europe/Berlin", "2026-11-17", "08:10-09:30, 10:00-11:00")

    assert [
        "08:30+0100-09:00+0100", "09:00+0100-09:30+0100", "10:00+0100-10:30+0100", "10:30+0100-11:00+0100",
    ] == offered("Europe/Berlin", "2026-11-17", 30, opening)  # fmt: skip


def test_hours_of_one_zone_by_the_clock_of_another() -> None:
    """The desk opens at eight in Berlin: that is 12:45 in Kathmandu, so the first whole hour there is one o'clock."""
    opening = hours_of("Europe/Berlin", "2026-11-17", "08:00-10:00")

    assert ["13:00+0545-14:00+0545"] == offered("Asia/Kathmandu", "2026-11-17", 60, opening)


def test_not_in_the_quiet_hours_of_the_number() -> None:
    """Hours without quiet hours: what is left is what is offered."""
    now = ms("2026-11-16 00:00", "Europe/Berlin")
    quiet = quiet_intervals(("Europe/Berlin",), now, now + 7 * DAY_MS)

    slots = offered("Europe/Berlin", "2026-11-17", 60, without(ALWAYS, quiet))

    assert ("08:00+0100-09:00+0100", "20:00+0100-21:00+0100", 13) == (slots[0], slots[-1], len(slots))


@pytest.mark.parametrize(
    ("zone", "day", "slot_min", "first", "number"),
    [
        ("Europe/Berlin", "2026-03-29", 30,
         ["01:30+0100-03:00+0200", "03:00+0200-03:30+0200"], 46),
        ("Europe/Berlin", "2026-10-25", 30,
         ["01:30+0200-02:00+0200", "02:00+0200-02:30+0200", "02:30+0200-02:00+0100", "02:00+0100-02:30+0100"], 50),
        # Longer than what is left out or comes twice: nothing is longer or shorter than it should be.
        ("Europe/Berlin", "2026-03-29", 120, ["00:00+0100-03:00+0200", "04:00+0200-06:00+0200"], 11),
        ("Europe/Berlin", "2026-10-25", 120,
         ["00:00+0200-02:00+0200", "02:00+0200-03:00+0100", "04:00+0100-06:00+0100"], 12),
        ("Australia/Lord_Howe", "2026-04-05", 60, ["01:00+1100-01:30+1030", "02:00+1030-03:00+1030"], 24),
        ("Australia/Lord_Howe", "2026-10-04", 60, ["01:00+1030-02:30+1100", "03:00+1100-04:00+1100"], 23),
        # A day that begins at one, one that ends before midnight comes again, and one that never was.
        ("Africa/Cairo", "2023-04-28", 60, ["01:00+0300-02:00+0300"], 23),
        ("America/Havana", "2019-11-03", 60, ["00:00-0400-00:00-0500", "00:00-0500-01:00-0500"], 25),
        ("Pacific/Apia", "2011-12-30", 60, [], 0),
        ("Pacific/Apia", "2011-12-31", 60, ["00:00+1400-01:00+1400"], 24),
        # A length that does not fit into a day: the last one that ends with the day.
        ("UTC", "2026-11-17", 50, ["00:00+0000-00:50+0000"], 28),
        ("UTC", "2026-11-17", 1440, ["00:00+0000-00:00+0000"], 1),
    ],
)  # fmt: skip
def test_when_the_clock_is_set(zone: str, day: str, slot_min: int, first: list[str], number: int) -> None:
    """Slots start by the clock on the wall; every one lasts as long as it should, and none lies over another."""
    slots = offered(zone, day, slot_min)
    begin = slots.index(first[0]) if first else 0

    assert first == slots[begin : begin + len(first)]
    assert number == len(slots)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(TURNS), st.sampled_from([15, 20, 30, 45, 60, 120, 240]), st.integers(0, 3 * 1440),
    st.integers(0, 600), st.integers(0, 2 * 1440), st.integers(0, 3 * 1440),
)  # fmt: skip
def test_every_slot_can_be_kept(
    turn: tuple[str, str], slot_min: int, now_min: int, lead_min: int, horizon_min: int, open_min: int
) -> None:
    """Of the day, as long as it should be, open, not too soon, not too far, one after the other; none on other days."""
    zone, day = turn
    start = ms(f"{day} 00:00") - DAY_MS
    now, opens = start + now_min * MINUTE_MS, start + open_min * MINUTE_MS
    lead, horizon, slot = lead_min * MINUTE_MS, horizon_min * MINUTE_MS, slot_min * MINUTE_MS
    opening = ((opens, opens + DAY_MS),)

    days = slot_days(zone, now, lead, horizon)
    slots = {
        each: callback_slots(
            zone, each, slot_ms=slot, now_ms=now, lead_ms=lead, horizon_ms=horizon, opening=opening
        )
        for each in (date.fromisoformat(day), *days)
    }  # fmt: skip

    whole = sorted(one for each in slots.values() for one in each)
    assert all(each in days for each in slots if slots[each])
    assert all(local_day(zone_of(zone), begin) == each for each in slots for begin, _ in slots[each])
    assert all(end - begin == slot for begin, end in whole)
    assert all(now + lead <= begin and end <= now + horizon for begin, end in whole)
    assert all(opens <= begin and end <= opens + DAY_MS for begin, end in whole)
    assert all(one[1] <= other[0] for one, other in pairwise(whole))


@pytest.mark.parametrize("day", [date.min, date(1969, 1, 1), date(2026, 11, 16), date(2027, 1, 1), date.max])
def test_no_slots_outside_lead_and_horizon(day: date) -> None:
    """Any date may be asked for; before today and beyond the horizon there is nothing."""
    now = ms("2026-11-17 12:00")

    assert [] == callback_slots(
        "UTC", day, slot_ms=HOUR, now_ms=now, lead_ms=HOUR, horizon_ms=7 * DAY_MS, opening=ALWAYS
    )  # fmt: skip


def test_lead_and_horizon_to_the_millisecond() -> None:
    """A slot may begin when the lead is over, and end at the horizon."""
    now, today = ms("2026-11-17 12:00"), date(2026, 11, 17)

    def number(lead_ms: int, horizon_ms: int) -> int:
        return len(
            callback_slots(
                "UTC", today, slot_ms=HOUR, now_ms=now, lead_ms=lead_ms, horizon_ms=horizon_ms, opening=ALWAYS
            )
        )  # fmt: skip

    assert (4, 3, 3) == (number(HOUR, 5 * HOUR), number(HOUR + 1, 5 * HOUR), number(HOUR, 5 * HOUR - 1))


@pytest.mark.parametrize("slot_ms", [0, -HOUR, 90_500, DAY_MS + MINUTE_MS])
def test_a_slot_that_cannot_be_meant(slot_ms: int) -> None:
    """Whole minutes, from one up to a day."""
    with pytest.raises(ValueError, match="a slot lasts whole minutes"):
        callback_slots(
            "UTC", date(2026, 11, 17), slot_ms=slot_ms, now_ms=0, lead_ms=0, horizon_ms=DAY_MS, opening=ALWAYS
        )  # fmt: skip


def test_an_unknown_zone_is_refused() -> None:
    """A visitor's browser may name anything."""
    with pytest.raises(ValueError, match="Did you mean 'Europe/Berlin'"):
        slot_days("Europe/Berlni", 0, 0, DAY_MS)


def test_the_days_that_may_have_slots() -> None:
    """From the day on which the lead is over to the one of the horizon, by the ASC's clock; never without end."""
    now = ms("2026-11-17 23:30", "Europe/Berlin")

    assert [date(2026, 11, 17), date(2026, 11, 18)] == slot_days("Europe/Berlin", now, 0, HOUR)
    assert [date(2026, 11, 18)] == slot_days("Europe/Berlin", now, HOUR, HOUR)
    assert [] == slot_days("Europe/Berlin", now, 2 * DAY_MS, HOUR)
    assert 732 == len(slot_days("Europe/Berlin", now, 0, 3_000 * DAY_MS))
