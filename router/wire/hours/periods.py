"""
Days and periods as people write them: `mon-fri`, `sat`, `daily`; `08:00-12:00, 13:00-18:00`, `22:00-06:00`, `closed`.

A period is (opens, closes) in minutes of the day on which it begins; one that ends past midnight closes beyond 1,440.
Nothing here knows dates, zones or instants.
"""

import re
from itertools import pairwise
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

Period = tuple[int, int]

DAY_MIN: Final = 24 * 60
MOST_PERIODS: Final = 12
"""In one day."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of `date.weekday()`."""

_LONGEST: Final = 40 * MOST_PERIODS
_CLOCK: Final = r"(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)"
_PERIOD: Final = re.compile(rf"({_CLOCK})\s*[-–]\s*({_CLOCK})")
_EXAMPLE: Final = "write it like '08:00-18:00'"


def parse_periods(value: object) -> tuple[Period, ...]:
    """
    The periods of a day, in order: `08:00-12:00, 13:00-18:00`; none for `closed`.

    Raises ValueError for anything else, and for periods that are empty or overlap: both are slips of the pen.
    """
    if not isinstance(value, str):
        raise ValueError(f"periods are text like '08:00-18:00' or 'closed', not {str(value)[:40]}")
    text = value.strip()
    if text == "closed":
        return ()
    if not text:
        raise ValueError("a day without a word; write its periods like '08:00-18:00', or 'closed'")
    parts = text.split(",", MOST_PERIODS)
    if len(text) > _LONGEST or len(parts) > MOST_PERIODS:
        raise ValueError(f"more than {MOST_PERIODS} periods in a day")
    periods = sorted(_parse_period(part.strip()) for part in parts)
    for (opens, closes), (next_opens, next_closes) in pairwise(periods):
        if next_opens < closes:
            one, other = _written((opens, closes)), _written((next_opens, next_closes))
            raise ValueError(f"'{one}' and '{other}' overlap; write them as one, or correct the times")
    return tuple(periods)


def format_periods(periods: tuple[Period, ...]) -> str:
    """The text of periods: `08:00-12:00, 13:00-18:00`, or `closed`."""
    return ", ".join(_written(period) for period in periods) or "closed"


def parse_days(text: str) -> tuple[int, ...]:
    """
    Weekdays from 0 (Monday) to 6 of `sat`, `mon-fri`, `fri-mon`, `tue, thu` or `daily`, in order.

    Raises ValueError, which tells what there is, for anything else.
    """
    if text == "daily":
        return tuple(range(7))
    days: list[int] = []
    for part in text[:200].split(","):
        first, dash, last = part.strip().partition("-")
        begin = _weekday(first.strip())
        end = _weekday(last.strip()) if dash else begin
        days.extend((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return tuple(sorted(days))


Periods = Annotated[
    tuple[Period, ...],
    BeforeValidator(parse_periods),
    PlainSerializer(format_periods, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(closed|\d\d:\d\d-\d\d:\d\d(, ?\d\d:\d\d-\d\d:\d\d)*)$",
            "examples": ["08:00-18:00", "08:00-12:00, 13:00-18:00", "22:00-06:00", "closed"],
        }
    ),
]
"""The periods of one day; one that closes before it opens ends on the next day."""


def _parse_period(text: str) -> Period:
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text[:40]}' is not a period; {_EXAMPLE}")
    opens, closes = _minutes(match[1]), _minutes(match[2])
    if opens == DAY_MIN:
        raise ValueError(f"'{text}' begins when the day is over; {_EXAMPLE}")
    if opens == closes:
        raise ValueError(f"'{text}' is empty; a whole day is '00:00-24:00'")
    return opens, closes if closes > opens else closes + DAY_MIN


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _written(period: Period) -> str:
    opens, closes = period
    closes = closes if closes <= DAY_MIN else closes - DAY_MIN
    return f"{opens // 60:02d}:{opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}"


def _weekday(word: str) -> int:
    if word not in WEEKDAYS:
        raise ValueError(
            f"'{word[:40]}' is not a day; write {', '.join(WEEKDAYS)}, a stretch like 'mon-fri', or 'daily'"
        )
    return WEEKDAYS.index(word)
