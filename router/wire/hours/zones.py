"""
Time zones: which there are, and between wall-clock times and instants in both directions.

A wall clock jumps. In spring it leaves times out, in autumn it shows some twice, and Apia once left out a day; what
that means for an opening and for a closing is decided here and nowhere else.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from router.wire.suggest import did_you_mean

EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - wall-clock times have no zone until one is put to them
_UTC_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MIN_MS: Final = 0
MAX_MS: Final = 4_102_444_800_000
"""The year 2100; calendars are made for the time between 1970 and then."""
MAX_SPAN_MS: Final = 3_660 * 86_400_000
"""Ten years: the most that is compiled at once."""


@cache
def zone_names() -> frozenset[str]:
    """Every IANA name, the same on every machine: the list that comes with the `tzdata` package."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


def check_zone(name: str) -> str:
    """The name itself; raises ValueError, with a suggestion, for what is no IANA time zone."""
    if name not in zone_names():
        hint = did_you_mean(name, sorted(zone_names())) or " Write an IANA name, like 'Europe/Berlin'."
        raise ValueError(f"there is no time zone '{name[:40]}'.{hint}")
    return name


ZoneName = Annotated[str, Field(max_length=64, examples=["Europe/Berlin"]), AfterValidator(check_zone)]
"""An IANA time zone."""


def check_stretch(from_ms: int, to_ms: int) -> None:
    """Raise ValueError for a stretch of time that is empty, longer than ten years, or outside 1970 to 2099."""
    if not MIN_MS <= from_ms < to_ms <= MAX_MS:
        raise ValueError(
            f"hours are known between 1970 and 2099, the later instant last, not from {from_ms} to {to_ms} ms"
        )
    if to_ms - from_ms > MAX_SPAN_MS:
        raise ValueError("hours are compiled for ten years at once; take a nearer horizon and extend it")


@cache
def zone_of(name: str) -> ZoneInfo:
    """The rules of a zone. Raises ValueError for a name that is not one."""
    return ZoneInfo(check_zone(name))


def wall_time(zone: ZoneInfo, at_ms: int) -> datetime:
    """What the clock on the wall shows at an instant; it carries its zone."""
    return (_UTC_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone)


def local_day(zone: ZoneInfo, at_ms: int) -> date:
    """The date on the wall at an instant."""
    return wall_time(zone, at_ms).date()


def first_reached_ms(zone: ZoneInfo, wall: datetime) -> int:
    """
    The first instant at which the clock shows `wall` (a time without zone) or anything later: when to open.

    Of a time that is shown twice it is the first; of one that is left out it is the jump.
    """
    early, late = occurrences_ms(zone, wall)
    return _jump_ms(zone, late, early) if early > late else early


def last_before_ms(zone: ZoneInfo, wall: datetime) -> int:
    """
    The end of the last stretch in which the clock shows anything earlier than `wall`: when to close.

    Of a time that is shown twice it is the second, but for the very beginning of the hour that comes twice: nothing
    before that time is shown again.
    """
    early, late = occurrences_ms(zone, wall)
    if early > late:
        return _jump_ms(zone, late, early)
    if early < late and wall_time(zone, late - 1).utcoffset() != wall_time(zone, late).utcoffset():
        return early
    return late


def occurrences_ms(zone: ZoneInfo, wall: datetime) -> tuple[int, int]:
    """
    Both readings of a wall-clock time: by the offset before a change of the clock, and by the one after it.

    Equal for most; in order when it is shown twice; in reverse order, with the jump between them, when it is left out.
    """
    shown = (wall - EPOCH) // timedelta(milliseconds=1)
    before, after = (_offset_ms(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    return shown - before, shown - after


def _offset_ms(wall: datetime) -> int:
    offset = wall.utcoffset()
    assert offset is not None
    return offset // timedelta(milliseconds=1)


def _jump_ms(zone: ZoneInfo, before: int, after: int) -> int:
    """The instant at which the clock changes between two: found by halving, since no zone tells."""
    changed = wall_time(zone, after).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if wall_time(zone, middle).utcoffset() == changed:
            after = middle
        else:
            before = middle
    return after
