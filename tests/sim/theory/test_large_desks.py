"""Limits for large desks, loads that change with the time of day, and how well a wait can be told."""

import math

import pytest

from sim import theory
from tests.oracles.facts.others import AGENTS_FOR_DELAY, GARNETT, HALFIN_WHITT


@pytest.mark.parametrize("beta", GARNETT)
def test_garnett_s_function(beta: float) -> None:
    """Six figures, from understaffed to overstaffed."""
    assert [theory.garnett(beta, ratio) for ratio in (0.1, 0.5, 1, 2, 10)] == pytest.approx(GARNETT[beta], abs=1e-6)


def test_halfin_and_whitt_s_function() -> None:
    """Six figures; and the limit of Garnett's when nobody leaves."""
    assert [theory.halfin_whitt(beta) for beta in HALFIN_WHITT] == pytest.approx(list(HALFIN_WHITT.values()), abs=1e-6)
    assert theory.garnett(1.0, 1e-6) == pytest.approx(theory.halfin_whitt(1.0), rel=1e-3)


def test_large_desks_come_to_their_limits() -> None:
    """At 10,000 Erlang the exact formulas are within 1 % of the limits, for waiting and for leaving."""
    load = 10_000.0
    agents = theory.square_root_agents(load, 0.5)
    line = theory.erlang_a(load, 1.0, agents, 0.5)

    assert agents == 10_050
    assert theory.erlang_c(load, agents) == pytest.approx(theory.halfin_whitt(0.5), rel=0.01)
    assert line.p_wait == pytest.approx(theory.garnett(0.5, 0.5), rel=0.01)
    assert line.abandon == pytest.approx(theory.garnett_abandon(0.5, 0.5, load), rel=0.01)


@pytest.mark.parametrize("ratio", [None, 0.2, 3.0])
def test_the_beta_for_a_wished_waiting(ratio: float | None) -> None:
    """Asking back gives the same share of waiting."""
    beta = theory.beta_for(0.3, ratio)

    assert (theory.halfin_whitt(beta) if ratio is None else theory.garnett(beta, ratio)) == pytest.approx(0.3, abs=1e-9)


@pytest.mark.parametrize("p_wait", AGENTS_FOR_DELAY)
def test_agents_for_a_demand_that_changes(p_wait: float) -> None:
    """m(t) = 100 + 10 (sin t - cos t), and the fewest agents with a Poisson tail of at most the share."""
    loads = [theory.sinusoidal_offered_load(100, 20, 1, 1, step * math.pi / 4) for step in range(8)]

    assert loads[:3] == pytest.approx([90, 100, 110], abs=1e-9)
    assert [theory.agents_for_delay(load, p_wait) for load in loads] == list(AGENTS_FOR_DELAY[p_wait])


def test_a_load_in_pieces_is_the_same_load() -> None:
    """The sine cut into short pieces of constant rate comes to the closed form; before and after there is no demand."""
    edges = [step / 200 for step in range(200 * 30 + 1)]
    rates = [100 + 20 * math.sin(edge + 1 / 400) for edge in edges[:-1]]
    times = [20.0, 21.5, 24.0, 29.0]
    exact = [theory.sinusoidal_offered_load(100, 20, 1, 1, time) for time in times]

    assert theory.offered_load(edges, rates, 1.0, times) == pytest.approx(exact, rel=1e-4)
    assert theory.offered_load([1.0, 2.0], [5.0], 1.0, [0.5, 1.0]) == [0.0, 0.0]
    assert theory.offered_load([0.0, 2.0], [5.0], 1.0, [3.0])[0] == pytest.approx(5 * (1 - math.exp(-2)) * math.exp(-1))


def test_how_well_a_wait_can_be_told() -> None:
    """Delay history is about twice as bad as the queue length; at loads of .95 and .98 as simulated elsewhere."""
    for rho, agents, last, head in [(0.95, 10, 2.147, 2.062), (0.98, 100, 2.123, 2.08)]:
        rate = rho * agents
        best = theory.queue_length_error(rate, 1, agents)
        assert best == pytest.approx(1 / ((1 - rho) * agents**2), rel=1e-9)
        assert theory.last_served_error(rate, 1, agents) / best == pytest.approx(last, abs=0.15)
        assert theory.head_of_line_error(rate, 1, agents) / best == pytest.approx(head, abs=0.15)
    assert theory.heavy_traffic_ratio(1.0) == 2.0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (lambda: theory.erlang_b(-1.0, 3), "must be"),
        (lambda: theory.erlang_c(math.nan, 3), "must be"),
        (lambda: theory.erlang_c(2.0, 0), "must be"),
        (lambda: theory.erlang_a(2, 1, 3, 0), "use patient_line for 0"),
        (lambda: theory.erlang_a(0, 1, 3, 1), "arrival_rate must be"),
        (lambda: theory.erlang_x(2, 1, 3, 1, lines=2), "lines must be"),
        (lambda: theory.erlang_x(2, 1, 3, 1, redial=1.0), "redial must be"),
        (lambda: theory.patient_line(2, 0, 3), "service_rate must be"),
        (lambda: theory.erlang_a(2, 1, 3, 1).served_within(-1), "within must be"),
        (lambda: theory.agents_needed(2, 1, 20, 1.0), "share must be"),
        (lambda: theory.agents_needed(2, 1, 20, 0.8, 0), "max_occupancy must be"),
        (lambda: theory.rostered(10, 1), "shrinkage must be"),
        (lambda: theory.agents_for_delay(10, 0), "p_wait must be"),
        (lambda: theory.beta_for(1.0), "p_wait must be"),
        (lambda: theory.halfin_whitt(0), "beta must be"),
        (lambda: theory.garnett(0, 0), "ratio must be"),
        (lambda: theory.garnett(40, 1), "beta must be"),
        (lambda: theory.square_root_agents(4, -3), "nobody would serve"),
        (lambda: theory.offered_load([0.0, 1.0], [1.0, 2.0], 1, [0.5]), "one edge more"),
        (lambda: theory.sinusoidal_offered_load(10, 20, 1, 1, 0), "negative"),
        (lambda: theory.heavy_traffic_ratio(-1), "must be 0 or more"),
        (lambda: theory.priority_line([], 1, 3), "classes must be"),
        (lambda: theory.retrial_line(1, 1, 2, 1, lines=1), "lines must be"),
        (lambda: theory.fixed_service_line(0.9999, 1, 1), "too near"),
    ],
)
def test_impossible_numbers_are_refused(asked: object, told: str) -> None:
    """No formula answers a question that makes no sense; the number that is wrong is named."""
    assert callable(asked)
    with pytest.raises(ValueError, match=told):
        asked()
