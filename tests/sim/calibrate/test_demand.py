"""Calibration gives back what was put in, and what others found in public data."""

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.calibrate.counts import Counts, read_counts
from sim.calibrate.demand import fit_demand
from sim.calibrate.negative_binomial import fit, log_likelihood
from sim.calibrate.section import section
from sim.demand.profile import Weekday
from sim.model import build
from sim.scenario_file import as_scenario

DATA = Path(__file__).parents[3].parent / "shared" / "data"
US_BANK, TECHNION = DATA / "us_bank_calls_5min_2003.csv", DATA / "technion_anonymous_bank_1999_6min.csv"
MONDAY = date(2026, 11, 2)


def scenario_of(demand: dict[str, Any], days: int) -> Any:
    """A scenario of some days from a Monday on with this demand; nobody will run it."""
    return as_scenario(
        {
            "name": "calibrated",
            "calendar": {"date": str(MONDAY)},
            "policy": {"products": ["expense"], "languages": ["en"]},
            "demand": demand,
            "people": {"all": {"agents": 1, "products": ["expense"], "languages": ["en"]}},
            "work": {"handle_time": "5 min"},
            "run": {"horizon": f"{days * 24} h"},
        }
    )


def counts_of(demand: dict[str, Any], weeks: int, days: int, starts: int, periods: int, seed: int = 1) -> Counts:
    """Days of half hours as a scenario draws them: its own factors, and Poisson counts."""
    stream = build(scenario_of(demand, days)).streams[0]
    chance = np.random.default_rng(seed)
    edges = [(24 * 60 * day + starts + 30 * i) * 60_000.0 for day in range(days) for i in range(periods + 1)]
    rows, dates = [], []
    for week in range(weeks):
        _, passed = stream.course(11, week)
        expected = np.diff(np.interp(edges, stream.begins, passed).reshape(days, periods + 1), axis=1)
        rows.append(chance.poisson(expected))
        dates += [MONDAY + timedelta(days=7 * week + day) for day in range(days)]
    found = np.vstack(rows).astype(np.float64)
    return Counts(dates, starts, 30, found, found.sum(axis=1))


def test_a_negative_binomial_is_found_again() -> None:
    """Mean and alpha within three standard errors, and the errors are those that samples have."""
    chance = np.random.default_rng(4)
    fits = [fit(chance.poisson(400 * chance.gamma(30, 1 / 30, 120)).astype(np.float64)) for _ in range(200)]
    logs = np.log([one.alpha for one in fits])

    assert np.exp(logs.mean()) == pytest.approx(30, rel=0.05)
    assert logs.std() == pytest.approx(np.mean([one.alpha_error / one.alpha for one in fits]), rel=0.15)
    assert np.mean([abs(one.mean - 400) < 1.96 * one.mean_error for one in fits]) == pytest.approx(0.95, abs=0.05)


def test_the_likelihood_has_its_top_where_the_fit_is() -> None:
    """No alpha beside it explains the counts better; plain Poisson counts need none at all."""
    counts = np.array([80.0, 120, 95, 140, 60, 101, 99, 77])
    found = fit(counts)

    best = log_likelihood(counts, found.mean, found.alpha)
    assert all(log_likelihood(counts, found.mean, found.alpha * factor) < best for factor in (0.5, 0.9, 1.1, 2))
    assert math.isinf(fit(np.array([100.0, 101, 99, 100])).alpha)
    with pytest.raises(ValueError, match="at least two counts"):
        fit(np.zeros(3))


def test_what_was_put_in_comes_out() -> None:
    """Days and periods drawn from a scenario give back its alphas and its correlation."""
    demand = {
        "profiles": {"day": {"starts": "08:00", "every": "30 min", "daily": [400.0] * 20}},
        "streams": [{"product": "expense", "language": "en", "profile": "day"}],
        "busyness": {"alpha": 60.0, "periods": {"every": "30 min", "alpha": 90.0, "correlation": 0.7}},
    }
    found = fit_demand(counts_of(demand, weeks=60, days=5, starts=480, periods=20))

    assert found.period_alpha.value == pytest.approx(90, abs=3 * found.period_alpha.error)
    assert found.correlation.value == pytest.approx(0.7, abs=3 * found.correlation.error)
    assert found.period_alpha.error < 25
    assert 1 / np.mean([1 / alpha for alpha in found.day_alphas.values()]) == pytest.approx(60, rel=0.3)


def test_too_few_days_say_nothing() -> None:
    """Three Mondays do not tell how Mondays differ."""
    counts = Counts([MONDAY + timedelta(days=7 * i) for i in range(3)], 480, 30, np.ones((3, 4)), np.ones(3) * 4)

    with pytest.raises(ValueError, match="3 days are mon, too few"):
        fit_demand(counts)


@pytest.mark.skipif(not US_BANK.exists(), reason="the call counts are not here")
def test_the_us_bank_s_days_differ_as_others_found() -> None:
    """Means and alphas by weekday, and the correlation of half hours; alphas of the moments, the likelihood near by."""
    found = fit_demand(read_counts(US_BANK))

    days: list[Weekday] = ["mon", "tue", "wed", "thu", "fri"]
    assert list(found.days) == days
    means = [round(found.days[day].mean, 1) for day in days]
    assert means == [36_423.6, 32_668.3, 30_797.8, 30_770.3, 31_973.8]
    assert [round(found.days[day].moments, 1) for day in days] == [259.9, 134.7, 290.6, 340.7, 366.2]
    for one in found.days.values():
        assert abs(one.alpha - one.moments) < 0.5 * one.alpha_error
    assert found.adjacent.value == pytest.approx(0.89, abs=0.005)
    assert found.dispersion == pytest.approx(14, abs=0.3)


@pytest.mark.skipif(not US_BANK.exists(), reason="the call counts are not here")
def test_yesterday_comes_back() -> None:
    """Days drawn from the fitted section vary as the real ones did: totals, half hours, and neighbours."""
    real = fit_demand(read_counts(US_BANK))
    again = fit_demand(counts_of(section(real, "expense", "en"), weeks=60, days=5, starts=420, periods=28))

    for day, one in real.days.items():
        expected = one.mean * (1 - real.counts.left_over)
        assert again.days[day].mean == pytest.approx(expected, abs=4 * again.days[day].mean_error)
        assert again.days[day].alpha == pytest.approx(
            one.alpha, abs=3 * math.hypot(one.alpha_error, again.days[day].alpha_error)
        )
    assert again.adjacent_within.value == pytest.approx(real.adjacent_within.value, abs=0.08)
    assert again.dispersion == pytest.approx(real.dispersion, rel=0.15)


@pytest.mark.skipif(not TECHNION.exists(), reason="the call counts are not here")
def test_the_technion_s_working_days_differ_as_others_found() -> None:
    """Sunday to Thursday as if all alike: mean 1,611.6 and alpha 32, without ten days that were none."""
    found = fit_demand(read_counts(TECHNION, weekdays=["mon", "tue", "wed", "thu", "sun"]))

    assert (round(found.pooled.mean, 1), round(found.pooled.moments, 1)) == (1_611.6, 32.0)
    assert found.pooled.alpha == pytest.approx(32, abs=found.pooled.alpha_error)
    assert (len(found.counts.days), len(found.counts.exceptions)) == (250, 10)
