"""An offer ends exactly once: accepted, declined, timed out or withdrawn; what each end means for both sides."""

import pytest

from router.core.commands import AcceptOffer
from router.core.events import AgentNotResponding, BackOffEnded, OfferDeclined, OfferMade, OfferTimedOut
from tests.core.build import (
    BACK_OFF_MS,
    RING_MS,
    accepts,
    accepts_number,
    agent,
    agent_state,
    callback,
    chat,
    converts,
    declines,
    given,
    happened,
    leaves,
    offers,
    passes,
    refusal,
    sleeps,
    state_of,
    status,
    the_agent,
    told,
    waiting,
    when,
)


def test_an_offer_has_a_number_an_owner_and_a_deadline():
    """Offers are counted by the desk and ring for the policy's time."""
    desk = given(agent("ann"), passes(700))

    desk = when(desk, chat("first"))

    assert [(1, 700 + RING_MS)] == [(event.offer_id, event.due) for event in told(desk, OfferMade)]
    assert "offered" == agent_state(desk, "ann")


def test_an_accepted_chat_is_connected():
    """Accepting connects; the deadline of the offer is over."""
    desk = given(agent("ann"), chat("first"))

    desk = when(desk, accepts("ann", "first"), passes(RING_MS))

    assert "connected" == state_of(desk, "first")
    assert "busy" == agent_state(desk, "ann")


def test_an_offer_rings_until_its_deadline():
    """A millisecond before the deadline it can be accepted, at the deadline it has ended."""
    desk = given(agent("ann"), chat("first"), passes(RING_MS - 1))
    assert {"first": "ann"} == offers(desk)

    desk = when(desk, passes(1))

    assert ["OfferTimedOut"] == happened(desk)
    assert "offer_ended" == refusal(desk, accepts_number("ann", 1))


def test_a_deadline_stands_before_an_entry_of_the_same_time():
    """An accept that reaches the journal at the very deadline comes too late."""
    desk = given(agent("ann"), chat("first"), sleeps(RING_MS))

    desk = when(desk, lambda story: story.fold(AcceptOffer(story.number("ann"), 1)))

    assert ["OfferTimedOut"] == happened(desk)


@pytest.mark.parametrize("end", ["accepted", "declined", "timed_out", "withdrawn"])
def test_an_ended_offer_stays_ended(end):
    """After any end a late accept and a late decline are visible errors that change nothing."""
    how = {
        "accepted": accepts("ann", "first"),
        "declined": declines("ann", "first"),
        "timed_out": passes(RING_MS),
        "withdrawn": leaves("first"),
    }
    desk = given(agent("ann"), chat("first"))

    desk = when(desk, how[end])

    assert "offer_ended" == refusal(desk, accepts_number("ann", 1))
    assert "offer_ended" == refusal(desk, declines("ann", "first"))


def test_an_offer_is_its_owners_alone():
    """Another agent cannot accept or decline it."""
    desk = given(agent("ann"), chat("first"), agent("ben"))

    assert "offer_ended" == refusal(desk, accepts("ben", "first"))
    assert "offer_ended" == refusal(desk, declines("ben", "first"))


def test_declining_pauses_the_agent():
    """Who declines is asked again when the pause is over, not before, and has given the reason."""
    desk = given(agent("ann"), chat("first"))
    desk = when(desk, declines("ann", "first"))
    assert [("not mine", BACK_OFF_MS)] == [(event.reason, event.back_off_until) for event in told(desk, OfferDeclined)]
    desk = when(desk, passes(BACK_OFF_MS - 1))
    assert {} == offers(desk)

    desk = when(desk, passes(1))

    assert ["BackOffEnded", "OfferMade"] == happened(desk)


def test_without_back_off_the_agent_is_asked_again_at_once():
    """A policy without pauses knows none."""
    desk = given(agent("ann"), chat("first"), decline_back_off_ms=0)

    desk = when(desk, declines("ann", "first"))

    assert ["OfferDeclined", "OfferMade"] == happened(desk)
    assert {"first": "ann"} == offers(desk)


def test_an_ignored_offer_goes_to_the_next_agent():
    """Ringing out, the contact is offered elsewhere at once."""
    desk = given(agent("ann"), passes(1), agent("ben"), chat("first"))

    desk = when(desk, passes(RING_MS))

    assert {"first": "ben"} == offers(desk)


def test_ignoring_offers_in_a_row_is_not_responding():
    """After the policy's number of ignored offers the agent is offered nothing more."""
    desk = given(agent("ann"), chat("first"), max_no_answer=2)
    desk = when(desk, passes(RING_MS + BACK_OFF_MS))
    assert {"first": "ann"} == offers(desk)

    desk = when(desk, passes(RING_MS))

    assert ["OfferTimedOut", "AgentNotResponding"] == happened(desk)
    assert "not_responding" == agent_state(desk, "ann")
    assert {} == offers(when(desk, passes(BACK_OFF_MS), chat("second")))


def test_not_responding_takes_the_other_offers_too():
    """What else rings there goes back to its line: nobody is there to take it."""
    desk = given(agent("ann", capacity=2), chat("first"), passes(1), chat("second"), max_no_answer=1)

    desk = when(desk, passes(RING_MS - 1))

    assert ["OfferTimedOut", "AgentNotResponding", "OfferWithdrawn"] == happened(desk)
    assert ["first", "second"] == waiting(desk)


def test_choosing_a_status_ends_not_responding():
    """Who sets a status is here again and starts counting from nothing."""
    desk = given(agent("ann"), chat("first"), passes(RING_MS), max_no_answer=1)
    assert "not_responding" == agent_state(desk, "ann")

    desk = when(desk, status("ann", "available"))

    assert {"first": "ann"} == offers(desk)
    assert 0 == the_agent(desk, "ann").no_answers


@pytest.mark.parametrize("answer", [accepts("ann", "first"), declines("ann", "first")])
def test_any_answer_starts_the_count_anew(answer):
    """Only offers ignored in a row count; an accepted or declined one in between ends the row."""
    desk = given(agent("ann"), chat("first"), passes(RING_MS + BACK_OFF_MS))
    assert 1 == the_agent(desk, "ann").no_answers

    desk = when(desk, answer)

    assert 0 == the_agent(desk, "ann").no_answers


def test_a_pause_spares_what_rings_already():
    """An agent who declines one offer may still take another that rings."""
    desk = given(agent("ann", capacity=2), chat("first"), chat("second"))

    desk = when(desk, declines("ann", "first"), accepts("ann", "second"))

    assert "connected" == state_of(desk, "second")


def test_going_on_break_withdraws_what_rings():
    """A break takes effect at once: pending offers go elsewhere without a ring-no-answer."""
    desk = given(agent("ann"), passes(1), agent("ben"), chat("first"))

    desk = when(desk, status("ann", "break", "lunch"))

    assert ["AgentStatusSet", "OfferWithdrawn", "OfferMade"] == happened(desk)
    assert ("lunch", 0) == (the_agent(desk, "ann").reason, the_agent(desk, "ann").no_answers)
    assert {"first": "ben"} == offers(desk)


def test_a_conversion_withdraws_what_rings():
    """An ASC who leaves a number while it rings is a callback now, and the offer of the chat is over."""
    desk = given(agent("ann"), chat("first"))

    desk = when(desk, converts("first"))

    assert ["OfferWithdrawn", "ContactConverted", "CallbackDue", "OfferMade"] == happened(desk)
    assert "offer_ended" == refusal(desk, accepts_number("ann", 1))


def test_an_ignored_callback_is_no_attempt():
    """An agent who lets a callback ring has not dialled; it waits on at its rank."""
    desk = given(agent("ann"), callback("call"), passes(1), chat("second"))

    desk = when(desk, passes(RING_MS - 1))

    assert 1 == len(told(desk, OfferTimedOut))
    assert ("due", ["call", "second"]) == (state_of(desk, "call"), waiting(desk))


def test_a_status_ends_the_pause():
    """Back-off is for those who are silent: whoever sets `available` is offered at once, and the pause is gone."""
    desk = given(agent("ann"), chat("first"), declines("ann", "first"))

    desk = when(desk, status("ann", "available"), passes(BACK_OFF_MS))

    assert ["AgentStatusSet", "OfferMade"] == happened(desk)
    assert [] == told(desk, BackOffEnded, AgentNotResponding)


def test_the_longer_pause_holds():
    """Until the time that an ended offer named, the agent is offered nothing, whatever ends meanwhile."""
    desk = given(agent("ann", capacity=2), chat("first"), passes(1), chat("second"), no_answer_back_off_ms=60_000)

    desk = when(desk, passes(RING_MS - 1), declines("ann", "second"), passes(BACK_OFF_MS))

    assert [] == told(desk, BackOffEnded)
