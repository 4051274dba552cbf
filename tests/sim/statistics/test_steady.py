"""Warm-up and batches, on series whose steady state is known."""

import numpy as np
import pytest

from sim.statistics import mean_of
from sim.statistics.steady import BATCHES, TooShort, batch_edges, independence, mser5

LENGTH = 2_000


def series(random: np.random.Generator, link: float = 0.8, start: float = 0.0) -> np.ndarray:
    """A first-order autoregression round 10 that begins `start` away from it."""
    noise = random.normal(0, 1, LENGTH)
    values = np.empty(LENGTH)
    apart = start
    for i in range(LENGTH):
        values[i] = 10 + apart
        apart = link * apart + noise[i]
    return values


def test_the_warm_up_is_found_where_it_is() -> None:
    """A start far from the steady state is cut off until it has died away, and hardly anything more."""
    random = np.random.default_rng(3)
    cuts = [mser5(series(random, link=0.98, start=80)) for _ in range(20)]
    # 80 x 0.98^n is one deviation (5) after 137 steps, and a tenth of one after 251.
    assert 100 < np.median(cuts) < 400
    assert all(cut % 5 == 0 for cut in cuts)


def test_a_series_without_a_warm_up_loses_little() -> None:
    """What begins in its steady state is kept."""
    random = np.random.default_rng(4)

    assert np.median([mser5(series(random)) for _ in range(20)]) <= 0.05 * LENGTH


def test_a_line_without_a_steady_state_is_refused() -> None:
    """A queue that only grows has no warm-up; so have too few observations."""
    with pytest.raises(TooShort, match="half of the run"):
        mser5(np.arange(1_000.0))
    with pytest.raises(TooShort, match="at least 10"):
        mser5(np.arange(9.0))


def test_batches_are_equal_adjacent_and_end_at_the_end() -> None:
    """What does not fit is cut off in front, where the warm-up is."""
    edges = batch_edges(103, 1_000, 20)

    assert edges[0] == (120, 164)
    assert edges[-1][1] == 1_000
    assert {end - begin for begin, end in edges} == {44}
    with pytest.raises(TooShort, match="too few for 20 batches"):
        batch_edges(990, 1_000, 20)


def of_batches(values: np.ndarray, batches: int) -> np.ndarray:
    """The means of the batches."""
    return np.array([values[begin:end].mean() for begin, end in batch_edges(0, len(values), batches)])


def coverage(batches: int) -> tuple[float, float]:
    """How often the interval of batch means has the true mean, and how often independence was held."""
    random = np.random.default_rng(5)
    hits = held = 0
    for _ in range(300):
        means = of_batches(series(random, start=random.normal(0, 1 / 0.6)), batches)
        estimate = mean_of(means.tolist())
        hits += (estimate.low or 0) <= 10 <= (estimate.high or 0)
        held += independence(means).held
    return hits / 300, held / 300


def test_batch_means_cover_the_steady_mean() -> None:
    """Twenty long batches cover about as often as they say, and the test of independence lets most of them pass."""
    covered, held = coverage(BATCHES)

    assert 0.90 <= covered <= 0.98
    assert held > 0.85


def test_batches_that_are_too_short_are_found_out() -> None:
    """Planted: batches of four steps depend on each other, miss far too often, and the test says so every time."""
    covered, held = coverage(500)

    assert covered < 0.8
    assert held == 0


def test_independence_of_nothing_to_tell() -> None:
    """Equal means are independent; two of them are too few to say."""
    assert independence(np.ones(5)).held
    with pytest.raises(TooShort):
        independence(np.ones(2))
