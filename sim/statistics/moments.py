"""
Means and covariances of many vectors at once, one replication after another, in memory that does not grow.

A *cell* is one vector that every replication observes: for example (served in time, base of the service level) of one
line in one half hour. Sums of squares are never kept: the update is Welford's, which does not cancel (B. P. Welford,
Technometrics 4 (1962); for merging, Chan, Golub and LeVeque, "Updating formulae", COMPSTAT 1982). Adding the same
vectors in the same order gives the same bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """What one cell has observed: `mean` of shape (d,) and `covariance` (n - 1 in the denominator) of shape (d, d)."""

    n: int
    mean: Floats
    covariance: Floats

    def part(self, *columns: int) -> "Sample":
        """The same observations, of these columns only, in this order."""
        chosen = list(columns)
        return Sample(self.n, self.mean[chosen], self.covariance[np.ix_(chosen, chosen)])


class Moments:
    """Running moments of `cells` vectors of `width` numbers each."""

    def __init__(self, cells: int, width: int) -> None:
        self.cells = cells
        self.width = width
        self._n = np.zeros(cells, dtype=np.int64)
        self._mean = np.zeros((cells, width))
        self._co = np.zeros((cells, width, width))

    def add(self, vectors: Floats) -> None:
        """
        One replication's vectors, of shape (cells, width). A cell whose vector has a NaN observed nothing and is left
        as it is.
        """
        seen: npt.NDArray[np.bool_] = np.logical_not(np.isnan(vectors).any(axis=1, keepdims=True))
        self._n += seen[:, 0]
        before = np.where(seen, vectors - self._mean, 0.0)
        self._mean += before / np.maximum(self._n, 1)[:, None]
        after = np.where(seen, vectors - self._mean, 0.0)
        self._co += before[:, :, None] * after[:, None, :]

    def merge(self, other: "Moments") -> None:
        """Everything that the other has seen, as if it had been added here."""
        n = self._n + other._n
        safe = np.maximum(n, 1)
        apart = other._mean - self._mean
        weight = (self._n * other._n / safe)[:, None, None]
        self._co += other._co + weight * apart[:, :, None] * apart[:, None, :]
        self._mean += apart * (other._n / safe)[:, None]
        self._n = n

    def sample(self, cell: int) -> Sample:
        """What a cell has seen; the covariance of fewer than two observations is 0."""
        n = int(self._n[cell])
        return Sample(n, self._mean[cell].copy(), self._co[cell] / max(n - 1, 1))


def sample_of(*columns: Sequence[float] | Floats) -> Sample:
    """The sample of equally long columns, one number per replication. Raises ValueError when they do not pair."""
    lengths = {len(column) for column in columns}
    if len(lengths) != 1:
        raise ValueError(f"{' and '.join(str(len(column)) for column in columns)} numbers do not pair")
    table = np.array(columns, dtype=np.float64)
    n = table.shape[1]
    mean = table.mean(axis=1) if n else np.zeros(len(columns))
    apart = table - mean[:, None]
    return Sample(n, mean, apart @ apart.T / max(n - 1, 1))
