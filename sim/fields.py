"""What a scenario's fields are made of: times of day, dates, rates, counts, shares. Forms only, no model."""

import re
from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")


def parse_clock_ms(value: object) -> int:
    """Milliseconds after midnight of `07:30`, up to `24:00`. Raises ValueError for anything else."""
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    minutes = int(match[1]) * 60 + int(match[2]) if match else 9_999
    if minutes > 24 * 60:
        raise ValueError(f"{value!r} is not a time of day; write hours and minutes, like '07:30'")
    return minutes * 60_000


def format_clock(milliseconds: int) -> str:
    """`07:30` for milliseconds after midnight."""
    return f"{milliseconds // 3_600_000:02d}:{milliseconds // 60_000 % 60:02d}"


def parse_date(value: object) -> date:
    """The day of `2026-11-17`. Raises ValueError for anything else."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError(f"{value!r} is not a date; write year, month and day, like '2026-11-17'") from None


CLOCK_PATTERN: Final = r"^([01]\d|2[0-4]):[0-5]\d$"

ClockMs = Annotated[
    int,
    BeforeValidator(parse_clock_ms),
    PlainSerializer(format_clock, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": CLOCK_PATTERN, "examples": ["07:30"]}),
]
"""A time of day on the scenario's own clock, held as milliseconds after midnight."""

Day = Annotated[date, BeforeValidator(parse_date)]
"""A day of the calendar, `2026-11-17`."""

Rate = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False, strict=True)]
Count = Annotated[int, Field(strict=True)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=True)]
Factor = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False, strict=True)]
RelativeError = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False, strict=True)]
"""A standard error as a share of the number: 0.05 is 5 %."""
