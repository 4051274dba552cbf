"""The control from Erlang's formula: its expectation is exact, whatever it predicts."""

import math
from typing import Any

import numpy as np
import pytest

from sim import draws
from sim.definitions import all_definitions
from sim.draws import Law, Purpose
from sim.durations import LawNumbers
from sim.model import build
from sim.prediction import Prediction, mean_ms
from sim.reduction import Reduction
from sim.run import replicate
from sim.scenario_check import expected_contacts
from sim.scenario_file import as_scenario
from sim.timetable import Timetable
from tests.sim.test_twin import DESK, changed

SHAPED: dict[str, Any] = changed(
    demand={
        "profiles": {"day": {"starts": "00:00", "every": "20 min", "per_hour": [30, 120, 60, 0, 90, 150]}},
        "streams": [
            {"product": "expense", "language": "en", "profile": "day"},
            {"product": "travel", "language": "en", "per_hour": 40},
        ],
    }
)


def test_the_expectations_are_exact() -> None:
    """Over 20,000 days of Poisson arrivals both controls have the means that were computed (|z| <= 4)."""
    scenario = as_scenario(SHAPED)
    model, table = build(scenario), Timetable.of(scenario)
    prediction = Prediction(model, table.every_ms, table.count)
    expected = [line.expected for line in prediction._lines]
    days = np.random.default_rng(2).poisson(expected, (20_000, len(expected)))
    values = np.array([prediction.of(day.tolist()) for day in days])

    assert prediction.expected_arrivals == pytest.approx(expected_contacts(scenario))
    assert sum(expected) == pytest.approx(prediction.expected_arrivals)
    assert abs(values.mean() - prediction.expected) <= 4 * values.std() / math.sqrt(len(values))
    assert 0 < prediction.expected < prediction.expected_arrivals


def test_the_warm_up_counts_for_nothing() -> None:
    """Contacts that are not measured are no part of the control."""
    whole, cut = as_scenario(DESK), as_scenario(changed(run={"horizon": "2 h", "warm_up": "30 min"}))
    table = Timetable.of(whole)
    arrivals = [Prediction(build(one), table.every_ms, table.count).expected_arrivals for one in (whole, cut)]

    assert arrivals == [pytest.approx(260), pytest.approx(260 * 0.75)]


@pytest.mark.parametrize(
    "law",
    [
        LawNumbers(Law.FIXED, 5_000),
        LawNumbers(Law.EXPONENTIAL, 60_000),
        LawNumbers(Law.LOGNORMAL, 60_000, 0.7),
        LawNumbers(Law.ERLANG, 60_000, 3),
        LawNumbers(Law.UNIFORM, 10_000, 40_000),
    ],
    ids=lambda law: law.law.name,
)
def test_means_of_laws_are_those_of_their_draws(law: LawNumbers) -> None:
    """100,000 draws have the mean (within 1 %)."""
    sample = np.empty(100_000, dtype=np.int64)
    draws.fill_durations(draws.prefix(1, 0, Purpose.HANDLE_TIME), 0, 0, law.law, law.a, law.b, sample)

    assert sample.mean() == pytest.approx(mean_ms(law), rel=0.01)


def test_a_control_takes_out_what_it_knows() -> None:
    """On a day with a shape the techniques are told for every mean and ratio; strata hold every replication."""
    scenario = as_scenario(SHAPED)
    model, table = build(scenario), Timetable.of(scenario)
    reduction = Reduction(model, table, all_definitions(60))
    for replication in range(40):
        reduction.add(replicate(model, 1, replication, table.every_ms))
    found = reduction.reductions().of
    offered = {one.technique: one for one in found["offered"]}

    assert sum(stratum.sample(0).n for stratum in reduction._strata) == 40
    assert offered["arrivals"].reduced.mean == pytest.approx(230)
    assert (offered["busyness"].removed or 0) > 0.5
    assert offered["busyness"].reduced.mean == pytest.approx(230, rel=0.03)
    assert (found["abandoned"][0].removed or 0) > 0


def busy(**busyness: Any) -> dict[str, Any]:
    """The desk on days that differ."""
    return {**DESK, "demand": {**DESK["demand"], "busyness": busyness}}


def test_on_days_that_differ_the_rates_of_each_day_are_known() -> None:
    """They explain most of what varies, arrivals beyond them the rest; strata have the gamma law's own weights."""
    scenario = as_scenario(busy(alpha=8))
    model, table = build(scenario), Timetable.of(scenario)
    reduction = Reduction(model, table, all_definitions(60), seed=1)
    for replication in range(40):
        reduction.add(replicate(model, 1, replication, table.every_ms))
    found = reduction.reductions().of
    offered = {one.technique: one for one in found["offered"]}

    assert list(offered) == ["the day's rates", "the day's rates and arrivals", "busyness"]
    assert offered["the day's rates and arrivals"].reduced.mean == pytest.approx(expected_contacts(scenario))
    assert (offered["the day's rates"].removed or 0) > 0.8
    assert (offered["busyness"].removed or 0) > 0.5
    assert (found["abandoned"][0].removed or 0) > 0.3
    assert sum(stratum.sample(0).n for stratum in reduction._strata) == 40


@pytest.mark.parametrize(
    "busyness", [{"alpha": 8, "between_lines": 0.5}, {"periods": {"every": "30 min", "alpha": 9, "correlation": 0.5}}]
)
def test_strata_need_a_day_with_one_factor(busyness: dict[str, Any]) -> None:
    """Where several factors make a day, no law of their sum is known, and only the controls are told."""
    scenario = as_scenario(busy(**busyness))
    model, table = build(scenario), Timetable.of(scenario)
    reduction = Reduction(model, table, all_definitions(60), seed=1)
    for replication in range(5):
        reduction.add(replicate(model, 1, replication, table.every_ms))

    assert [one.technique for one in reduction.reductions().of["offered"]] == [
        "the day's rates",
        "the day's rates and arrivals",
    ]


def test_a_desk_to_which_nobody_comes_has_nothing_to_reduce() -> None:
    """No arrivals: no control, no strata, no error."""
    scenario = as_scenario({**DESK, "demand": {"streams": [{"product": "travel", "language": "en", "per_hour": 0}]}})
    model, table = build(scenario), Timetable.of(scenario)
    reduction = Reduction(model, table, all_definitions(60))
    for replication in range(3):
        reduction.add(replicate(model, 1, replication, table.every_ms))

    assert all(one.removed is None for each in reduction.reductions().of.values() for one in each)
