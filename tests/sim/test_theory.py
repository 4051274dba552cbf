"""The formulas against published and independently computed values."""

import math

import pytest

from sim import impatience, theory
from sim.impatience import Exponential, Fixed, Lognormal, Mixed, Patience
from tests.oracles.facts import ERLANG_A, ERLANG_B, ERLANG_C, KEEP_PLACE, collected


@pytest.mark.parametrize(("load", "agents"), ERLANG_B)
def test_erlang_b(load: float, agents: int) -> None:
    """Blocking of M/M/c/c is the published value."""
    assert theory.erlang_b(load, agents) == pytest.approx(ERLANG_B[load, agents], abs=1e-8)


@pytest.mark.parametrize(("load", "agents"), ERLANG_C)
def test_erlang_c(load: float, agents: int) -> None:
    """P(wait) of M/M/c is the published value."""
    assert theory.erlang_c(load, agents) == pytest.approx(ERLANG_C[load, agents], abs=1e-8)


def test_the_planner_s_first_question_has_its_known_answer() -> None:
    """100 calls in half an hour, 180 s each, 80 % within 20 s: 14 agents, ASA 7.8359 s (pyworkforce, CRAN ErlangC)."""
    line = theory.patient_line(100 / 1800, 1 / 180, 14)

    assert theory.agents_needed(100 / 1800, 1 / 180, 20.0, 0.8) == 14
    assert line.ew == pytest.approx(7.83593701177724, abs=1e-9)
    assert line.occupancy == pytest.approx(0.7142857142857143, abs=1e-12)
    assert theory.patient_service_level(100 / 1800, 1 / 180, 14, 20.0) == pytest.approx(0.8883500191794669, abs=1e-9)


@pytest.mark.parametrize("agents", ERLANG_A)
def test_erlang_a(agents: int) -> None:
    """M/M/c+M has the recorded values, by the chain and by the integrals alike."""
    by_chain = theory.erlang_a(10, 0.25, agents, 0.5)
    by_integral = impatience.impatient_line(10, 0.25, agents, Exponential(2))

    for name, value in ERLANG_A[agents].items():
        assert getattr(by_chain, name) == pytest.approx(value, abs=1e-6)
        assert getattr(by_integral, name) == pytest.approx(getattr(by_chain, name), abs=1e-10)


def test_erlang_a_as_a_planning_tool_prints_it() -> None:
    """pyworkforce, test_abandonment.py: 100 calls in 30 min, 3 min each, patience 5 min, 14 agents, 20 s."""
    line = theory.erlang_a(100 / 30, 1 / 3, 14, 1 / 5)

    assert (line.p_wait, line.abandon) == (pytest.approx(0.14526, abs=1e-6), pytest.approx(0.013984, abs=1e-6))
    assert (line.occupancy, line.ew) == (pytest.approx(0.704297, abs=1e-6), pytest.approx(0.069919, abs=1e-6))
    assert impatience.served_within(100 / 30, 1 / 3, 14, Exponential(5), 1 / 3) == pytest.approx(0.916792, abs=1e-6)


@pytest.mark.parametrize(("agents", "load"), [(1, 0.5), (1, 3.0), (12, 30.0), (200, 190.0), (1000, 1100.0)])
def test_erlang_a_balances(agents: int, load: float) -> None:
    """Who is not abandoned is served: occupancy x agents = load x (1 - abandoned), at any size and overload."""
    line = theory.erlang_a(load, 1.0, agents, 0.4)

    assert line.occupancy * agents == pytest.approx(load * (1 - line.abandon), rel=1e-9)
    assert line.ew == pytest.approx(impatience.impatient_line(load, 1.0, agents, Exponential(2.5)).ew, rel=1e-8)


@pytest.mark.parametrize(
    ("patience", "p_wait", "abandon", "ew", "ev", "virtual_late", "served_early"),
    [
        (Lognormal(2, 1), 0.47468, 0.06904, 0.17429, 0.19415, 0.25028, 0.74264),
        (Fixed(2), 0.73403, 0.03495, 0.76899, 0.77248, 0.61752, 0.38248),
        (Mixed([(0.1, Fixed(0)), (0.9, Exponential(2))]), 0.36503, 0.08345, 0.09389, 0.1188, 0.14471, 0.81903),
    ],
)
def test_other_laws_of_patience(
    patience: Patience, p_wait: float, abandon: float, ew: float, ev: float, virtual_late: float, served_early: float
) -> None:
    """M/M/40+G at one mean patience and three laws (Zeltyn-Mandelbaum integrals, five figures; 20 s)."""
    line = impatience.impatient_line(10, 0.25, 40, patience)

    assert (line.p_wait, line.abandon) == (pytest.approx(p_wait, abs=5e-6), pytest.approx(abandon, abs=5e-6))
    assert (line.ew, line.ev) == (pytest.approx(ew, abs=5e-6), pytest.approx(ev, abs=5e-6))
    assert 1 - impatience.virtual_within(10, 0.25, 40, patience, 1 / 3) == pytest.approx(virtual_late, abs=5e-6)
    assert impatience.served_within(10, 0.25, 40, patience, 1 / 3) == pytest.approx(served_early, abs=5e-6)


@pytest.mark.parametrize("accepting", KEEP_PLACE)
def test_keeping_one_s_place(accepting: float) -> None:
    """A callback that keeps the place turns impatient customers into patient ones; with all of them it is Erlang C."""
    line = impatience.keep_place_line(10, 0.25, 44, 0.5, accepting)

    for name, value in KEEP_PLACE[accepting].items():
        assert getattr(line, name) == pytest.approx(value, abs=6e-6)
    assert impatience.keep_place_line(10, 0.25, 44, 0.5, 1.0).p_wait == pytest.approx(theory.erlang_c(40, 44), abs=1e-9)


def test_too_many_patient_customers_are_refused() -> None:
    """A line that only grows has no steady state, and the formula says so instead of answering."""
    with pytest.raises(ValueError, match="no steady state"):
        impatience.keep_place_line(12, 0.25, 44, 0.5, 1.0)
    assert math.isinf(theory.patient_line(12, 0.25, 44).ew)


@pytest.mark.parametrize(("load", "agents"), [(-1.0, 3), (math.nan, 3), (2.0, 0)])
def test_impossible_numbers_are_refused(load: float, agents: int) -> None:
    """No formula answers a question that makes no sense."""
    with pytest.raises(ValueError, match="must be"):
        theory.erlang_c(load, agents)


@pytest.mark.parametrize("record", ["A-38", "A-40", "A-44"])
def test_the_collection_agrees_on_erlang_a(record: str) -> None:
    """Where the larger collection is present, its records say the same."""
    entry = collected(record)
    line = theory.erlang_a(
        entry["params"]["lam"], entry["params"]["mu"], entry["params"]["c"], entry["params"]["theta"]
    )

    assert {name: pytest.approx(value, abs=1e-6) for name, value in entry["expect"].items()} == {
        name: getattr(line, name) for name in entry["expect"]
    }


@pytest.mark.parametrize("record", ["VH-0.0", "VH-0.6", "VH-1.0"])
def test_the_collection_agrees_on_keeping_the_place(record: str) -> None:
    """The same for its virtual-hold records."""
    given = collected(record)["params"]
    line = impatience.keep_place_line(given["lam"], given["mu"], given["c"], given["theta"], given["p"])

    assert {name: pytest.approx(value, abs=5e-5) for name, value in collected(record)["expect"].items()} == {
        name: getattr(line, name) for name in ("p_wait", "abandon", "ev", "ew")
    }


def test_the_collection_agrees_on_erlang_b_and_c() -> None:
    """The same for its two tables of textbook values."""
    for record, formula, name in [("ERLB", theory.erlang_b, "B"), ("ERLC", theory.erlang_c, "C")]:
        entry = collected(record)
        computed = [formula(load, agents) for load, agents in entry["params"]["ac"]]
        assert computed == pytest.approx(entry["expect"][name], abs=1e-8)
