"""
A number with its interval. How it is got stands in the files beside this one; nothing here knows what was measured.
"""

import math
from dataclasses import dataclass

from scipy.special import stdtrit  # type: ignore[import-untyped]  # scipy ships no types

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A point and its 95 % interval. Nothing observed: all None; one run only: no interval."""

    mean: float | None
    low: float | None
    high: float | None

    @property
    def half_width(self) -> float | None:
        """Half of the interval; None where there is none."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


NOTHING = Estimate(None, None, None)


def student(freedom: float) -> float:
    """The t beyond which Student's distribution with these degrees of freedom has 2.5 % on either side."""
    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))


def around(centre: float, variance: float, freedom: float) -> Estimate:
    """
    The interval round a point whose own variance was estimated with so many degrees of freedom; none without any.

    It is symmetric, so for a share near 0 or 1 it is cut there by whoever prints it.
    """
    if freedom <= 0:
        return Estimate(centre, None, None)
    half = student(freedom) * math.sqrt(max(variance, 0.0))
    return Estimate(centre, centre - half, centre + half)
