"""Instants written as a wall clock shows them, and the naive model: a clock that is read minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from router.core.hours import Interval, Intervals, merged
from router.wire.hours.compile import compile_calendar
from router.wire.hours.document import Calendar
from router.wire.hours.periods import Period

MINUTE_MS = 60_000
DAY_MS = 86_400_000


def ms(text: str, zone: str = "UTC", fold: int = 0) -> int:
    """The instant of `2026-03-29 03:00` on the wall of a zone; `fold=1` is the second of two."""
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return round(wall.timestamp()) * 1_000


def shown(instant: int, zone: str) -> str:
    """What the wall shows, with the offset: `2026-03-29 03:00 +0200`."""
    return datetime.fromtimestamp(instant // 1_000, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %z")


def opened(calendar: object, zone: str, first: str, last: str) -> list[tuple[str, str]]:
    """The intervals of a calendar from one wall time to another, as the wall shows them."""
    document = Calendar.model_validate(calendar)
    found = compile_calendar(document, zone, ms(first, zone), ms(last, zone))
    return [(shown(opens, zone), shown(closes, zone)) for opens, closes in found]


class MinuteClock:
    """The wall of one zone, read at every minute of some days; it knows nothing of offsets and folds."""

    def __init__(self, zone: str, from_ms: int, to_ms: int) -> None:
        self.by_date: dict[date, list[tuple[int, datetime]]] = {}
        """Each minute and what the wall shows then, by the date that it shows."""
        for at in range(from_ms, to_ms, MINUTE_MS):
            wall = datetime.fromtimestamp(at // 1_000, UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            self.by_date.setdefault(wall.date(), []).append((at, wall))

    def covered(self, day: date, period: Period) -> list[Interval]:
        """From the first to the last minute at which the wall shows a time within the period of this day."""
        opens, closes = (datetime.combine(day, time()) + timedelta(minutes=minutes) for minutes in period)
        minutes = [*self.by_date.get(day, []), *self.by_date.get(day + timedelta(days=1), [])]
        inside = [at for at, wall in minutes if opens <= wall < closes]
        return [(min(inside), max(inside) + MINUTE_MS)] if inside else []

    def opened(self, week: dict[int, list[Period]]) -> Intervals:
        """Everything that the periods of a week, by weekday, cover; also of a day that the wall leaves out."""
        days = {day for shown in self.by_date for day in (shown, shown - timedelta(days=1))}
        return merged(
            interval
            for day in sorted(days)
            for period in week.get(day.weekday(), [])
            for interval in self.covered(day, period)
        )


@cache
def minute_clock(zone: str, from_ms: int, to_ms: int) -> MinuteClock:
    """Reading a clock takes time, so each is read once."""
    return MinuteClock(zone, from_ms, to_ms)
