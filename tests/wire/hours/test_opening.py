"""What a person is told: a time, and whose it is."""

import pytest

from router.core.hours import FOREVER
from router.wire.hours.compile import compile_calendar
from router.wire.hours.document import Calendar
from router.wire.hours.opening import LocalTime, local_time, next_opening
from tests.wire.hours.wall import DAY_MS, ms

GERMAN = Calendar.model_validate({"days": {"mon-fri": "08:00-18:00"}, "time_zone": "Europe/Berlin"})


def read(time: LocalTime) -> str:
    """`08:00 CET` for today, with the date for any other day."""
    text = f"{time.clock} {time.zone_text}"
    return text if time.days_ahead == 0 else f"{time.day} {text}"


@pytest.mark.parametrize(
    ("now", "zone", "text"),
    [
        ("2026-11-17 06:12", "Europe/Berlin", "08:00 CET"),
        ("2026-07-14 06:12", "Europe/Berlin", "08:00 CEST"),
        ("2026-11-17 18:00", "Europe/Berlin", "2026-11-18 08:00 CET"),
        ("2026-11-20 18:00", "Europe/Berlin", "2026-11-23 08:00 CET"),
        ("2026-11-17 06:12", "America/New_York", "02:00 EST"),
        ("2026-11-17 06:12", "America/Sao_Paulo", "04:00 UTC-03:00"),
        ("2026-11-17 06:12", "Asia/Kathmandu", "12:45 UTC+05:45"),
        ("2026-11-17 18:30", "Pacific/Auckland", "20:00 NZDT"),
        ("2026-11-17 18:30", "Pacific/Honolulu", "21:00 HST"),
        ("2026-11-17 06:12", "UTC", "07:00 UTC"),
    ],
)
def test_when_it_opens_again(now: str, zone: str, text: str) -> None:
    """By the reader's clock, with the letters of its zone; with the date when it is not today there."""
    now_ms = ms(now, "Europe/Berlin")
    found = next_opening(compile_calendar(GERMAN, "UTC", now_ms, now_ms + 7 * DAY_MS), zone, now_ms)

    assert found is not None
    assert text == read(found)


def test_a_screen_gets_the_parts_too() -> None:
    """Enough to write "tomorrow" or "Wednesday" in any language, and to count down."""
    now, opens = ms("2026-11-17 18:30", "Europe/Berlin"), ms("2026-11-18 08:00", "Europe/Berlin")

    assert LocalTime(
        at_ms=opens,
        time_zone="Europe/Berlin",
        day="2026-11-18",
        weekday=3,
        clock="08:00",
        zone_text="CET",
        days_ahead=1,
    ) == local_time(opens, "Europe/Berlin", now)


def test_two_times_that_look_alike_are_told_apart() -> None:
    """In the hour that comes twice the letters differ."""
    texts = [
        read(local_time(ms("2026-10-25 02:30", "Europe/Berlin", fold), "Europe/Berlin", ms("2026-10-25 00:00")))
        for fold in (0, 1)
    ]

    assert ["02:30 CEST", "02:30 CET"] == texts


@pytest.mark.parametrize(("intervals", "at"), [(((0, 10),), 5), (((0, FOREVER),), 5), ((), 5), (((0, 5),), 5)])
def test_nothing_is_told_when_it_is_open_or_nobody_knows(intervals: tuple[tuple[int, int], ...], at: int) -> None:
    """No time is made up."""
    assert next_opening(intervals, "UTC", at) is None


def test_an_unknown_zone_is_refused() -> None:
    """A visitor's browser may name anything."""
    with pytest.raises(ValueError, match="there is no time zone"):
        local_time(0, "../../etc/passwd", 0)
