"""Between walls and instants: where the clock jumps, and which zones there are."""

from datetime import date, datetime

import pytest

from router.wire.hours.zones import check_zone, first_reached_ms, last_before_ms, local_day, zone_names, zone_of
from tests.wire.hours.wall import ms, shown


@pytest.mark.parametrize(
    ("zone", "wall", "opens", "closes"),
    [
        # An ordinary day.
        ("Europe/Berlin", "2026-11-17 08:00", "08:00 +0100", "08:00 +0100"),
        # Left out: the jump.
        ("Europe/Berlin", "2026-03-29 02:00", "03:00 +0200", "03:00 +0200"),
        ("Europe/Berlin", "2026-03-29 02:30", "03:00 +0200", "03:00 +0200"),
        ("Europe/Berlin", "2026-03-29 03:00", "03:00 +0200", "03:00 +0200"),
        ("America/New_York", "2026-03-08 02:30", "03:00 -0400", "03:00 -0400"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "02:30 +1100", "02:30 +1100"),
        # Shown twice: open at the first, close at the second.
        ("Europe/Berlin", "2026-10-25 02:30", "02:30 +0200", "02:30 +0100"),
        ("America/New_York", "2026-11-01 01:30", "01:30 -0400", "01:30 -0500"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "01:45 +1100", "01:45 +1030"),
        ("America/St_Johns", "2010-11-07 00:00", "00:00 -0230", "00:00 -0330"),
        # The beginning of what is shown twice: nothing before it comes again.
        ("Europe/Berlin", "2026-10-25 02:00", "02:00 +0200", "02:00 +0200"),
        ("Australia/Lord_Howe", "2026-04-05 01:30", "01:30 +1100", "01:30 +1100"),
        # The end of it is shown once.
        ("Europe/Berlin", "2026-10-25 03:00", "03:00 +0100", "03:00 +0100"),
    ],
)
def test_a_time_on_the_wall(zone: str, wall: str, opens: str, closes: str) -> None:
    """Opening is when the clock has reached a time, closing is when no earlier time will be shown any more."""
    time = datetime.fromisoformat(wall)

    assert opens == shown(first_reached_ms(zone_of(zone), time), zone)[11:]
    assert closes == shown(last_before_ms(zone_of(zone), time), zone)[11:]


def test_a_day_that_never_was() -> None:
    """Apia went from 29 to 31 December 2011: every time of the 30th is the midnight between."""
    zone, jump = zone_of("Pacific/Apia"), ms("2011-12-31 00:00", "Pacific/Apia")

    for clock in ("00:00", "08:00", "23:59"):
        wall = datetime.fromisoformat(f"2011-12-30 {clock}")
        assert (jump, jump) == (first_reached_ms(zone, wall), last_before_ms(zone, wall))
    assert date(2011, 12, 29) == local_day(zone, jump - 1)
    assert date(2011, 12, 31) == local_day(zone, jump)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Berln", "Did you mean 'Europe/Berlin'?"),
        ("europe/berlin", "Did you mean 'Europe/Berlin'?"),
        ("Berlin", "Did you mean 'Europe/Berlin'?"),
        ("../../etc/passwd", "Write an IANA name, like 'Europe/Berlin'."),
        ("localtime", "there is no time zone 'localtime'"),
        ("Europe", "there is no time zone 'Europe'"),
        ("", "Write an IANA name"),
        pytest.param("Europe/Berlin\0", "Did you mean 'Europe/Berlin'?", id="NUL"),
        pytest.param("x" * 1_000_000, "there is no time zone 'xxxx", id="a million letters"),
    ],
)
def test_a_zone_that_does_not_exist(name: str, hint: str) -> None:
    """No path, no machine's own setting, nothing but IANA names; a slip of the pen is told."""
    with pytest.raises(ValueError, match="there is no time zone") as error:
        check_zone(name)

    assert hint in str(error.value)
    assert len(str(error.value)) < 200


def test_every_zone_can_be_loaded() -> None:
    """The list of names and the rules behind it agree, also on a machine that has none of its own."""
    assert [] == [name for name in sorted(zone_names()) if zone_of(name).key != name]
