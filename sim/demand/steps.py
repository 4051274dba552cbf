"""
Functions of time that are constant by pieces: what rates, factors and shapes are made of. Arithmetic only.

Times are milliseconds on the run's own clock before compression; a function is 0 outside its edges.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.laws import Floats

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Steps:
    """`values[i]` from `edges[i]` to `edges[i + 1]`; one more edge than values, never falling."""

    edges: Floats
    values: Floats

    @classmethod
    def of(cls, edges: Iterable[float], values: Iterable[float]) -> "Steps":
        """From any sequences."""
        return cls(np.array(list(edges), dtype=np.float64), np.array(list(values), dtype=np.float64))

    def at(self, times: Floats) -> Floats:
        """The values at these times; an edge belongs to the piece that it begins."""
        index = np.searchsorted(self.edges, times, side="right") - 1
        inside = (index >= 0) & (index < len(self.values))
        return np.where(inside, self.values[np.clip(index, 0, len(self.values) - 1)], 0.0)

    def times(self, other: "Steps") -> "Steps":
        """The product."""
        edges = np.union1d(self.edges, other.edges)
        middles = (edges[:-1] + edges[1:]) / 2
        return Steps(edges, self.at(middles) * other.at(middles))

    def within(self, begin: float, end: float) -> "Steps":
        """The same between two times; what lies outside becomes pieces of no length."""
        return Steps(np.clip(self.edges, begin, end), self.values)

    def integral(self) -> float:
        """Of values per hour: how many in all."""
        return float(np.diff(self.edges) @ self.values) / _HOUR_MS

    def smooth(self, piece_ms: float) -> "Steps":
        """
        A curve without steps that has the same integral over every piece, cut into pieces of about `piece_ms`.

        The integral is interpolated by monotone cubics (F. Fritsch and R. Carlson, "Monotone piecewise cubic
        interpolation", SIAM J. Numer. Anal. 17 (1980)), so the rate is never negative.
        """
        from scipy.interpolate import PchipInterpolator  # type: ignore[import-untyped]  # scipy ships no types

        edges, first = np.unique(self.edges, return_index=True)
        passed = np.concatenate(([0.0], np.cumsum(np.diff(self.edges) * self.values)))[first]
        if len(edges) < 3:
            return self
        curve = PchipInterpolator(edges, passed)
        fine = np.concatenate(
            [np.linspace(a, b, max(round((b - a) / piece_ms), 1), endpoint=False) for a, b in pairwise(edges)]
            + [edges[-1:]]
        )
        return Steps(fine, np.maximum(np.diff(curve(fine)) / np.diff(fine), 0.0))


def total(parts: Iterable[Steps]) -> Steps:
    """The sum of several."""
    parts = list(parts)
    if len(parts) == 1:
        return parts[0]
    edges = np.unique(np.concatenate([part.edges for part in parts]))
    middles = (edges[:-1] + edges[1:]) / 2
    return Steps(edges, np.sum([part.at(middles) for part in parts], axis=0))
