"""
How many replications: until the intervals are narrow enough, or until a difference would tell.

The rule is sequential (Y. S. Chow and H. Robbins, 1965): after at least 30 replications, stop as soon as every chosen
measure has a half-width of at most g / (1 + g) of its mean, where g is the relative precision asked for; the
correction makes the error relative to the true value at most g (A. M. Law, *Simulation Modeling and Analysis*, 9.4.1).
Looking after every replication would stop early by luck more often than the interval says, so one looks at 30, and then
each time that a tenth has been added.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.statistics.estimate import Estimate, student
from sim.statistics.ratios import Difference

FIRST_LOOK = 30
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Precision:
    """
    Stop at a relative precision of the named measures. Raises ValueError for what cannot be meant.

    `relative` is 0.02 for two per cent of the mean; `at_most` caps the replications, whatever the precision then is.
    """

    relative: float
    measures: tuple[str, ...] = ("sl_offered",)
    at_least: int = FIRST_LOOK
    at_most: int = 1_000

    def __post_init__(self) -> None:
        if not 0 < self.relative < 1:
            raise ValueError(f"the relative precision must be between 0 and 1, like 0.02, not {self.relative}")
        if not self.measures:
            raise ValueError("name at least one measure whose precision is meant")
        if self.at_least < FIRST_LOOK:
            raise ValueError(f"at least {FIRST_LOOK} replications are needed before an interval can be trusted")
        if not self.at_least <= self.at_most <= MOST:
            raise ValueError(f"at most {self.at_least} to {MOST:,} replications are possible, not {self.at_most}")

    def looks_at(self, runs: int) -> bool:
        """Whether the rule is asked after so many replications."""
        look = self.at_least
        while look < runs:
            look = math.ceil(look * 1.1)
        return look == runs

    def reached(self, estimates: Sequence[Estimate]) -> bool:
        """Whether every estimate is precise enough; a mean of exactly 0 with no spread is, an unobserved one is not."""
        allowed = self.relative / (1 + self.relative)
        for one in estimates:
            if one.mean is None or one.half_width is None or one.half_width > allowed * abs(one.mean):
                return False
        return True


_POWER = 0.8416
"""The standard normal's quantile of 80 %: a difference of the observed size is then told four times in five."""


def runs_to_tell(difference: Difference, runs: int) -> int | None:
    """
    How many paired replications would tell a difference of the size that was seen, four times in five.

    n = ((1.96 + 0.84) s / d)^2 with s the standard deviation of one pair's difference. None where nothing was seen, or
    no difference at all.
    """
    centre, half = difference.estimate.mean, difference.estimate.half_width
    if not centre or half is None or runs < 2:
        return None
    deviation = half / student(runs - 1) * math.sqrt(runs)
    return max(math.ceil(((student(math.inf) + _POWER) * deviation / centre) ** 2), 2)
