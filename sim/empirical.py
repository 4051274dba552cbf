"""A law as it was seen: classes of durations, each with its share, all equally likely within a class."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.laws import Floats


@dataclass(frozen=True, slots=True)
class Empirical:
    """`tops[i]` is the share of classes up to i, the last one 1; class i lasts from `lows[i]` to `highs[i]` ms."""

    tops: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]

    @classmethod
    def of(cls, classes: Sequence[tuple[float, float, float]]) -> "Empirical":
        """From (weight, shortest, longest) of each class; weights need not add up to 1, but must not all be 0."""
        kept = [one for one in classes if one[0] > 0]
        weights = np.cumsum([weight for weight, _, _ in kept])
        tops = (weights / weights[-1]).tolist()
        return cls(tuple(tops), tuple(low for _, low, _ in kept), tuple(high for _, _, high in kept))

    def at(self, uniform: float) -> float:
        """The duration of a uniform in (0, 1], ms: the inverse of the distribution."""
        place = bisect_left(self.tops, uniform)
        below = self.tops[place - 1] if place else 0.0
        low, high = self.lows[place], self.highs[place]
        return low + (high - low) * ((uniform - below) / (self.tops[place] - below))

    def all_at(self, uniforms: Floats) -> Floats:
        """The same of many."""
        tops, lows, highs = (np.array(one) for one in (self.tops, self.lows, self.highs))
        places = np.searchsorted(tops, uniforms, side="left")
        below = np.concatenate(([0.0], tops))[places]
        found: Floats = lows[places] + (highs - lows)[places] * ((uniforms - below) / (tops[places] - below))
        return found

    @property
    def mean_ms(self) -> float:
        """Of all classes."""
        shares = np.diff(np.concatenate(([0.0], self.tops)))
        return float(shares @ (np.array(self.lows) + np.array(self.highs)) / 2)

    def faster(self, factor: float) -> "Empirical":
        """The same thing going `factor` times as fast."""
        return Empirical(self.tops, tuple(one / factor for one in self.lows), tuple(one / factor for one in self.highs))
