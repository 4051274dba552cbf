"""A change of the rules: what it touches, what it leaves alone, when it is refused."""

import pytest

from tests.core.build import (
    LINES,
    RING_MS,
    accepts,
    adopts,
    agent,
    callback,
    chat,
    closes,
    finishes,
    given,
    offers,
    passes,
    refusal,
    waiting,
    when,
)

WITHOUT_EXPENSE_EN = LINES[1:]


@pytest.mark.parametrize("steps", [[], ["accept"], ["accept", "close"]])
def test_a_policy_that_would_orphan_a_contact_is_refused(steps):
    """A line in which a contact waits, is offered, talks or is wrapped up cannot be taken away."""
    desk = given(agent("ann"), chat("first"))
    desk = when(desk, *[{"accept": accepts, "close": closes}[step]("ann", "first") for step in steps])

    assert "would_orphan" == refusal(desk, adopts(WITHOUT_EXPENSE_EN))

    desk = when(desk, *[step("ann", "first") for step in (accepts, closes, finishes)[len(steps) :]])
    assert "" == refusal(desk, adopts(WITHOUT_EXPENSE_EN))


def test_a_callback_can_be_orphaned_as_well():
    """Those who wait for a call wait."""
    assert "would_orphan" == refusal(given(callback("call")), adopts(WITHOUT_EXPENSE_EN))


def test_a_closed_line_takes_nobody_in_and_disturbs_nobody():
    """Agents whose lines are gone stay signed in and serve what is left."""
    desk = given(agent("ann", ("expense", "travel")), agent("ben"))

    desk = when(desk, adopts(WITHOUT_EXPENSE_EN), chat("travels", "travel/en"))

    assert "unknown_line" == refusal(desk, chat("first"))
    assert {"travels": "ann"} == offers(desk)


def test_a_new_line_is_served_by_those_who_can():
    """Agents are connected to the lines that a policy opens, without signing in again."""
    desk = given(adopts(WITHOUT_EXPENSE_EN), agent("ann", ("expense", "travel")))

    desk = when(desk, adopts(), chat("first"))

    assert {"first": "ann"} == offers(desk)


def test_those_who_wait_keep_their_place():
    """New rules hold for what happens from now on: ranks that were given stay."""
    desk = given(chat("first"), chat("second"))

    desk = when(desk, adopts(LINES[::-1]))

    assert ["first", "second"] == waiting(desk)


def test_an_offer_that_rings_keeps_its_deadline():
    """A shorter ringing time is for the next offers."""
    desk = given(agent("ann"), chat("first"))

    desk = when(desk, adopts(offer_timeout_ms=1))

    assert [RING_MS] == [offer.due for offer in desk.state.offers.values()]


def test_ranks_stay_when_credits_change():
    """New credits are for new contacts; those who wait keep the rank that they were given."""
    desk = given(chat("first"), passes(10))

    desk = when(desk, adopts(priority_credit_ms=(0, 0, 60_000, 0)), chat("second"))

    assert ["second", "first"] == waiting(desk)
