"""When to stop, and how many replications would tell."""

import numpy as np
import pytest

from sim.statistics import NOTHING, Estimate, mean_of
from sim.statistics.moments import sample_of
from sim.statistics.ratios import UNKNOWN, ratio_difference
from sim.statistics.stopping import Precision, runs_to_tell


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"relative": 0}, "between 0 and 1"),
        ({"relative": 2}, "between 0 and 1"),
        ({"relative": 0.1, "measures": ()}, "at least one measure"),
        ({"relative": 0.1, "at_least": 29}, "at least 30"),
        ({"relative": 0.1, "at_most": 20}, "at most 30 to 10,000"),
        ({"relative": 0.1, "at_most": 10_001}, "at most 30 to 10,000"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings: dict[str, object], told: str) -> None:
    """Each impossible setting is named."""
    with pytest.raises(ValueError, match=told):
        Precision(**settings)  # type: ignore[arg-type]


def test_every_chosen_measure_must_be_precise() -> None:
    """2 % asked is a half-width of 2/102 of the mean; one measure that is not there yet, or not observed, is enough."""
    rule = Precision(0.02)
    narrow, wide = Estimate(1.0, 1 - 0.0196, 1 + 0.0196), Estimate(1.0, 1 - 0.0197, 1 + 0.0197)

    assert rule.reached([narrow, narrow])
    assert not rule.reached([narrow, wide])
    assert not rule.reached([narrow, NOTHING])
    assert not rule.reached([Estimate(1.0, None, None)])
    assert rule.reached([Estimate(0.0, 0.0, 0.0)])


def test_one_looks_at_thirty_and_then_after_each_tenth() -> None:
    """The looks are few, so that luck has few chances."""
    rule = Precision(0.02)

    assert [runs for runs in range(1, 60) if rule.looks_at(runs)] == [30, 33, 37, 41, 46, 51, 57]


def sequential(random: np.random.Generator, rule: Precision) -> tuple[int, bool]:
    """How many runs the rule took for a mean of 100 with deviation 25, and whether its interval holds 100."""
    values: list[float] = []
    while True:
        values.append(random.normal(100, 25))
        if rule.looks_at(len(values)):
            estimate = mean_of(values)
            if rule.reached([estimate]) or len(values) >= rule.at_most:
                return len(values), (estimate.low or 0) <= 100 <= (estimate.high or 0)


def test_the_rule_stops_where_it_should_and_its_interval_still_covers() -> None:
    """(1.96 x 25 / 100 / (0.06 / 1.06))^2 = 75 runs, and coverage stays near 95 % although one has looked often."""
    random = np.random.default_rng(6)
    runs = [sequential(random, Precision(0.06)) for _ in range(400)]

    assert 65 < np.mean([count for count, _ in runs]) < 85
    assert np.mean([hit for _, hit in runs]) > 0.91


def test_the_cap_holds() -> None:
    """A precision that is out of reach ends at the cap."""
    assert sequential(np.random.default_rng(7), Precision(0.001, at_most=40))[0] >= 40


def test_so_many_runs_do_tell() -> None:
    """With the number that was named, a difference of that size is told about four times in five."""
    random = np.random.default_rng(11)
    ones = [1.0] * 40

    def difference(runs: int, mean: float, deviation: float) -> object:
        other = random.normal(mean, deviation, runs).tolist()
        return ratio_difference(sample_of([0.0] * runs, [1.0] * runs, other, [1.0] * runs))

    # Exactly this mean and deviation, so that the number is known: (2.8015 x 2 / 0.5)^2 = 125.6.
    pattern = np.array([1.0, -1.0] * 20) * 2 * np.sqrt(39 / 40) + 0.5
    first = ratio_difference(sample_of([0.0] * 40, ones, pattern.tolist(), ones))
    needed = runs_to_tell(first, 40)

    assert (first.told, needed) == (False, 126)
    told = [difference(126, 0.5, 2).told for _ in range(400)]  # type: ignore[attr-defined]
    assert 0.74 <= np.mean(told) <= 0.86


def test_no_difference_needs_no_number() -> None:
    """Nothing observed, or nothing at all between the two: no number of runs is named."""
    same = ratio_difference(sample_of([1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [3.0, 4.0]))

    assert (runs_to_tell(UNKNOWN, 30), runs_to_tell(same, 2)) == (None, None)
