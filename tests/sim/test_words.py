"""Numbers and findings in words."""

import pytest

from sim.comparison import Differing
from sim.definitions import all_definitions
from sim.statistics import Difference, Estimate
from sim.tally import Measured
from sim.words import difference, interval, removed, told, value

LEVEL = next(one for one in all_definitions(60) if one.name == "sl_offered")
ASA = next(one for one in all_definitions(60) if one.name == "asa")


def measured(low: float, mean: float, high: float, n: int = 100) -> Measured:
    return Measured(LEVEL, Estimate(mean, low, high), n)


def test_a_share_of_few_contacts_is_a_count() -> None:
    """Below 20 contacts it is "3 of 4" without an interval; from 20 on it is a percentage, cut at 100."""
    assert (value(measured(0.2, 0.75, 1.3, 4)), interval(measured(0.2, 0.75, 1.3, 4))) == ("3 of 4", "")
    assert (value(measured(0.2, 0.75, 1.3)), interval(measured(0.2, 0.75, 1.3))) == ("75.0 %", "20.0 % to 100.0 %")


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.38, "removed 38 %"), (-0.041, "added 4 %"), (0.9997, "over 99 %"), (1.0, "100 %"), (0.0, "0 %"), (None, "-")],
)
def test_added_variance_is_said(share: float | None, said: str) -> None:
    """What a technique added is told as added; all but all is not all."""
    assert said in removed(share)
    assert ("added" in removed(share)) == (share is not None and share < 0)


def differing(mean: float | None, half: float | None, definition: object = LEVEL) -> Differing:
    """A difference with this half-width."""
    around = (None, None) if mean is None or half is None else (mean - half, mean + half)
    base = Measured(definition, Estimate(0.8, 0.7, 0.9), 100)  # type: ignore[arg-type]
    return Differing(base, base, Difference(Estimate(mean, *around), 0.5), 30)


def test_differences_have_their_width_and_unit() -> None:
    """Shares in points, seconds as such; small ones with one decimal more."""
    assert difference(differing(0.025, 0.004)) == "+2.5 ± 0.4 points"
    assert difference(differing(-0.0031, 0.0012)) == "-0.31 ± 0.12 points"
    assert difference(differing(-12.34, 3.21, ASA)) == "-12.3 ± 3.2 s"
    assert difference(differing(-12.34, 3.21, ASA), unit=False) == "-12.3 ± 3.2"
    assert (difference(differing(None, None)), difference(differing(0.02, None))) == ("-", "+2.0 points")


def test_told_apart_or_what_would_tell() -> None:
    """Yes, or about how many replications would, rounded up to two figures."""
    # (2.8015 / 2.0452)^2 x 30 x (half / mean)^2 = 56.3 x 4.
    assert told(differing(0.025, 0.004)) == "yes"
    assert told(differing(0.02, 0.04)) == "no (230)"
    assert (told(differing(0.0, 0.0)), told(differing(0.02, None))) == ("equal", "-")
