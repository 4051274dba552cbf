"""Nobody is woken: the zones of a number, and when it may not be dialled."""

import pytest
from phonenumbers.tzdata import TIMEZONE_DATA

from router.core.hours import is_open, next_close
from router.wire.hours.quiet import number_zones, quiet_intervals
from router.wire.hours.zones import wall_time, zone_of
from tests.wire.hours.wall import DAY_MS, MINUTE_MS, ms, shown

DESK = "Europe/Prague"


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+4930901820", ("Europe/Berlin",)),
        ("+12125550123", ("America/New_York",)),
        ("+390612345678", ("Europe/Rome",)),
        ("+34612345678", ("Atlantic/Canary", "Europe/Madrid")),
        ("+80012345678", (DESK,)),
        ("+88212345678", (DESK,)),
        ("+999123456", (DESK,)),
        ("nonsense", (DESK,)),
        ("", (DESK,)),
    ],
)
def test_the_zones_of_a_number(number: str, zones: tuple[str, ...]) -> None:
    """As exactly as the number tells it; the desk's own for one that tells nothing."""
    assert zones == number_zones(number, DESK)


def test_every_zone_of_the_tables_exists() -> None:
    """The tables of numbers and the tables of zones agree; otherwise the desk's zone would stand in."""
    named = sorted({zone for zones in TIMEZONE_DATA.values() for zone in zones})

    assert len(named) > 200
    assert [] == [zone for zone in named if zone_of(zone).key != zone]


def test_a_mobile_may_be_anywhere_in_its_country() -> None:
    """From Perth to Lord Howe."""
    zones = number_zones("+61412345678", DESK)

    assert {"Australia/Perth", "Australia/Sydney", "Australia/Lord_Howe"} < set(zones)


def nights(zones: tuple[str, ...], first: str, last: str, zone: str) -> list[tuple[str, str]]:
    """The quiet hours between two wall times, as the wall shows them."""
    found = quiet_intervals(zones, ms(first, zone), ms(last, zone))
    return [(shown(begins, zone)[5:], shown(ends, zone)[5:]) for begins, ends in found]


def test_quiet_from_nine_to_eight() -> None:
    """The night before belongs to it, and so does the one that has begun when the time is over."""
    assert [
        ("11-17 00:00 +0100", "11-17 08:00 +0100"),
        ("11-17 21:00 +0100", "11-18 08:00 +0100"),
        ("11-18 21:00 +0100", "11-19 00:00 +0100"),
    ] == nights(("Europe/Berlin",), "2026-11-17 00:00", "2026-11-19 00:00", "Europe/Berlin")


def test_a_night_is_as_long_as_its_clock_says() -> None:
    """On the days on which the clock is set, quiet ends at eight by the clock that hangs there then."""
    assert [("03-28 21:00 +0100", "03-29 08:00 +0200")] == nights(
        ("Europe/Berlin",), "2026-03-28 12:00", "2026-03-29 12:00", "Europe/Berlin"
    )
    assert [("04-04 21:00 +1100", "04-05 08:00 +1030")] == nights(
        ("Australia/Lord_Howe",), "2026-04-04 12:00", "2026-04-05 12:00", "Australia/Lord_Howe"
    )


def test_the_careful_zone_wins() -> None:
    """A number with two zones may ring only when it is day in both: an hour less each evening in the islands."""
    assert [("11-17 20:00 +0000", "11-18 08:00 +0000")] == nights(
        ("Atlantic/Canary", "Europe/Madrid"), "2026-11-17 12:00", "2026-11-18 12:00", "Atlantic/Canary"
    )


@pytest.mark.parametrize("number", ["+18005550123", "+79161234567", "+61412345678", "+525512345678", "+4930901820"])
@pytest.mark.parametrize("day", ["2026-01-15", "2026-03-29", "2026-11-01"])
def test_it_rings_only_by_day_in_every_zone(number: str, day: str) -> None:
    """Every minute of two days, zone by zone; and every number can be reached at some time of each day."""
    zones, start = number_zones(number, DESK), ms(f"{day} 00:00")

    quiet = quiet_intervals(zones, start, start + 2 * DAY_MS)

    minutes = range(start, start + 2 * DAY_MS, 15 * MINUTE_MS)
    by_day = [at for at in minutes if all(8 <= wall_time(zone_of(zone), at).hour < 21 for zone in zones)]
    assert by_day == [at for at in minutes if not is_open(quiet, at)]
    assert any(at < start + DAY_MS for at in by_day)


def test_other_quiet_hours() -> None:
    """As the policy says, also within one day; none when both ends are the same."""
    start = ms("2026-11-17 00:00")

    assert () == quiet_intervals(("UTC",), start, start + DAY_MS, 480, 480)
    assert ((start + 720 * MINUTE_MS, start + 840 * MINUTE_MS),) == quiet_intervals(
        ("UTC",), start, start + DAY_MS, 720, 840
    )


def test_when_it_may_ring() -> None:
    """The first instant from now on that is not quiet."""
    start = ms("2026-11-17 03:12", "Europe/Berlin")
    quiet = quiet_intervals(number_zones("+4930901820", DESK), start, start + 7 * DAY_MS)

    assert ms("2026-11-17 08:00", "Europe/Berlin") == next_close(quiet, start)


def test_a_stretch_that_cannot_be_meant() -> None:
    """Not up to the year 9999, for forty zones of a toll-free number."""
    with pytest.raises(ValueError, match="between 1970 and 2099"):
        quiet_intervals(("UTC",), 0, ms("9999-12-31 00:00"))
