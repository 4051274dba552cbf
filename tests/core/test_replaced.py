"""One number, one reservation: what becomes of an ASC's callback when the same ASC books another one on its number."""

import pytest

from router.core.events import CallbackCancelled, OfferWithdrawn
from tests.core.acts import asks_callback, books, converts_for, pulls, rings, transfers
from tests.core.build import (
    accepts,
    agent,
    agent_connects,
    agent_drops,
    cancels,
    chat,
    closes,
    finishes,
    given,
    misses,
    offers,
    passes,
    reaches,
    refusal,
    state_of,
    told,
    when,
)

TRAVEL = "travel/en"
WINDOW = (60_000, 120_000)
LATER = (3_600_000, 3_700_000)
N = "their number"
TALK = [agent("ann"), asks_callback("it", number=N), accepts("ann", "it"), reaches("ann", "it")]
"""ann has called `it` on this number and talks."""


def holder(story):
    """Whose the number is."""
    return {number: story.name(contact) for number, contact in story.state.numbers.items()}


# --- not dialled yet


OLD = asks_callback("old", by="it", number=N)


@pytest.mark.parametrize("there", [[], [agent("ann")]], ids=["due", "offered"])
@pytest.mark.parametrize(
    ("before", "books_it"),
    [([], asks_callback("it", TRAVEL, number=N)), ([chat("it", TRAVEL)], converts_for("it", number=N))],
    ids=["asked for", "converted"],
)
def test_a_new_callback_replaces_the_old_one(there, before, books_it):
    """The same number of the same ASC: the old one is over, and whoever rings for it no longer does."""
    desk = when(given(*there, OLD, *before), books_it)

    cancelled = [(event.contact_id, event.by, event.reason) for event in told(desk, CallbackCancelled)]
    assert [(desk.number("old"), "asc", "replaced")] == cancelled
    assert ({N: "it"}, "gone") == (holder(desk), state_of(desk, "old"))
    assert ["replaced"] * len(there) == [event.cause for event in told(desk, OfferWithdrawn)]


def test_an_agent_books_anew_what_was_booked():
    """Tomorrow instead of today: one callback is left, and it says who replaced the other."""
    desk = given(agent("ann"), chat("a"), accepts("ann", "a"), books("ann", "a", "old", WINDOW, number=N))

    desk = when(desk, books("ann", "a", "it", LATER, number=N))

    assert [("agent", "replaced")] == [(event.by, event.reason) for event in told(desk, CallbackCancelled)]
    assert {N: "it"} == holder(desk)


def test_the_place_in_a_slot_is_given_to_the_new_one():
    """Another window in a slot that the old one fills; somebody else finds it full."""
    one = {"slot_ms": 60_000, "slot_capacity": 1}
    desk = given(agent("ann"), chat("a"), accepts("ann", "a"), books("ann", "a", "old", WINDOW, number=N), **one)
    assert "slot_full" == refusal(desk, books("ann", "a", "it", WINDOW))
    assert "" == refusal(desk, books("ann", "a", "it", WINDOW, number=N))


def test_a_number_of_somebody_else_is_in_use():
    """Colleagues who leave the same number are not called twice."""
    assert "number_in_use" == refusal(given(OLD), asks_callback("somebody else", TRAVEL, number=N))


# --- dialled, reached


def test_a_number_that_is_dialled_is_in_use():
    """An attempt in progress is not replaced."""
    desk = given(agent("ann"), OLD, accepts("ann", "old"))

    assert "number_in_use" == refusal(desk, asks_callback("it", TRAVEL, number=N))


@pytest.mark.parametrize("wraps_up", [[], [closes("ann", "it")]], ids=["connected", "wrapping"])
def test_another_callback_is_booked_in_a_callback(wraps_up):
    """Tomorrow on the same number: the talk goes on to its end, and the number is the new one's."""
    desk = when(given(*TALK, *wraps_up), books("ann", "it", "tomorrow", LATER, number=N))
    assert {N: "tomorrow"} == holder(desk)
    assert [] == told(desk, CallbackCancelled)

    desk = when(desk, *([] if wraps_up else [closes("ann", "it")]), finishes("ann", "it"))

    assert ("gone", {N: "tomorrow"}) == (state_of(desk, "it"), holder(desk))
    assert {} == holder(when(desk, cancels("tomorrow", by="it")))


@pytest.mark.parametrize("given_back", [[pulls("it")], [agent_connects("ann"), agent_drops("ann"), passes(30_000)]])
def test_a_talk_that_is_lost_goes_on_in_the_callback_that_was_booked(given_back):
    """The number is not called twice: whoever was lost after booking another call is called then."""
    desk = given(*TALK, books("ann", "it", "tomorrow", LATER, number=N), *given_back)

    assert ["replaced"] == [event.reason for event in told(desk, CallbackCancelled)]
    assert ("gone", {N: "tomorrow"}) == (state_of(desk, "it"), holder(desk))


def test_a_talk_cannot_be_handed_on_beside_another_callback_on_its_number():
    """The receiver would have nothing to dial; without the other callback it can."""
    desk = given(*TALK, agent("ben"), books("ann", "it", "tomorrow", LATER, number=N))

    assert "number_in_use" == refusal(desk, transfers("ann", "it", to="ben"))
    desk = given(*TALK, agent("ben"), books("ann", "it", "tomorrow", LATER))
    assert {"it": "ben"} == offers(when(desk, transfers("ann", "it", to="ben")))


# --- from a chat


def test_a_chat_rings_the_number_of_an_earlier_talk():
    """While another agent still wraps up the call, the number can be rung; when nobody answers it is free."""
    talk = [*TALK, closes("ann", "it"), agent("ben"), chat("c", TRAVEL, by="it")]
    desk = given(*talk, agent("ben", ("travel",)), accepts("ben", "c"), rings("ben", "c", number=N))
    assert {N: "c"} == holder(desk)

    desk = when(desk, misses("ben", "c"), finishes("ann", "it"))

    assert ({}, "connected") == (holder(desk), state_of(desk, "c"))


def test_a_chat_does_not_ring_a_number_that_is_promised_a_call():
    """A promise is not given up for an attempt."""
    desk = given(agent("ann"), chat("a"), accepts("ann", "a"), books("ann", "a", "later", LATER, number=N))

    assert "number_in_use" == refusal(desk, rings("ann", "a", number=N))
