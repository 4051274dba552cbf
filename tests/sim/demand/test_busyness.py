"""How days differ: gamma factors, the law of counts that follows, and what goes together."""

import numpy as np
import pytest

from sim.customers import Arrivals
from sim.demand.busyness import BusynessModel
from sim.demand.model import StreamModel
from sim.laws import Floats
from sim.model import build
from sim.run import simulate
from tests.sim.demand.desk import STREAMS, desk

DAYS = 1_500


def expected(stream: StreamModel, replication: int) -> float:
    """The expected contacts of one replication, given its factors."""
    return float(stream.course(7, replication)[1][-1])


def factors(busyness: dict[str, object]) -> Floats:
    """(replication, stream): each stream's expected contacts of the day, over their mean."""
    streams = build(desk({"busyness": busyness})).streams
    return np.array([[expected(one, r) / one.passed[-1] for one in streams] for r in range(DAYS)])


def test_a_day_s_factor_is_gamma() -> None:
    """Mean 1 and variance 1 / alpha, within four standard errors; every day of a run has one of its own."""
    found = factors({"alpha": 20})[:, 0]

    assert found.mean() == pytest.approx(1, abs=4 * (1 / 20 / DAYS) ** 0.5)
    assert found.var() == pytest.approx(1 / 20, rel=4 * (2.6 / DAYS) ** 0.5)


@pytest.mark.parametrize("between", [0.0, 0.6, 1.0])
def test_lines_are_busy_together_as_much_as_is_said(between: float) -> None:
    """The correlation of two lines' factors is that of their normals, but for the little that the gamma law bends."""
    found = np.corrcoef(factors({"alpha": 100, "between_lines": between}).T)[0, 1]

    assert found == pytest.approx(between, abs=0.08)


def test_periods_go_together_with_their_neighbours() -> None:
    """Correlation r at lag one, r squared at lag two: an autoregression under the gamma law."""
    busyness = {"periods": {"every": "30 min", "alpha": 200, "correlation": 0.8}}
    varying = build(desk({"busyness": busyness})).streams[0].varying
    assert varying is not None
    periods = np.array([varying.model.factors(7, r, varying.line)[1] for r in range(400)])

    lag = [np.corrcoef(periods[:, :-k].ravel(), periods[:, k:].ravel())[0, 1] for k in (1, 2)]

    assert periods.shape == (400, 48)
    assert lag == pytest.approx([0.8, 0.64], abs=0.03)
    assert periods.var() == pytest.approx(1 / 200, rel=0.1)


def test_counts_are_negative_binomial() -> None:
    """The number of contacts of a day varies by mean + mean squared / alpha, far more than Poisson."""
    model = build(
        desk({"streams": [{**STREAMS[0], "per_hour": 20}], "busyness": {"alpha": 25}}, run={"horizon": "10 h"})
    )

    def count(replication: int) -> int:
        arrivals, n = Arrivals(model, model.streams[0], 7, replication), 0
        while arrivals.take() is not None:
            n += 1
        return n

    counts = np.array([count(replication) for replication in range(600)])

    assert counts.mean() == pytest.approx(200, abs=4 * ((200 + 1_600) / 600) ** 0.5)
    assert counts.var() == pytest.approx(200 + 200**2 / 25, rel=0.25)


def test_each_weekday_has_its_own_alpha() -> None:
    """A weekday that is not named has no factor."""
    scenario = desk({"busyness": {"alpha": {"tue": 5.0, "thu": 50.0}}}, run={"horizon": "72 h"})
    varying = build(scenario).streams[0].varying
    assert varying is not None
    days = np.array([varying.model.factors(7, r, 0)[0] for r in range(600)])

    assert days.var(axis=0) == pytest.approx([0.2, 0, 0.02], rel=0.3)


def test_staff_and_other_lines_change_no_factor() -> None:
    """Factors are drawn by key: a stream that is added leaves the others' days as they were."""
    busyness = {"alpha": 10, "between_lines": 0.3}
    both, one = (build(desk({"streams": streams, "busyness": busyness})) for streams in (STREAMS, STREAMS[:1]))

    assert [expected(both.streams[0], r) for r in range(5)] == [expected(one.streams[0], r) for r in range(5)]


def test_days_begin_at_the_desk_s_own_midnight() -> None:
    """A run from noon to noon has two days, cut at midnight by the wall."""
    scenario = desk({"busyness": {"alpha": 10}}, calendar={"date": "2026-11-17", "starts": "12:00"})
    assert scenario.demand.busyness is not None
    varying = build(scenario).streams[0].varying
    assert varying is not None

    assert isinstance(varying.model, BusynessModel)
    assert varying.day_of.tolist() == [0, 1]
    assert build(scenario).streams[0].begins.tolist() == [0, 12 * 3_600_000, 24 * 3_600_000]


def test_what_only_poisson_arrivals_allow_is_refused() -> None:
    """Controls and strata rest on the law of a day's arrivals, which nobody knows where customers come again."""
    again = {"share": 0.2, "delay": {"exponential": "30 min"}}
    with pytest.raises(ValueError, match="customers who come again"):
        simulate(desk({"busyness": {"alpha": 10}, "repeat": again}), replications=1, reduce=True)
