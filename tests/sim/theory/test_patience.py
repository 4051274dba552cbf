"""Laws of patience, and lines whose customers have them."""

from itertools import pairwise

import numpy as np
import pytest

from sim import theory
from sim.theory import Erlang, Exponential, Fixed, Lognormal, Mixed, Patience, Uniform, Weibull
from tests.oracles.facts.lines import KEEP_PLACE

LAWS: list[Patience] = [
    Exponential(2),
    Fixed(2),
    Lognormal(2, 1),
    Uniform(0.5, 3),
    Erlang(2, 3),
    Weibull(2, 0.7),
    theory.hyperexponential(2, 4),
    theory.balking(0.1, Exponential(2)),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_mean_min_is_the_integral_of_the_survival(law: Patience) -> None:
    """E[min(patience, t)] grows at the speed P(patience > t); the formulas rest on both."""
    for begin, end in pairwise([0.0, *law.kinks(), 6.0]):
        t = np.linspace(begin, end, 4_001)
        grown = np.diff(law.mean_min(t)) / np.diff(t)

        assert grown == pytest.approx(law.survival((t[1:] + t[:-1]) / 2), abs=2e-3)
        assert grown[10:] == pytest.approx(law.survival((t[1:] + t[:-1]) / 2)[10:], abs=1e-5)
    assert law.mean_min(np.array([0.0]))[0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("patience", "p_wait", "abandon", "ew", "ev", "virtual_late", "served_early"),
    [
        (Lognormal(2, 1), 0.47468, 0.06904, 0.17429, 0.19415, 0.25028, 0.74264),
        (Fixed(2), 0.73403, 0.03495, 0.76899, 0.77248, 0.61752, 0.38248),
        (theory.balking(0.1, Exponential(2)), 0.36503, 0.08345, 0.09389, 0.1188, 0.14471, 0.81903),
    ],
)
def test_other_laws_of_patience(
    patience: Patience, p_wait: float, abandon: float, ew: float, ev: float, virtual_late: float, served_early: float
) -> None:
    """M/M/40+G at one mean patience and three laws (Zeltyn-Mandelbaum integrals, five figures; 20 s)."""
    line = theory.impatient_line(10, 0.25, 40, patience)

    assert (line.p_wait, line.abandon) == (pytest.approx(p_wait, abs=5e-6), pytest.approx(abandon, abs=5e-6))
    assert (line.ew, line.ev) == (pytest.approx(ew, abs=5e-6), pytest.approx(ev, abs=5e-6))
    assert 1 - theory.virtual_within(10, 0.25, 40, patience, 1 / 3) == pytest.approx(virtual_late, abs=5e-6)
    assert theory.served_within(10, 0.25, 40, patience, 1 / 3) == pytest.approx(served_early, abs=5e-6)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_nobody_is_lost_between_the_measures(law: Patience) -> None:
    """In the end everybody was served or left, and occupancy says the same."""
    line = theory.impatient_line(12, 1.0, 10, law)

    assert theory.served_within(12, 1.0, 10, law, 50) + line.abandon == pytest.approx(1, abs=1e-8)
    assert theory.abandoned_within(12, 1.0, 10, law, 50) == pytest.approx(line.abandon, abs=1e-8)
    assert line.occupancy * 10 == pytest.approx(12 * (1 - line.abandon), rel=1e-12)


def test_special_cases_of_the_laws_are_exponential() -> None:
    """One stage, shape 1, variation 1: three ways to write an exponential patience."""
    plain = theory.impatient_line(10, 0.25, 40, Exponential(2))

    for law in (Erlang(2, 1), Weibull(2, 1), theory.hyperexponential(2, 1)):
        assert theory.impatient_line(10, 0.25, 40, law).abandon == pytest.approx(plain.abandon, abs=1e-10)


def test_the_law_matters_at_equal_means() -> None:
    """At the same mean patience the service level runs from 38 % to over 80 %: fit the law, not the mean."""
    levels = [theory.served_within(10, 0.25, 40, law, 1 / 3) for law in (Fixed(2), Exponential(2), LAWS[-1])]

    assert levels == sorted(levels)
    assert levels[0] < 0.39
    assert levels[2] > 0.8


@pytest.mark.parametrize("accepting", KEEP_PLACE)
def test_keeping_one_s_place(accepting: float) -> None:
    """A callback that keeps the place turns impatient customers into patient ones; with all of them it is Erlang C."""
    line = theory.keep_place_line(10, 0.25, 44, 0.5, accepting)

    for name, value in KEEP_PLACE[accepting].items():
        assert getattr(line, name) == pytest.approx(value, abs=6e-6)
    assert theory.keep_place_line(10, 0.25, 44, 0.5, 1.0).p_wait == pytest.approx(theory.erlang_c(40, 44), abs=1e-9)


def test_too_many_patient_customers_are_refused() -> None:
    """A line that only grows has no steady state, and the formula says so instead of answering."""
    with pytest.raises(theory.NoSteadyState, match="no steady state"):
        theory.keep_place_line(12, 0.25, 44, 0.5, 1.0)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Exponential(0),
        lambda: Fixed(-1),
        lambda: Lognormal(2, 0),
        lambda: Uniform(3, 2),
        lambda: Erlang(2, -1),
        lambda: Weibull(0, 1),
        lambda: Mixed([(0.5, Exponential(1))]),
        lambda: theory.balking(1.5, Exponential(1)),
        lambda: theory.hyperexponential(2, 0.5),
    ],
)
def test_laws_that_cannot_be_are_refused(bad: object) -> None:
    """Each law checks its own numbers and names the one that is wrong."""
    assert callable(bad)
    with pytest.raises(ValueError, match="must"):
        bad()
