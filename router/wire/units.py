"""Durations as people write them: a number and a unit. Held as integer milliseconds, rounded half to even."""

import re
from decimal import ROUND_HALF_EVEN, Decimal

_UNIT_MS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,9})?) ?(ms|s|min|h|d)")
MAX_DURATION_MS = 366 * 86_400_000
"""A year: longer is taken for a mistake."""


def parse_duration_ms(value: object) -> int:
    """
    Milliseconds of `20 s`, `1.5 min`, `250 ms`, `1 h`, `1 d`, or of 0.

    Raises ValueError for anything else: a bare number has no unit, and a guess would be wrong by a factor of 1,000.
    """
    if value == 0 and type(value) is int:
        return 0
    if not isinstance(value, str):
        raise ValueError(f"a duration needs a unit, like '20 s' or '5 min', not {value!r}")
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise ValueError(f"'{value[:40]}' is not a duration; write a number and ms, s, min, h or d, like '20 s'")
    milliseconds = int((Decimal(match[1]) * _UNIT_MS[match[2]]).to_integral_value(ROUND_HALF_EVEN))
    if milliseconds > MAX_DURATION_MS:
        raise ValueError(f"'{value[:40]}' is longer than a year")
    return milliseconds


def format_duration_ms(milliseconds: int) -> str:
    """The shortest exact way to write a duration: 90_000 is `90 s`, 120_000 is `2 min`."""
    for unit in ("h", "min", "s"):
        if milliseconds and milliseconds % _UNIT_MS[unit] == 0:
            return f"{milliseconds // _UNIT_MS[unit]} {unit}"
    return f"{milliseconds} ms"
