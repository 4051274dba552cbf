"""Agents shared by several kinds of work: priorities, outbound calls, callbacks with a reserve; and retrials."""

import pytest

from sim import theory
from tests.oracles.facts.lines import CALLBACKS


def test_two_priorities() -> None:
    """Cobham and Kella-Yechiali, six figures: two desks of 16 and 14 agents."""
    first, second = theory.priority_line([3, 4], 0.5, 16), theory.priority_line([1, 3], 1 / 3, 14)

    assert (first.p_wait, *first.ew) == pytest.approx((0.508482, 0.101696, 0.813572), abs=1e-6)
    assert (second.p_wait, *second.ew) == pytest.approx((0.481705, 0.131374, 0.919619), abs=1e-6)


def test_priorities_only_shift_the_waiting() -> None:
    """Over all classes the mean wait is that of a line without classes, patient or not."""
    rates = [1.0, 2.0, 3.0]
    found, plain = theory.priority_line(rates, 0.5, 14), theory.patient_line(6, 0.5, 14)
    impatient, everybody = theory.impatient_priority_line((3, 4), 0.5, 13, (0.7, 0.7)), theory.erlang_a(7, 0.5, 13, 0.7)

    assert sum(rate * wait for rate, wait in zip(rates, found.ew, strict=True)) / 6 == pytest.approx(plain.ew, rel=1e-9)
    assert list(found.ew) == sorted(found.ew)
    assert (3 * impatient.ew[0] + 4 * impatient.ew[1]) / 7 == pytest.approx(everybody.ew, rel=1e-8)
    assert impatient.p_wait == pytest.approx(everybody.p_wait, rel=1e-8)


def test_very_patient_priorities_are_cobham_s() -> None:
    """The chain of two impatient classes comes to the formula when hardly anybody leaves."""
    chain, formula = (
        theory.impatient_priority_line((2, 2), 0.5, 10, (1e-5, 1e-5)),
        theory.priority_line([2, 2], 0.5, 10),
    )

    assert chain.ew == pytest.approx(formula.ew, rel=2e-3)


def test_a_head_start_lies_between_one_line_and_two() -> None:
    """None is one line for everybody, an endless one is Cobham's; between, what one class gains the other pays."""
    alike, strict = theory.patient_line(7, 0.5, 16).ew, theory.priority_line([3, 4], 0.5, 16).ew
    none, some, more, endless = (theory.head_start_line((3, 4), 0.5, 16, start) for start in (0, 0.5, 2, 100))

    assert none.ew == pytest.approx((alike, alike))
    assert endless.ew == pytest.approx(strict)
    assert alike > some.ew[0] > more.ew[0] > strict[0]
    for one in (some, more):
        assert (3 * one.ew[0] + 4 * one.ew[1]) / 7 == pytest.approx(alike)
    # Nobody who comes second waits longer for it than those take who come within the head start.
    assert some.ew[1] - alike < 0.5 * 3 / 8


def test_outbound_calls_with_a_threshold() -> None:
    """CCmath's how-to script: 16 agents, threshold 2: ASA .43 min, 63.34 %, 95.83 % busy, 1.11 outbound a minute."""
    line = theory.blended_line(4, 1 / 3, 16, 2)

    assert line.ew == pytest.approx(0.43, abs=5e-3)
    assert line.served_within(0.333) == pytest.approx(0.6334, abs=1e-4)
    assert line.occupancy == pytest.approx(0.9583, abs=5e-5)
    assert line.outbound_rate == pytest.approx(1.11, abs=5e-3)


@pytest.mark.parametrize("abandon_rate", [0.0, 0.5])
def test_blended_work_balances(abandon_rate: float) -> None:
    """All that is started is finished; holding everybody back leaves the plain line."""
    line = theory.blended_line(4, 1 / 3, 16, 3, abandon_rate)
    alone, plain = theory.blended_line(4, 1 / 3, 16, 16, abandon_rate), theory.erlang_x(4, 1 / 3, 16, abandon_rate)

    assert line.occupancy * 16 / 3 == pytest.approx(4 * (1 - line.abandon) + line.outbound_rate, rel=1e-9)
    assert alone.outbound_rate == 0
    assert (alone.ew, alone.idle) == pytest.approx((plain.ew, plain.idle), rel=1e-9)


@pytest.mark.parametrize(("rate", "accepting", "reserve"), CALLBACKS)
def test_callbacks_with_a_reserve(rate: float, accepting: float, reserve: int) -> None:
    """The trade that a planner must see: a reserve helps who calls in and makes callbacks wait."""
    line = theory.callback_line(rate, 0.2, 10, 0.5, accepting, reserve)

    for name, value in CALLBACKS[rate, accepting, reserve].items():
        assert getattr(line, name) == pytest.approx(value, abs=1e-5, rel=1e-5)


def test_callbacks_nobody_takes_are_erlang_a() -> None:
    """With an acceptance of 0, or an offer from a length never reached, the line is the plain one."""
    plain = theory.erlang_a(2, 0.2, 10, 0.5)

    for line in (theory.callback_line(2, 0.2, 10, 0.5, 0), theory.callback_line(2, 0.2, 10, 0.5, 0.9, 2, 60)):
        assert (line.p_delay, line.abandon_all) == pytest.approx((plain.p_wait, plain.abandon), rel=1e-6)


def test_callbacks_everybody_takes_leave_no_line() -> None:
    """When all who would wait take a callback nobody abandons, and the agents do all the work there is."""
    line = theory.callback_line(1.7, 0.2, 10, 0.5, 1.0, 1)

    assert (line.abandon_all, line.ew_inbound) == (0, 0)
    assert line.occupancy == pytest.approx(0.85, rel=1e-9)
    assert line.p_callback == line.p_delay


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((2.5, 0.2, 10, 0.5, 0.9, 2), "no steady state"),
        ((2.5, 0.2, 10, 0.0, 0.1, 0), "no steady state"),
        ((2.0, 0.2, 10, 0.5, 0.5, 10), "no callback would ever be dialled"),
        ((2.0, 0.2, 10, 0.5, 1.5, 0), "accepting must be"),
    ],
)
def test_impossible_callbacks_are_refused(numbers: tuple[float, float, int, float, float, int], told: str) -> None:
    """A reserve that nothing gets past, and more callbacks than can be dialled, have no answer."""
    with pytest.raises(ValueError, match=told):
        theory.callback_line(*numbers)


def test_retrials_of_one_agent() -> None:
    """Falin and Templeton's closed form, 2.7 in orbit and 4.5 of waiting, comes out of the chain too."""
    formula, chain = theory.single_agent_retrial(0.6, 1, 0.5), theory.retrial_line(0.6, 1, 1, 0.5, lines=1)

    assert (formula.orbit, formula.orbit_wait) == pytest.approx((2.7, 4.5), rel=1e-12)
    assert (chain.orbit, chain.blocked, chain.occupancy) == pytest.approx((2.7, 0.6, 0.6), abs=1e-9)


def test_retrials_between_their_limits() -> None:
    """Retrials that give up are Erlang B; slow ones are the fixed point of redials; quick ones are a patient line."""
    gives_up = theory.retrial_line(10, 1, 10, 1.0, lines=10, retry_blocked=0.0)
    slow, redials = theory.retrial_line(10, 1, 10, 0.005, None, 1.0, 1, 0.5), theory.erlang_x(10, 1, 10, 1, redial=0.5)
    quick = theory.retrial_line(8, 1, 10, 2_000.0, lines=10)

    assert gives_up.blocked == pytest.approx(theory.erlang_b(10, 10), rel=1e-9)
    assert slow.occupancy == pytest.approx(redials.occupancy, rel=1e-3)
    assert quick.orbit_wait == pytest.approx(theory.patient_line(8, 1, 10).ew, rel=5e-3)


def test_retrials_balance() -> None:
    """Whoever is never lost is served, and an orbit that only grows is refused."""
    assert theory.retrial_line(8, 1, 10, 0.5, lines=14).lost == pytest.approx(0, abs=1e-9)
    with pytest.raises(theory.NoSteadyState):
        theory.retrial_line(10, 1, 10, 0.5, lines=14)
