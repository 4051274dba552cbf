"""
One long run in place of many days: where the warm-up ends, and batches in place of replications.

MSER-5 cuts off as much of the beginning as makes the standard error of the mean of the rest smallest, on means of five
observations each (K. P. White, "An effective truncation heuristic for bias reduction in simulation output",
*Simulation* 69 (1997); K. P. White, M. J. Cobb and S. C. Spratt, "A comparison of five steady-state truncation
heuristics", WSC 2000). Cuts beyond the middle are not looked at, where few observations look alike by chance; a best
cut *at* the middle says that the run is too short, or has no steady state.

Batch means treat long, adjacent stretches as if they were independent (B. Schmeiser, "Batch size effects in the
analysis of simulation output", Operations Research 30 (1982): 10 to 30 batches are enough). Whether the batches are
long enough is tested by von Neumann's ratio (G. S. Fishman, "Grouping observations in digital simulation", Management
Science 24 (1978)).
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.statistics.moments import Floats

BATCHES = 20
_FIVE = 5
_FEWEST = 2 * _FIVE


class TooShort(ValueError):
    """The run has no steady state that one could see: it is too short, or it has none."""


def mser5(series: Floats) -> int:
    """
    How many observations at the beginning belong to the warm-up, a multiple of five.

    `series` has one number per equal stretch of time, in order. Raises `TooShort` for fewer than ten observations, and
    where the best cut is the latest one that is looked at, in the middle of the run.
    """
    if len(series) < _FEWEST:
        raise TooShort(f"{len(series)} observations are too few to find a warm-up; give at least {_FEWEST}")
    count = len(series) // _FIVE
    means = np.asarray(series[: count * _FIVE], dtype=np.float64).reshape(count, _FIVE).mean(axis=1)
    left = np.arange(count, 0, -1)
    # Sums of what is left after each cut; centred first, so that the squares do not cancel.
    centred = means - means.mean()
    total = np.cumsum(centred[::-1])[::-1]
    squares = np.cumsum((centred**2)[::-1])[::-1]
    errors = (squares - total**2 / left) / left**2
    latest = count // 2
    cut = int(np.argmin(errors[: latest + 1]))
    if cut == latest:
        raise TooShort("half of the run would be warm-up: run it for longer, or the line has no steady state")
    return cut * _FIVE


def batch_edges(first: int, length: int, batches: int = BATCHES) -> list[tuple[int, int]]:
    """[begin, end) of equally long batches of the observations from `first` on; what is over is cut off in front."""
    size = (length - first) // batches
    if size < 1:
        raise TooShort(f"{length - first} observations are too few for {batches} batches")
    begin = length - size * batches
    return [(begin + i * size, begin + (i + 1) * size) for i in range(batches)]


@dataclass(frozen=True, slots=True)
class Independence:
    """
    Von Neumann's test of the means of batches: `z` is standard normal when the batches are independent, positive when
    neighbours are alike.
    """

    z: float

    @property
    def held(self) -> bool:
        """Whether independence is not rejected, one-sided at 5 %."""
        return self.z <= 1.645


def independence(means: Floats) -> Independence:
    """
    Test of the batches' means, at least three: C = 1 - sum (x_i - x_i+1)^2 / (2 sum (x_i - mean)^2), whose variance is
    (b - 2) / (b^2 - 1). All equal means are independent.
    """
    b = len(means)
    if b < 3:
        raise TooShort(f"{b} batches are too few to test; give at least 3")
    spread = float(((means - means.mean()) ** 2).sum())
    if not spread:
        return Independence(0.0)
    c = 1.0 - float((np.diff(means) ** 2).sum()) / (2.0 * spread)
    return Independence(c / math.sqrt((b - 2) / (b**2 - 1)))
