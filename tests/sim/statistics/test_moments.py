"""Running moments: the same as from all observations at once, however they came together."""

import numpy as np
import pytest

from sim.statistics.moments import Moments, sample_of


def observed(runs: int, cells: int, width: int, seed: int = 4) -> np.ndarray:
    """Correlated vectors far from 0, some of them missing."""
    random = np.random.default_rng(seed)
    values = 1e7 + np.cumsum(random.normal(size=(runs, cells, width)), axis=2)
    values[random.random((runs, cells)) < 0.2] = np.nan
    return values


def test_running_moments_are_those_of_all_observations() -> None:
    """Mean and covariance agree with numpy's over whatever a cell has seen, without cancelling."""
    values = observed(50, 3, 4)
    moments = Moments(3, 4)
    for vectors in values:
        moments.add(vectors)

    for cell in range(3):
        seen = values[~np.isnan(values[:, cell]).any(axis=1), cell]
        sample = moments.sample(cell)
        assert sample.n == len(seen) < 50
        assert sample.mean == pytest.approx(seen.mean(axis=0), rel=1e-14)
        assert sample.covariance == pytest.approx(np.cov(seen.T), rel=1e-6)


def test_merging_is_adding() -> None:
    """Two halves merged are the whole; merging with nothing changes nothing."""
    values = observed(40, 2, 3)
    whole, first, second = Moments(2, 3), Moments(2, 3), Moments(2, 3)
    for run, vectors in enumerate(values):
        whole.add(vectors)
        (first if run < 15 else second).add(vectors)
    first.merge(second)
    first.merge(Moments(2, 3))

    for cell in range(2):
        assert first.sample(cell).n == whole.sample(cell).n
        assert first.sample(cell).mean == pytest.approx(whole.sample(cell).mean, rel=1e-14)
        assert first.sample(cell).covariance == pytest.approx(whole.sample(cell).covariance, rel=1e-6)


def test_columns_and_running_moments_agree() -> None:
    """What is made from columns at once is what comes of adding row by row; a part has the columns in that order."""
    columns = [[1.0, 2.0, 4.0, 8.0], [3.0, 1.0, 4.0, 1.0], [0.0, 0.0, 1.0, 1.0]]
    moments = Moments(1, 3)
    for row in zip(*columns, strict=True):
        moments.add(np.array([row]))
    running, at_once = moments.sample(0), sample_of(*columns)

    assert running.mean == pytest.approx(at_once.mean)
    assert running.covariance == pytest.approx(at_once.covariance)
    assert at_once.part(2, 0).covariance == pytest.approx(sample_of(columns[2], columns[0]).covariance)
