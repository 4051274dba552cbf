"""The scenarios that show sweeps, against the chains that solve them exactly."""

from pathlib import Path

import pytest

from sim import theory
from sim.scenario_file import load_scenario
from sim.settings import changed
from sim.sweep.axes import axes_of
from sim.sweep.run import sweep
from sim.tally import Measured

SCENARIOS = Path(__file__).parents[2] / "scenarios"
HANDLE_MIN = [13.0, 16.5, 21.5, 31.0]
MOST_Z = 4.0
T_5 = 2.571
"""Of six replications: half of the interval in standard errors."""


def z(measured: Measured, exact: float) -> float:
    """How many standard errors lie between."""
    estimate = measured.estimate
    assert estimate.mean is not None
    assert estimate.half_width is not None
    return abs(estimate.mean - exact) / (estimate.half_width / T_5)


def test_the_file_is_what_was_meant() -> None:
    """Handle times by concurrency, and the most that six agents can do in an hour: three at once are best."""
    scenario = load_scenario(SCENARIOS / "chat-concurrency.yaml")

    assert [13 * factor for factor in scenario.work.slow_down] == pytest.approx(HANDLE_MIN, abs=1e-5)
    limits = [6 * 60 * held / minutes for held, minutes in enumerate(HANDLE_MIN, 1)]
    assert [round(limit, 1) for limit in limits] == [27.7, 43.6, 50.2, 46.5]


def test_chats_at_once_are_erlang_chat() -> None:
    """Calm or busy, with three or four at once: abandonment and service level are those of the chain."""
    base = changed(load_scenario(SCENARIOS / "chat-concurrency.yaml"), "run.horizon=24 h")
    found = sweep(base, axes_of(["people.agents.chats=2,4", "demand.streams[0].per_hour=60"]), replications=6)

    for one, slots in zip(found.tried, (2, 4), strict=True):
        exact = theory.routed_chat_line(1.0, HANDLE_MIN[:slots], 6, 1 / 8)
        assert z(one.measure("sl_offered"), exact.served_within(1.0)) <= MOST_Z
        assert z(one.measure("abandonment"), exact.abandon) <= MOST_Z


def test_the_cap_that_looks_best_on_a_calm_day_loses_the_worst() -> None:
    """What the scenario teaches, as theory has it: four beat three at 40 an hour, and three beat four at 60."""
    calm, worst = (
        [theory.routed_chat_line(rate / 60, HANDLE_MIN[:slots], 6, 1 / 8).served_within(1.0) for slots in (3, 4)]
        for rate in (40, 60)
    )

    assert calm[0] < calm[1]
    assert worst[0] > worst[1]


def test_a_reserve_is_paid_by_those_who_are_called_back() -> None:
    """Acceptance and reserve as the chain has them: fewer leave, and callbacks wait longer."""
    base = changed(load_scenario(SCENARIOS / "callback-trade.yaml"), "run.horizon=16 h; run.warm_up=2 h")
    found = sweep(base, axes_of(["policy.callbacks.reserve=0,1"]), replications=6)
    exact = [theory.callback_line(2.0, 1 / 5, 10, 1 / 2, 0.5, reserve) for reserve in (0, 1)]

    for one, chain in zip(found.tried, exact, strict=True):
        assert z(one.measure("abandonment"), chain.abandon_inbound) <= MOST_Z
    few, many = (one.measure("callback_wait_mean").estimate.mean for one in found.tried)
    assert few is not None
    assert many is not None
    assert many > 2 * few
