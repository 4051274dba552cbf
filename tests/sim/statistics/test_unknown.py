"""Intervals that hold what is not known: their coverage where the truth is known, and who is to blame."""

from dataclasses import replace

import numpy as np
import pytest

from sim.statistics.moments import sample_of
from sim.statistics.unknown import Split, split

RUNS, ERRORS = 40, np.array([3.0, 1.0])
"""Replications, and what one standard error of each of two numbers does to the measure."""


def run(random: np.random.Generator, luck: float = 4.0) -> Split:
    """A measure of about 50 of 100: moved by two unknown numbers and by luck, day by day."""
    normals = random.standard_normal((RUNS, 2))
    bottoms = random.poisson(100, RUNS).astype(float)
    tops = bottoms * 0.5 + normals @ ERRORS + random.normal(0, luck, RUNS)
    return split(sample_of(tops, bottoms, *normals.T))


def test_the_whole_interval_holds_the_truth_of_a_world_that_is_not_the_file_s() -> None:
    """The true numbers lie as far from the file's as the errors say: 95 of 100 whole intervals hold what they give."""
    random = np.random.default_rng(4)
    hits, plain = 0, 0
    for _ in range(1_500):
        found = run(random)
        true = 0.5 + float(random.standard_normal(2) @ ERRORS) / 100
        hits += (found.whole.low or 0) <= true <= (found.whole.high or 0)
        plain += (found.luck.low or 0) <= true <= (found.luck.high or 0)

    assert hits / 1_500 == pytest.approx(0.95, abs=0.02)
    assert plain / 1_500 < 0.5  # The mistake that is found: luck alone, as if the file were right.


def test_the_blame_is_shared_by_what_was_put_in() -> None:
    """A standard error that moves the measure three times as far has nine tenths of what is not known."""
    random = np.random.default_rng(5)
    found = [run(random, luck=0.5) for _ in range(50)]

    assert np.mean([one.parts[0] for one in found if one.parts]) == pytest.approx(0.9, abs=0.02)
    assert all((one.share or 0) > 0.95 for one in found)


def test_what_moves_nothing_is_not_blamed() -> None:
    """Where luck is all there is, hardly anything is said to be unknown, whatever the regression finds by chance."""
    random = np.random.default_rng(6)
    shares = []
    for _ in range(300):
        normals, tops = random.standard_normal((RUNS, 2)), random.normal(50, 5, RUNS)
        shares.append(split(sample_of(tops, np.full(RUNS, 100.0), *normals.T)))

    unknown = [(one.share or 0) * ((one.whole.half_width or 0) / 2) ** 2 for one in shares]
    assert np.median(unknown) < 0.3 * np.mean([((one.luck.half_width or 0) / 2) ** 2 for one in shares])


def test_too_few_replications_tell_nothing() -> None:
    """With as many unknown numbers as replications nobody can tell them from luck, and nothing is claimed."""
    random = np.random.default_rng(7)
    found = split(sample_of(random.normal(5, 1, 4), np.ones(4), *random.standard_normal((3, 4))))

    assert (found.share, found.parts) == (None, None)
    assert found.whole == replace(found.luck)
