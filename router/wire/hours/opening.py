"""
What a person is told about an instant: the time on a wall, and whose wall it is.

Neutral between languages: the words round it ("German again from ...") and the names of days belong to the screens.
"""

from dataclasses import dataclass

from router.core.hours import Intervals, is_open, next_open
from router.wire.hours.zones import wall_time, zone_of


@dataclass(frozen=True, slots=True)
class LocalTime:
    """An instant as it is read in a zone."""

    at_ms: int
    time_zone: str
    day: str
    """`2026-11-17`."""
    weekday: int
    """1 (Monday) to 7."""
    clock: str
    """`08:00`, by 24 hours."""
    zone_text: str
    """`CET`, or `UTC-03:00` in zones that have no letters."""
    days_ahead: int
    """How many dates after today's, in the same zone: 0 is today, 1 is tomorrow."""


def local_time(at_ms: int, time_zone: str, now_ms: int) -> LocalTime:
    """An instant (epoch ms) as it is read in an IANA zone. Raises ValueError for an unknown zone."""
    zone = zone_of(time_zone)
    wall, today = wall_time(zone, at_ms), wall_time(zone, now_ms).date()
    letters, offset = wall.tzname() or "", wall.strftime("%z")
    return LocalTime(
        at_ms=at_ms,
        time_zone=time_zone,
        day=wall.date().isoformat(),
        weekday=wall.isoweekday(),
        clock=wall.strftime("%H:%M"),
        zone_text=letters if letters.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}",
        days_ahead=(wall.date() - today).days,
    )


def next_opening(intervals: Intervals, time_zone: str, now_ms: int) -> LocalTime | None:
    """When it opens again, as it is read in a zone; None when it is open now, or when no opening is known."""
    opens = None if is_open(intervals, now_ms) else next_open(intervals, now_ms)
    return None if opens is None else local_time(opens, time_zone, now_ms)
