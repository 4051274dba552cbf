"""What an ASC is told about the wait: when, again, and how it is held against what happened."""

from dataclasses import replace

import pytest

from router.core.announcing import expected_wait
from router.core.commands import RequestChat
from router.core.deadlines import ANNOUNCE
from router.core.events import WaitReviewed, WaitTold
from router.core.ids import LineKey
from router.core.policy import EMPTY_ESTIMATES
from tests.core.acts import asks_callback, call, case, moves
from tests.core.build import (
    accepts,
    agent,
    asc_connects,
    chat,
    closes,
    converts,
    declines,
    finishes,
    given,
    leaves,
    offers,
    passes,
    status,
    stops,
    told,
    when,
)

AGAIN_MS = EMPTY_ESTIMATES.announcements.min_interval_ms
TOLD = {"estimates": EMPTY_ESTIMATES}
BUSY = [agent("ann"), chat("a"), accepts("ann", "a")]
WAITS = [asc_connects("it"), chat("it")]


def ledger(story):
    return story.state.lines["expense/en"].ledger


def test_whoever_is_not_offered_at_once_is_told():
    """A range, and the place; whoever rings already is told nothing."""
    desk = given(*BUSY, *WAITS, **TOLD)

    (said,) = [event.said for event in told(desk, WaitTold)]
    assert "range" == said.kind
    assert 0 < said.low_ms < said.high_ms
    assert [] == told(given(agent("ann"), *WAITS, **TOLD), WaitTold)


def test_where_nobody_serves_the_line_no_number_is_told():
    """An estimate of nothing would be a lie."""
    (said,) = [event.said for event in told(given(*WAITS, **TOLD), WaitTold)]

    assert ("unstaffed", 0, 0) == (said.kind, said.low_ms, said.high_ms)


@pytest.mark.parametrize("quiet", [
    [*BUSY, chat("it")],  # nobody is connected who could hear it
    [*BUSY, asc_connects("it"), case("it")],
    [*BUSY, asc_connects("it"), asks_callback("it")],
])  # fmt: skip
def test_whoever_cannot_hear_or_does_not_wait_is_told_nothing(quiet):
    """A chat without a session, cases and callbacks have nobody to whom it could be said."""
    assert [] == told(given(*quiet, **TOLD), WaitTold)


def test_a_caller_is_told_by_the_switch():
    """The switch that reported the call says it, so no session of the ASC is needed."""
    (said,) = told(given(*BUSY, asc_connects("somebody"), call("it"), **TOLD), WaitTold)

    assert "range" == said.said.kind


def test_a_desk_may_tell_nobody():
    """Where estimates are off nothing is told, and nothing is looked at again."""
    desk = given(*BUSY, *WAITS, estimates=replace(EMPTY_ESTIMATES, enabled=False))

    assert [] == told(when(desk, passes(AGAIN_MS)), WaitTold, WaitReviewed)


def test_it_is_looked_at_again_and_told_when_there_is_news():
    """After the interval: nothing new is no news, another agent is."""
    desk = given(*BUSY, *WAITS, chat("behind"), **TOLD)

    desk = when(desk, passes(AGAIN_MS))
    assert (0, 1) == (len(told(desk, WaitTold)), len(told(desk, WaitReviewed)))
    desk = when(
        desk, *[agent(f"agent {n}", capacity=9) for n in range(3)], *[status(f"agent {n}", "break") for n in range(3)]
    )
    assert 1 == len(told(when(desk, status("ann", "offline"), passes(AGAIN_MS)), WaitTold))


def test_while_no_node_lives_nothing_is_told():
    """Nobody could hear it; it is told when one lives again."""
    assert [] == told(given(*BUSY, stops(), *WAITS[1:], **TOLD), WaitTold)


def test_whoever_is_served_is_counted():
    """What was told is held against the wait: the ledger has settled it, and no deadline is left."""
    desk = given(*BUSY, *WAITS, closes("ann", "a"), finishes("ann", "a"), **TOLD)
    desk = when(desk, accepts("ann", "it"))

    assert None is desk.state.contacts[desk.number("it")].announced
    assert None is desk.state.deadlines.due_of(ANNOUNCE, desk.number("it"))


@pytest.mark.parametrize("end", [leaves("it"), converts("it"), moves("it", "travel/en")])
def test_whoever_waits_no_longer_there_is_settled(end):
    """Leaving, leaving a number and being moved end what was told."""
    desk = given(*BUSY, *WAITS, end, **TOLD)
    contact = desk.state.contacts.get(desk.number("it"))

    assert None is desk.state.deadlines.due_of(ANNOUNCE, desk.number("it")) or contact.line == "travel/en"
    assert contact is None or contact.channel == "callback" or contact.announced.at == desk.now


def test_back_in_line_it_is_told_again_when_it_is_time():
    """An offer that was declined changes nothing about when the ASC hears more."""
    desk = given(*BUSY, *WAITS, closes("ann", "a"), finishes("ann", "a"), **TOLD)
    assert {"it": "ann"} == offers(desk)

    desk = when(desk, declines("ann", "it"))

    assert AGAIN_MS == desk.state.deadlines.due_of(ANNOUNCE, desk.number("it"))


def test_the_expected_wait_of_a_line():
    """Three points of the wait for somebody with so many ahead; nothing where nobody is."""
    desk = given(*BUSY, **TOLD)
    line = desk.state.lines["expense/en"]

    low, middle, high = expected_wait(desk.state, line, 3, whole=False)

    assert 0 < low < middle < high
    assert expected_wait(desk.state, line, 0, whole=False)[1] < middle
    assert None is expected_wait(desk.state, desk.state.lines["travel/de"], 0, whole=False)


def test_a_driver_without_a_journal_is_told_the_same():
    """`handle` tells newcomers as folding does."""
    desk = given(*BUSY, asc_connects("it"), **TOLD)
    asks = RequestChat(desk.number("it"), desk.number("it's asc"), 1, LineKey("expense/en"))

    assert [WaitTold] == [event.__class__ for event in desk.core.handle(asks, desk.now)][1:]
