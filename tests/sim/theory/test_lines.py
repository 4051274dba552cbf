"""Erlang B, C, A and X: published values, and laws that hold of every line."""

import math

import pytest

from sim import theory
from tests.oracles.facts.lines import ERLANG_A, ERLANG_B, ERLANG_C, LIMITED


@pytest.mark.parametrize(("load", "agents"), ERLANG_B)
def test_erlang_b(load: float, agents: int) -> None:
    """Blocking of M/M/c/c is the published value, by the recursion and by the chain."""
    assert theory.erlang_b(load, agents) == pytest.approx(ERLANG_B[load, agents], abs=1e-8)
    assert theory.erlang_x(load, 1.0, agents, lines=agents).blocked == pytest.approx(ERLANG_B[load, agents], abs=1e-8)


@pytest.mark.parametrize(("load", "agents"), ERLANG_C)
def test_erlang_c(load: float, agents: int) -> None:
    """P(wait) of M/M/c is the published value, and so is the chain's; the wait's mean and distribution agree too."""
    chain, line = theory.erlang_x(load, 1.0, agents), theory.patient_line(load, 1.0, agents)

    assert theory.erlang_c(load, agents) == pytest.approx(ERLANG_C[load, agents], abs=1e-8)
    assert (chain.p_wait, chain.ew, chain.ev) == pytest.approx((line.p_wait, line.ew, line.ev), rel=1e-9)
    assert chain.idle == pytest.approx(theory.all_idle(load, agents), rel=1e-9)
    assert chain.served_within(0.1) == pytest.approx(theory.patient_service_level(load, 1.0, agents, 0.1), abs=1e-10)


def test_the_planner_s_first_question_has_its_known_answer() -> None:
    """100 calls in half an hour, 180 s each, 80 % within 20 s: 14 agents, ASA 7.8359 s (pyworkforce, CRAN ErlangC)."""
    line = theory.patient_line(100 / 1800, 1 / 180, 14)

    assert theory.agents_needed(100 / 1800, 1 / 180, 20.0, 0.8) == 14
    assert line.ew == pytest.approx(7.83593701177724, abs=1e-9)
    assert line.occupancy == pytest.approx(0.7142857142857143, abs=1e-12)
    assert theory.patient_service_level(100 / 1800, 1 / 180, 14, 20.0) == pytest.approx(0.8883500191794669, abs=1e-9)


def test_staffing_keeps_to_the_occupancy_and_to_what_shrinks() -> None:
    """At most 70 % busy the same question needs 15 agents, and 22 on the roster at 30 % shrinkage (pyworkforce)."""
    assert theory.agents_needed(100 / 1800, 1 / 180, 20.0, 0.8, max_occupancy=0.7) == 15
    assert theory.agents_needed(10, 1, 20.0, 0.0, max_occupancy=0.5) == 20
    assert theory.agents_needed(10, 1, 20.0, 0.0) == 11
    assert [theory.rostered(agents, 0.3) for agents in (14, 15, 40)] == [20, 22, 58]
    assert theory.rostered(40, 0) == 40


@pytest.mark.parametrize("agents", ERLANG_A)
def test_erlang_a(agents: int) -> None:
    """M/M/c+M has the recorded values, by the chain and by the integrals alike."""
    by_chain = theory.erlang_a(10, 0.25, agents, 0.5)
    by_integral = theory.impatient_line(10, 0.25, agents, theory.Exponential(2))

    for name, value in ERLANG_A[agents].items():
        assert getattr(by_chain, name) == pytest.approx(value, abs=1e-6)
        assert getattr(by_integral, name) == pytest.approx(getattr(by_chain, name), abs=1e-10)


def test_erlang_a_as_a_planning_tool_prints_it() -> None:
    """pyworkforce, test_abandonment.py: 100 calls in 30 min, 3 min each, patience 5 min, 14 agents, 20 s."""
    line = theory.erlang_a(100 / 30, 1 / 3, 14, 1 / 5)

    assert (line.p_wait, line.abandon) == (pytest.approx(0.14526, abs=1e-6), pytest.approx(0.013984, abs=1e-6))
    assert (line.occupancy, line.ew) == (pytest.approx(0.704297, abs=1e-6), pytest.approx(0.069919, abs=1e-6))
    assert line.served_within(1 / 3) == pytest.approx(0.916792, abs=1e-6)


@pytest.mark.parametrize(("agents", "load"), [(1, 0.5), (1, 3.0), (12, 30.0), (200, 190.0), (1000, 1100.0)])
def test_erlang_a_balances(agents: int, load: float) -> None:
    """Who is not abandoned is served: occupancy x agents = load x (1 - abandoned), at any size and overload."""
    line = theory.erlang_a(load, 1.0, agents, 0.4)

    assert line.occupancy * agents == pytest.approx(load * (1 - line.abandon), rel=1e-9)
    assert line.ew == pytest.approx(theory.impatient_line(load, 1.0, agents, theory.Exponential(2.5)).ew, rel=1e-8)


@pytest.mark.parametrize("within", [0.0, 0.05, 1 / 3, 2.0])
def test_the_wait_s_distribution_has_two_derivations(within: float) -> None:
    """The beta law of the virtual wait agrees with the M/M/n+G integrals, for each way of asking."""
    line, numbers = theory.erlang_a(10, 0.25, 38, 0.5), (10.0, 0.25, 38, theory.Exponential(2.0), within)

    assert line.virtual_within(within) == pytest.approx(theory.virtual_within(*numbers), abs=1e-9)
    assert line.served_within(within) == pytest.approx(theory.served_within(*numbers), abs=1e-9)
    assert line.abandoned_within(within) == pytest.approx(theory.abandoned_within(*numbers), abs=1e-9)
    assert line.late_level(within) == line.served_within(within) / (1 - line.abandoned_within(within))


@pytest.mark.parametrize("abandon_rate", [0.0, 1e-8])
def test_patience_without_end_is_the_limit(abandon_rate: float) -> None:
    """A very patient line is Erlang C's, and its formulas lose no figures on the way."""
    line, patient = theory.erlang_x(10, 1, 12, abandon_rate), theory.patient_line(10, 1, 12)

    assert (line.p_wait, line.ew, line.ev) == pytest.approx((patient.p_wait, patient.ew, patient.ev), rel=1e-6)
    assert line.virtual_within(0.5) == pytest.approx(theory.patient_service_level(10, 1, 12, 0.5), rel=1e-6)


def test_limited_lines() -> None:
    """M/M/c/K as published: first, second and third case differ in what is printed of them."""
    for (rate, mu, agents, lines), published in LIMITED.items():
        line = theory.erlang_x(rate, mu, agents, lines=lines)
        sojourn = line.in_system / (rate * (1 - line.blocked))
        found = {"idle": line.idle, "sojourn": sojourn, "blocked": line.blocked, "in_system": line.in_system}
        assert {name: pytest.approx(value, abs=1e-6) for name, value in published.items()} == {
            name: found[name] for name in published
        }
        assert line.ew + 1 / mu == pytest.approx(sojourn, rel=1e-12)


def test_a_limit_that_is_never_reached_changes_nothing() -> None:
    """With ever more lines Erlang X becomes Erlang A; CCmath's how-to script has .0743, .7934, .8797 for this one."""
    unlimited, limited = theory.erlang_a(4, 1 / 3, 14, 1), theory.erlang_x(4, 1 / 3, 14, 1, lines=100)

    assert (limited.abandon, limited.occupancy) == pytest.approx((unlimited.abandon, unlimited.occupancy), rel=1e-12)
    assert limited.abandon == pytest.approx(0.0743, abs=5e-5)
    assert limited.occupancy == pytest.approx(0.7934, abs=5e-5)
    assert limited.virtual_within(0.333) == pytest.approx(0.8797, abs=5e-5)


def test_redials_are_a_fixed_point() -> None:
    """Attempts are fresh arrivals and what comes back: Lambda = lambda + Lambda (r abandoned + b blocked)."""
    line = theory.erlang_x(10, 1, 9, 0.8, lines=12, redial=0.6, redial_blocked=0.9)
    back = line.arrival_rate * (0.6 * line.abandon + 0.9 * line.blocked)

    assert line.arrival_rate == pytest.approx(10 + back, rel=1e-10)
    assert back > 3
    assert theory.erlang_x(10, 1, 12, redial=0.6).arrival_rate == 10


def test_one_agent_shared_by_all() -> None:
    """M/M/1-PS as Ciw tests it: 1 / (mu - lambda)."""
    assert [theory.shared_agent_sojourn(rate, mu) for rate, mu in [(3, 5), (4, 5), (3, 6)]] == [0.5, 1.0, 1 / 3]


def test_empty_lines_are_lines_too() -> None:
    """Without arrivals nobody waits and everybody is idle."""
    assert theory.patient_line(0, 1, 3) == theory.Line(0.0, 0.0, 0.0, 0.0, 0.0)
    assert theory.all_idle(0, 3) == 1
    assert math.isinf(theory.patient_line(12, 0.25, 44).ew)
    assert theory.all_idle(48, 44) == 0
    assert theory.patient_service_level(12, 0.25, 44, 1) == 0
