"""
What the ASC is promised who accepts a callback: between when and when somebody will dial.

The range is fixed at acceptance; later estimates do not move it. Punctuality is then the distance of the first dial
from it, and a dial that is too early breaks it as one that is too late does: so it reaches from P10 to P90.
"""

from typing import Final

from router.core.records import record

FORGIVEN_MS: Final = 300_000
"""A first dial so much before or after the range still keeps the promise."""


@record
class PromiseRules:
    """How a promise is rounded, in ms."""

    unit_ms: int = 300_000
    """Edges lie on the clock's multiples of this: people plan by five minutes, not by milliseconds."""
    least_ms: int = 900_000
    """No promise is narrower."""


def promise_range(now: int, early_ms: int, late_ms: int, rules: PromiseRules) -> tuple[int, int]:
    """
    From when to when (ms) the callback is promised, with P10 and P90 of the wait from `now`.

    Both edges are rounded up to the unit. A unit coarser than what is forgiven could make the lower edge too late; such
    a lower edge is rounded down, but never before `now`. Clock multiples hold in every time zone if the unit divides a
    quarter of an hour. ValueError when the range is upside down or the unit is not above 0.
    """
    if not 0 <= early_ms <= late_ms or rules.unit_ms <= 0:
        raise ValueError(f"a promise needs 0 <= early_ms <= late_ms and a unit, not {early_ms}, {late_ms}, {rules}")
    begin = _rounded_up(now + early_ms, rules.unit_ms)
    if begin > now + early_ms + FORGIVEN_MS:
        begin = max(begin - rules.unit_ms, now)
    end = max(now + late_ms, begin + rules.least_ms)
    return begin, _rounded_up(end, rules.unit_ms)


def _rounded_up(at: int, unit_ms: int) -> int:
    return -(-at // unit_ms) * unit_ms
