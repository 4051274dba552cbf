"""
Local hours: which moments of a run are nine o'clock for somebody, on the days when clocks change as well.

A run's own clock counts elapsed milliseconds from its start. A local hour that a change of clocks leaves out does not
come at all, and one that it repeats comes twice: whoever asks by the clock on the wall asks twice as often then.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from sim.demand.profile import WEEKDAYS, Profile
from sim.demand.steps import Steps

_DAY_MS = 86_400_000
_FAR = date(2000, 1, 3)
"""A Monday, for scenarios without a date: their days have no weekday and their clock never changes."""


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones; finding them walks through hundreds of files, so it is done once."""
    return frozenset(available_timezones())


class RunClock:
    """Between a run's own clock (ms from its start, uncompressed) and clocks on the wall."""

    def __init__(self, day: date | None, time_zone: str, starts_ms: int) -> None:
        self.day = day or _FAR
        self.zone = ZoneInfo(time_zone if day else "UTC")
        self.starts_ms = starts_ms
        self.began_ms = _instant(self.day, starts_ms, self.zone, 0)
        """When the run begins, in milliseconds since 1970."""

    def at(self, day: date, clock_ms: int, zone: ZoneInfo | None = None, fold: int = 0) -> float:
        """When a wall shows this time on this day. A time that a change of clocks leaves out comes right after it."""
        return _instant(day, clock_ms, zone or self.zone, fold) - self.began_ms

    def after(self, days: int, clock_ms: int) -> float:
        """When the desk's own wall shows this time, so many days after the first."""
        return self.at(self.day + timedelta(days=days), clock_ms)

    def local(self, at_ms: float, zone: ZoneInfo | None = None) -> datetime:
        """What a wall shows then."""
        return datetime.fromtimestamp((self.began_ms + at_ms) / 1000, zone or self.zone)

    def offset_ms(self, moment: datetime) -> float:
        """The run's time at a moment; one without an offset is on the desk's own wall."""
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=self.zone)
        return aware.astimezone(UTC).timestamp() * 1000 - self.began_ms

    def days(self, horizon_ms: int, zone: ZoneInfo | None = None) -> list[date]:
        """The days of which a run holds a part."""
        first = self.local(0, zone).date()
        last = self.local(max(horizon_ms - 1, 0), zone).date()
        return [first + timedelta(days=each) for each in range((last - first).days + 1)]

    def days_begin(self, horizon_ms: int) -> list[float]:
        """When each of the desk's own days begins, and when the last of them ends."""
        days = self.days(horizon_ms)
        return [self.at(day, 0) for day in [*days, days[-1] + timedelta(days=1)]]


@lru_cache(maxsize=16)
def clock_of(day: date | None, time_zone: str, starts_ms: int) -> RunClock:
    """The same clock for the same run, so that what was found on it need not be looked for again."""
    return RunClock(day, time_zone, starts_ms)


def rate_of(profile: Profile, clock: RunClock, horizon_ms: int, time_zone: str | None = None) -> Steps:
    """Contacts per hour over a run; `time_zone` is whose clock it goes by, instead of the profile's own."""
    name = time_zone or profile.time_zone
    zone = ZoneInfo(name) if name else clock.zone
    if profile.once and name is None:
        first = profile.starts - clock.starts_ms
        values = profile.per_hour or []
        found = Steps.of((float(first + i * profile.every) for i in range(len(values) + 1)), values)
    else:
        found = _by_the_wall(profile, clock, horizon_ms, zone)
    return (found.smooth(min(profile.every / 4, 300_000)) if profile.smooth else found).within(0.0, float(horizon_ms))


def _by_the_wall(profile: Profile, clock: RunClock, horizon_ms: int, zone: ZoneInfo) -> Steps:
    days = clock.days(horizon_ms, zone)
    # A smooth curve is drawn through what lies beside the run, too.
    days = [clock.day] if profile.once else [days[0] - timedelta(days=1), *days, days[-1] + timedelta(days=1)]
    edges: list[float] = []
    values: list[float] = []
    for day in days:
        rates = profile.by_weekday.get(WEEKDAYS[day.weekday()], [])
        pieces = _pieces(profile.starts, profile.every, len(rates), clock, day, zone)
        edges += [begin for begin, _, _ in pieces]
        values += [rates[index] if 0 <= index < len(rates) else 0.0 for _, _, index in pieces]
    # Days follow each other without a gap, so every piece ends where the next begins.
    return Steps.of([*edges, pieces[-1][1]], values)


@lru_cache(maxsize=4_096)
def _pieces(
    starts: int, every: int, count: int, clock: RunClock, day: date, zone: ZoneInfo
) -> list[tuple[float, float, int]]:
    """The day cut wherever an interval or the clock changes: (begin, end, which interval the wall shows then)."""
    begins = clock.at(day, 0, zone)
    length = max(-(-(starts + count * every) // _DAY_MS), 1)
    ends = clock.at(day + timedelta(days=length), 0, zone)
    found = {begins, ends}
    for i in range(count + 1):
        for fold in (0, 1):
            edge = clock.at(day, starts + i * every, zone, fold)
            if begins < edge < ends:
                found.add(edge)
    for begin, end in pairwise(sorted(found)):
        before, after = (clock.local(each, zone).utcoffset() for each in (begin, end - 1))
        if before != after:
            found.add(_change(clock, zone, begin, end))
    pieces = []
    for begin, end in pairwise(sorted(found)):
        shown = clock.local((begin + end) / 2, zone)
        clock_ms = (shown.date() - day).days * _DAY_MS + _since_midnight(shown)
        pieces.append((begin, end, (clock_ms - starts) // every))
    return pieces


def _change(clock: RunClock, zone: ZoneInfo, begin: float, end: float) -> float:
    """The moment at which the clock changes, found by halving; every change of today's clocks is at a full second."""
    before = clock.local(begin, zone).utcoffset()
    while end - begin > 1_000:
        middle = begin + (end - begin) // 2_000 * 1_000
        begin, end = (middle, end) if clock.local(middle, zone).utcoffset() == before else (begin, middle)
    return end


def _since_midnight(shown: datetime) -> int:
    return ((shown.hour * 60 + shown.minute) * 60 + shown.second) * 1000 + shown.microsecond // 1000


def _instant(day: date, clock_ms: int, zone: ZoneInfo, fold: int) -> float:
    """Milliseconds since 1970 when a wall in the zone shows this, exact to the millisecond."""
    days, clock = divmod(clock_ms, _DAY_MS)
    naive = datetime(day.year, day.month, day.day) + timedelta(days=days, milliseconds=clock)  # noqa: DTZ001  # zone below
    aware = naive.replace(tzinfo=zone, fold=fold)
    # Arithmetic on a fixed offset: what the wall shows within a gap of the clock is as long after it as it is late.
    offset = aware.utcoffset() or timedelta()
    return (naive - offset - datetime(1970, 1, 1)) / timedelta(milliseconds=1)  # noqa: DTZ001
