"""
The compiler: calendars on one side, instants on the other.

A period covers every moment at which the wall clock shows a time within it, and whatever lies between the first and
the last of these moments. So it opens and closes once, by the wall clock, also on the days on which that clock is set.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from router.core.hours import FOREVER, Hours, Interval, Intervals, LanguageHours, LineHours, clipped, merged
from router.core.ids import LineKey
from router.wire.hours.document import ALWAYS, Calendar, HoursDocument, check_hours
from router.wire.hours.periods import Period, parse_days
from router.wire.hours.public_holidays import holiday_dates
from router.wire.hours.zones import check_stretch, first_reached_ms, last_before_ms, local_day, zone_of


def compile_hours(
    document: HoursDocument, lines: Sequence[LineKey], languages: Sequence[str], from_ms: int, horizon_ms: int
) -> Hours:
    """
    Every calendar of the document as instants from `from_ms` up to `horizon_ms` (epoch milliseconds).

    Equal calendars are compiled once. Raises ValueError when the document names a line or language that is not among
    those given, and for a stretch of time that is empty, longer than ten years, or outside 1970 to 2099.
    """
    check_hours(document, lines, languages)
    check_stretch(from_ms, horizon_ms)
    book = _Book(document.time_zone, from_ms, horizon_ms)
    work = document.work
    chat, phone = book.number_of(document.contact.chat), book.number_of(document.contact.phone)
    line_hours = [LineHours(line, chat, phone) for line in lines]
    for index, line in enumerate(lines):
        if (own := document.lines.get(line)) is not None:
            own_chat = book.number_of(own.chat) if own.chat is not None else chat
            own_phone = book.number_of(own.phone) if own.phone is not None else phone
            line_hours[index] = LineHours(line, own_chat, own_phone)
    return Hours(
        source=_source(document, lines, languages),
        from_ms=from_ms,
        horizon_ms=horizon_ms,
        lines=tuple(line_hours),
        languages=tuple(
            LanguageHours(language, book.number_of(document.languages.get(language, ALWAYS))) for language in languages
        ),
        work=(book.number_of(work.p1), book.number_of(work.p2), book.number_of(work.p3), book.number_of(work.p4)),
        calendars=tuple(book.compiled),
    )


def extend_hours(
    document: HoursDocument, lines: Sequence[LineKey], languages: Sequence[str], known: Hours, horizon_ms: int
) -> Hours:
    """
    Only what comes after the horizon of `known`, up to a later one; `router.core.hours.extended` joins the two.

    Raises ValueError as `compile_hours` does, and when `known` was made from another document.
    """
    part = compile_hours(document, lines, languages, known.horizon_ms, horizon_ms)
    if part.source != known.source:
        raise ValueError("these hours were made from another document; compile them anew")
    return part


def compile_calendar(calendar: Calendar, desk_zone: str, from_ms: int, horizon_ms: int) -> Intervals:
    """When one calendar is open, between two instants; `desk_zone` is for a calendar that names no zone itself."""
    check_stretch(from_ms, horizon_ms)
    if calendar.never_closes():
        return ((from_ms, FOREVER),)
    zone = zone_of(calendar.time_zone or desk_zone)
    return clipped(merged(_openings(calendar, zone, from_ms, horizon_ms)), from_ms, horizon_ms)


def period_instants(zone: ZoneInfo, day: date, period: Period) -> Interval:
    """When the period that begins on this day opens and closes; not before it opens when the clock leaves it out."""
    midnight = datetime.combine(day, time())
    opens, closes = (midnight + timedelta(minutes=minutes) for minutes in period)
    return first_reached_ms(zone, opens), last_before_ms(zone, closes)


def days_between(zone: ZoneInfo, from_ms: int, to_ms: int) -> Iterator[date]:
    """Every day on which a period may begin that is open between two instants."""
    # A period lasts into the next day at most, but a day may have been left out between the two (Apia, 2011); and a
    # clock may be set back across midnight after the next day has begun (St. John's, 2010).
    day = local_day(zone, from_ms) - timedelta(days=2)
    last = local_day(zone, to_ms) + timedelta(days=1)
    while day <= last:
        yield day
        day += timedelta(days=1)


class _Book:
    """The calendars that were compiled so far, each once, in the order in which they were met."""

    def __init__(self, desk_zone: str, from_ms: int, horizon_ms: int) -> None:
        self.compiled: list[Intervals] = []
        self._stretch = (desk_zone, from_ms, horizon_ms)
        self._numbers: dict[str, int] = {}

    def number_of(self, calendar: Calendar) -> int:
        text = calendar.model_dump_json()
        if text not in self._numbers:
            self._numbers[text] = len(self.compiled)
            self.compiled.append(compile_calendar(calendar, *self._stretch))
        return self._numbers[text]


def _openings(calendar: Calendar, zone: ZoneInfo, from_ms: int, horizon_ms: int) -> Iterator[Interval]:
    week: dict[int, Sequence[Period]] = {
        weekday: periods for text, periods in calendar.days.items() for weekday in parse_days(text)
    }
    days = list(days_between(zone, from_ms, horizon_ms))
    years = range(days[0].year, days[-1].year + 1)
    free = holiday_dates(calendar.holidays, years) if calendar.holidays is not None else frozenset()
    for day in days:
        exception = calendar.exceptions.get(day.isoformat())
        periods = exception if exception is not None else () if day in free else week.get(day.weekday(), ())
        for period in periods:
            yield period_instants(zone, day, period)


def _source(document: HoursDocument, lines: Sequence[LineKey], languages: Sequence[str]) -> str:
    # Without what is not said, so that a setting which a later version adds does not make the document another one.
    whole = "\n".join((document.model_dump_json(exclude_defaults=True), *lines, "", *languages))
    return sha256(whole.encode()).hexdigest()[:16]
