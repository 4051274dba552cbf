"""
The twin against queueing theory: Erlang A, Erlang C, and a callback that keeps its place.

Agreement is |z| <= 4 at a fixed seed, with the interval as narrow as the test says. Each family has planted bugs that
must be found out by the same measure.
"""

from collections.abc import Callable
from typing import Any

import pytest

from router.core.lines import Contact, Queue
from sim.impatience import Exponential, served_within
from tests.oracles import facts
from tests.oracles.steady import Observed, line, simulate

pytestmark = pytest.mark.timeout(3_600)  # seconds; these tests compute all the time they take


def agrees(observed: Observed, exact: float, half_width: float) -> None:
    """Within 4 standard errors, and those small enough to mean something."""
    assert observed.half_width(exact) <= half_width
    assert abs(observed.z(exact)) <= 4


def impatient(agents: int) -> dict[str, Any]:
    """10 arrivals a minute, handle time 4 min, patience 2 min."""
    return line(agents, 600, "4 min", "2 min")


def patient(load: float, agents: int) -> dict[str, Any]:
    """Nobody leaves; 12 arrivals a minute, handle time to give the load."""
    return line(agents, 720, f"{load * 5:g} s")


def keeping_place(agents: int) -> dict[str, Any]:
    """40 Erlang; whoever must wait takes a callback at once, and is reached at once."""
    return line(agents, 1_200, "2 min", "1 min", callbacks=True)


def check_erlang_a(agents: int, arrivals: int, half_width: float) -> None:
    """P(wait) at the half-width; abandonment and time in line beside it."""
    steady, exact = simulate(impatient(agents), arrivals), facts.ERLANG_A[agents]
    agrees(steady.observe("waited"), exact["p_wait"], half_width)
    agrees(steady.observe("abandoned"), exact["abandon"], 5 * half_width)
    agrees(steady.observe("minutes"), exact["ew"], 5 * half_width)
    early = served_within(10, 0.25, agents, Exponential(2), 1 / 3)
    agrees(steady.observe("served_early"), early, half_width)


@pytest.mark.parametrize(
    ("agents", "arrivals", "half_width"), [(38, 230_000, 0.01), (40, 60_000, 0.03), (44, 150_000, 0.03)]
)
def test_erlang_a(agents: int, arrivals: int, half_width: float) -> None:
    """M/M/c+M: who waits, who leaves and for how long is what the birth-death chain says."""
    check_erlang_a(agents, arrivals, half_width)


def test_erlang_c() -> None:
    """M/M/3 with 2 Erlang: 4 of 9 wait."""
    agrees(simulate(patient(2, 3), 120_000).observe("waited"), facts.ERLANG_C[2.0, 3], 0.01)


def test_a_callback_that_keeps_its_place() -> None:
    """When everyone who waits takes a callback nobody leaves, so P(wait) is Erlang C's of 40 Erlang on 44 agents."""
    steady = simulate(keeping_place(44), 760_000)

    agrees(steady.observe("waited"), facts.KEEP_PLACE[1.0]["p_wait"], 0.03)
    assert steady.observe("abandoned").mean == 0


@pytest.mark.long
@pytest.mark.parametrize(("agents", "arrivals"), [(38, 300_000), (40, 400_000), (44, 1_500_000)])
def test_erlang_a_narrowly(agents: int, arrivals: int) -> None:
    """The same at 1 %."""
    check_erlang_a(agents, arrivals, 0.01)


@pytest.mark.long
@pytest.mark.parametrize(("load", "agents", "arrivals"), [
    (2, 3, 150_000), (10, 14, 2_000_000), (12, 14, 1_400_000), (20, 23, 2_000_000), (20, 25, 2_800_000),
])  # fmt: skip
def test_erlang_c_narrowly(load: float, agents: int, arrivals: int) -> None:
    """The same at 1 %, up to 25 agents."""
    agrees(simulate(patient(load, agents), arrivals).observe("waited"), facts.ERLANG_C[float(load), agents], 0.01)


@pytest.mark.long
def test_a_callback_that_keeps_its_place_narrowly() -> None:
    """The same at 1 %."""
    steady = simulate(keeping_place(44), 6_000_000)

    agrees(steady.observe("waited"), facts.KEEP_PLACE[1.0]["p_wait"], 0.01)


@pytest.mark.parametrize(
    ("scenario", "exact", "arrivals"),
    [
        (impatient(39), facts.ERLANG_A[38]["p_wait"], 20_000),
        (patient(2, 4), facts.ERLANG_C[2.0, 3], 20_000),
        (keeping_place(46), facts.KEEP_PLACE[1.0]["p_wait"], 60_000),
    ],
    ids=["erlang a", "erlang c", "keep place"],
)
def test_an_agent_too_many_is_found_out(scenario: dict[str, Any], exact: float, arrivals: int) -> None:
    """A desk that counts its agents wrongly does not agree, although each run is short."""
    assert abs(simulate(scenario, arrivals).observe("waited").z(exact)) > 4


def last_come_first_served(queue: Queue, contact: Contact) -> None:
    """`Queue.enter` with the order turned round."""
    contact.rank, contact.seq = -contact.rank, -contact.seq
    enter(queue, contact)


enter: Callable[[Queue, Contact], None] = Queue.enter


def test_a_line_served_from_its_end_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Last come, first served changes neither who waits nor the mean wait, but who is served within 20 s."""
    monkeypatch.setattr(Queue, "enter", last_come_first_served)
    steady = simulate(impatient(38), 40_000)

    assert abs(steady.observe("waited").z(facts.ERLANG_A[38]["p_wait"])) <= 4
    assert abs(steady.observe("served_early").z(served_within(10, 0.25, 38, Exponential(2), 1 / 3))) > 4


def test_patience_that_is_not_what_it_should_be_is_found_out() -> None:
    """Customers who stay half as long again abandon less."""
    steady = simulate(line(38, 600, "4 min", "3 min"), 60_000)

    assert abs(steady.observe("abandoned").z(facts.ERLANG_A[38]["abandon"])) > 4
