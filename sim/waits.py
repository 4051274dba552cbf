"""
Stores of waits, from which quantiles come: exact for simulations, bounded for a desk that runs for ever.

The quantile q is the smallest wait such that at least the share q of all waits is no longer (nearest rank).
"""

import math
from typing import Protocol

import numpy as np

_FINE = 7
"""Bits that a rough store keeps of a wait: 2**-7, so that a quantile is at most 0.8 % too long."""


class Waits(Protocol):
    """What both stores do. Waits are milliseconds, 0 or more."""

    def add(self, wait_ms: int) -> None:
        """Note one wait."""
        ...

    def merge(self, other: "Waits") -> None:
        """Note everything that another store of the same kind holds."""
        ...

    def quantile(self, share: float) -> int | None:
        """Milliseconds, or None while nothing was noted. `share` is above 0 and at most 1."""
        ...


class ExactWaits:
    """Every wait, kept: 8 to 36 bytes each."""

    __slots__ = ("add", "values")

    def __init__(self) -> None:
        self.values: list[int] = []
        self.add = self.values.append

    def merge(self, other: Waits) -> None:
        """Take over the other's waits."""
        assert isinstance(other, ExactWaits)
        self.values.extend(other.values)

    def quantile(self, share: float) -> int | None:
        """The exact quantile; sorts, O(n)."""
        if not self.values:
            return None
        rank = max(math.ceil(share * len(self.values)), 1) - 1
        return int(np.partition(np.array(self.values, dtype=np.int64), rank)[rank])


class RoughWaits:
    """How many waits fell into each of at most some 6,000 classes, each 0.8 % wide; the memory is bounded."""

    __slots__ = ("count", "counts")

    def __init__(self) -> None:
        self.count = 0
        self.counts: dict[int, int] = {}

    def add(self, wait_ms: int) -> None:
        """Note one wait under the top of its class."""
        self.count += 1
        top = _class_top(wait_ms)
        self.counts[top] = self.counts.get(top, 0) + 1

    def merge(self, other: Waits) -> None:
        """Take over the other's counts."""
        assert isinstance(other, RoughWaits)
        self.count += other.count
        for top, count in other.counts.items():
            self.counts[top] = self.counts.get(top, 0) + count

    def quantile(self, share: float) -> int | None:
        """The top of the class in which the quantile lies: never too short, at most 0.8 % too long."""
        wanted = max(math.ceil(share * self.count), 1)
        passed = 0
        for top in sorted(self.counts):
            passed += self.counts[top]
            if passed >= wanted:
                return top
        return None


def _class_top(wait_ms: int) -> int:
    """The longest wait that falls into the same class; waits up to 255 ms are classes of their own."""
    shift = max(wait_ms.bit_length() - _FINE - 1, 0)
    return ((wait_ms >> shift) + 1 << shift) - 1
