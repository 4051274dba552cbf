"""
How a Markov chain moves in a given time, by uniformization: only positive terms are added, so nothing cancels.

The generator A may also carry sources and killing: all that is asked is that it is not negative off its diagonal.
"""

import math
from typing import Any

import numpy as np
from scipy.sparse import csr_array, eye_array  # type: ignore[import-untyped]  # scipy ships no types
from scipy.special import gammaln, xlogy  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.chains import Floats

_LONGEST = 400.0
"""Expected jumps in one step; exp(-400) is still far above the smallest number there is."""


class Flow:
    """exp(A t) v for one matrix A, by exp(-nu t) sum of (t (A + nu I))^k / k!, nu the fastest rate."""

    def __init__(self, matrix: csr_array) -> None:
        size = matrix.shape[0]
        self.speed = max(float(-matrix.diagonal().min(initial=0.0)), 1e-300)
        self._jump = csr_array(matrix / self.speed + eye_array(size))

    def after(self, vector: Floats, time: float) -> Floats:
        """exp(A time) vector; `time` is 0 or more."""
        return np.asarray(self.moved(vector, time))

    def moved(self, columns: Any, time: float) -> Any:
        """The same for many columns, an array or a sparse one; the result is of the same kind."""
        steps = max(math.ceil(self.speed * time / _LONGEST), 1)
        weights = _poisson(self.speed * time / steps)
        for _ in range(steps):
            columns, term = weights[0] * columns, columns
            for weight in weights[1:]:
                term = self._jump @ term
                columns = columns + weight * term
        return columns


def _poisson(mean: float) -> Floats:
    """P(Poisson(mean) = k) for k from 0 to where the rest is below 1e-16 or so."""
    k = np.arange(math.ceil(mean + 9 * math.sqrt(mean) + 18))
    weights = np.asarray(np.exp(xlogy(k, mean) - mean - gammaln(k + 1)))
    return weights[: int(np.flatnonzero(weights > 1e-17)[-1]) + 1]
