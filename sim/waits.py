"""
Stores of waits, from which quantiles come: exact, or bounded for a desk or a simulation that may run for ever.

The quantile q is the smallest wait such that at least the share q of all waits is no longer (nearest rank).
"""

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np

from sim.laws import Ints

_ROUGH_BITS, _FINE_BITS = 7, 10
"""How many bits a store keeps of a wait: a quantile is at most 2**-7 (0.8 %) too long, or 2**-10 (0.1 %)."""


class Waits(Protocol):
    """What both stores do. Waits are milliseconds, 0 or more."""

    def add(self, wait_ms: int) -> None:
        """Note one wait."""
        ...

    def remove(self, wait_ms: int) -> None:
        """Take back a wait that was noted."""
        ...

    def merge(self, other: "Waits") -> None:
        """Note everything that another store of the same kind holds."""
        ...

    def quantile(self, share: float) -> int | None:
        """Milliseconds, or None while nothing was noted. `share` is above 0 and at most 1."""
        ...


class ExactWaits:
    """Every wait, kept: 8 to 36 bytes each."""

    __slots__ = ("add", "remove", "values")

    def __init__(self) -> None:
        self.values: list[int] = []
        self.add = self.values.append
        self.remove = self.values.remove

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

    __slots__ = ("_bits", "count", "counts")

    def __init__(self, counts: Mapping[int, int] | None = None, bits: int = _ROUGH_BITS) -> None:
        self._bits = bits
        self.counts: dict[int, int] = dict(counts or {})
        """Longest wait of a class to how many fell into it."""
        self.count = sum(self.counts.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RoughWaits) and (self._bits, self.counts) == (other._bits, other.counts)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def add(self, wait_ms: int, times: int = 1) -> None:
        """Note one wait, or so many alike, under the top of its class."""
        self.count += times
        top = self._top(wait_ms)
        self.counts[top] = self.counts.get(top, 0) + times

    def remove(self, wait_ms: int) -> None:
        """Take back a wait that was noted."""
        self.count -= 1
        top = self._top(wait_ms)
        self.counts[top] -= 1
        if not self.counts[top]:
            del self.counts[top]

    def _top(self, wait_ms: int) -> int:
        shift = wait_ms.bit_length() - self._bits - 1
        return wait_ms if shift <= 0 else ((wait_ms >> shift) + 1 << shift) - 1

    def merge(self, other: Waits) -> None:
        """Take over the other's counts."""
        assert isinstance(other, RoughWaits)
        self.count += other.count
        if not self.counts:
            self.counts = dict(other.counts)
            return
        for top, count in other.counts.items():
            self.counts[top] = self.counts.get(top, 0) + count

    def quantile(self, share: float) -> int | None:
        """The top of the class in which the quantile lies: never too short, and longer by at most a class."""
        wanted = max(math.ceil(share * self.count), 1)
        passed = 0
        for top in sorted(self.counts):
            passed += self.counts[top]
            if passed >= wanted:
                return top
        return None


class FineWaits(RoughWaits):
    """The same in classes 0.1 % wide, and of one millisecond up to two seconds; for simulations of any length."""

    __slots__ = ()

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        super().__init__(counts, _FINE_BITS)


def tops_of(waits: Ints) -> Ints:
    """The longest wait of each one's class in `FineWaits`."""
    shifts = np.maximum(np.frexp(waits)[1].astype(np.int64) - _FINE_BITS - 1, 0)
    return waits | (np.int64(1) << shifts) - 1
