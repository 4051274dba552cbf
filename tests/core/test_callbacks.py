"""Callbacks: the same contact on another channel, in the same line at the same rank; dialled once, by a whole agent."""

import pytest

from router.core.commands import ConvertToCallback, ReportReached
from router.core.events import CallbackUnreachable, DialStarted, OfferWithdrawn
from tests.core.acts import books, converts_for
from tests.core.build import (
    accepts,
    accepts_number,
    adopts,
    agent,
    asc_connects,
    asc_drops,
    callback,
    cancels,
    chat,
    closes,
    converts,
    finishes,
    given,
    happened,
    leaves,
    misses,
    offers,
    passes,
    reaches,
    refusal,
    state_of,
    told,
    waiting,
    when,
    writes,
)


def contact_of(story, name):
    """The contact of this name as the desk holds it."""
    return story.state.contacts[story.number(name)]


def test_a_conversion_keeps_id_rank_and_waiting_since():
    """Leaving a number costs nothing: the same contact waits since the same time at the same place."""
    desk = given(passes(50), chat("first"), chat("second"), passes(700))
    before = contact_of(desk, "first")
    place = (before.waiting_since, before.rank, before.seq)

    desk = when(desk, converts("first"))

    after = contact_of(desk, "first")
    assert place == (after.waiting_since, after.rank, after.seq)
    assert ["first", "second"] == waiting(desk)
    assert ("callback", "due") == (after.channel, after.state)


@pytest.mark.parametrize("number", ["", "another"])
def test_another_time_or_number_keeps_the_place(number):
    """Whoever leaves a number again is the same callback at the same rank, with the last time and under one number."""
    desk = given(callback("first"), chat("second"), passes(30_000))
    place = contact_of(desk, "first").rank

    desk = when(desk, converts_for("first", (3_600_000, 7_200_000), number=number))

    assert ("scheduled", place) == (state_of(desk, "first"), contact_of(desk, "first").rank)
    assert [number or "number of first"] == list(desk.state.numbers)
    assert (desk.now + 3_600_000, desk.now + 7_200_000) == promise_of(desk, "first")
    later = when(desk, converts("first"))
    assert ["first", "second"] == waiting(later)


def test_another_time_takes_a_callback_from_the_agent_it_rings_at():
    """What rings for a time that holds no longer stops ringing; the agent is free for the next."""
    desk = given(agent("ann"), callback("first"), chat("second"))

    desk = when(desk, converts_for("first", (3_600_000, 7_200_000)))

    assert {"second": "ann"} == offers(desk)
    assert "OfferWithdrawn" in happened(desk)


def test_another_time_in_the_same_slot_needs_no_more_room():
    """The place that the old promise has in its slot is the new one's; another slot is full for both."""
    window = (3_600_000, 5_400_000)
    desk = given(chat("one"), chat("two"), converts_for("one", window), slot_capacity=1)

    assert "slot_full" == refusal(desk, converts_for("two", window))
    assert "" == refusal(desk, converts_for("one", window))


def test_a_callback_booked_with_an_agent_stays_with_the_agent():
    """The ASC chooses another time for what an agent booked, and is called by that agent."""
    desk = given(agent("ann"), agent("ben"), chat("it"), accepts("ann", "it"))
    desk = when(desk, books("ann", "it", "again", (3_600_000, 5_400_000), with_me=True))

    desk = when(desk, converts_for("again", (7_200_000, 9_000_000), by="it"))

    assert desk.number("ann") == contact_of(desk, "again").reservation.for_agent


def test_who_dials_already_is_not_put_off():
    """An attempt is not taken back by another time."""
    desk = given(agent("ann"), callback("first"), accepts("ann", "first"))

    assert "wrong_state" == refusal(desk, converts("first"))


def promise_of(story, name):
    """From when to when the callback was promised."""
    reservation = contact_of(story, name).reservation
    return reservation.promise_from, reservation.promise_to


def test_a_callback_is_offered_before_a_chat_that_came_later():
    """The place in line counts across channels."""
    desk = given(callback("call"), chat("second"))

    desk = when(desk, agent("ann"))

    assert {"call": "ann"} == offers(desk)


def test_a_chat_that_came_earlier_is_offered_first():
    """A callback does not overtake either."""
    desk = given(chat("first"), callback("call"))

    desk = when(desk, agent("ann"))

    assert {"first": "ann"} == offers(desk)


def test_a_callback_waits_without_its_asc():
    """Whoever left a number may close the window: the place stays, and it is offered."""
    desk = given(asc_connects("call"), chat("call"), converts("call"), asc_drops("call"))

    desk = when(desk, agent("ann"))

    assert {"call": "ann"} == offers(desk)


def test_the_absent_cannot_convert():
    """An ASC on hold has nobody there to leave a number."""
    desk = given(asc_connects("first"), chat("first"), asc_drops("first"))

    assert "wrong_state" == refusal(desk, converts("first"))


def test_one_open_callback_for_each_number():
    """A number that waits to be called cannot be left a second time, until it has been called."""
    desk = given(chat("first"), chat("second"), converts("first", "same"))
    assert "number_in_use" == refusal(desk, converts("second", "same"))

    desk = when(desk, cancels("first"))

    assert "" == refusal(desk, converts("second", "same"))


def test_a_number_must_be_there():
    """A conversion without a number is refused, as is one of somebody else's contact."""
    desk = given(chat("first"), chat("second"))
    no_number = ConvertToCallback(desk.number("first"), desk.number("first's asc"), "")

    assert "bad_value" == refusal(desk, lambda story: story.do(no_number))
    assert "unknown_contact" == refusal(desk, converts("first", by="second"))
    assert "unknown_contact" == refusal(desk, cancels("first", by="second"))


def test_callbacks_can_be_switched_off():
    """A policy without callbacks refuses new ones; those that wait are still called."""
    desk = given(callback("call"), chat("second"))

    desk = when(desk, adopts(enabled=False))

    assert "callbacks_off" == refusal(desk, converts("second"))
    assert {"call": "ann"} == offers(when(desk, agent("ann")))


def test_accepting_starts_the_one_attempt():
    """The agent who accepts dials; attempts are numbered across the desk."""
    desk = given(agent("ann"), agent("ben"), callback("one"), callback("two"))

    desk = when(desk, accepts("ann", "one"), accepts("ben", "two"))

    assert [1, 2] == [event.attempt for event in told(desk, DialStarted)]
    assert ["dialling", "dialling"] == [state_of(desk, "one"), state_of(desk, "two")]


def test_a_reached_callback_is_a_conversation_like_any_other():
    """From the moment the ASC answers it ends and wraps up as a chat does."""
    desk = given(agent("ann"), callback("call"), accepts("ann", "call"))

    desk = when(desk, reaches("ann", "call"), closes("ann", "call"), finishes("ann", "call"))

    assert ["CallbackReached", "ContactEnded", "ContactClosed"] == happened(desk)


def test_the_asc_can_end_the_call():
    """Hanging up, told by the widget, ends the conversation for both."""
    desk = given(agent("ann"), callback("call"), accepts("ann", "call"), reaches("ann", "call"))

    desk = when(desk, leaves("call"))

    assert "wrapping" == state_of(desk, "call")


def test_an_unreachable_callback_is_over_and_the_agent_free():
    """A failed attempt ends the callback, with the reason; the next contact is offered at once."""
    desk = given(agent("ann"), callback("call"), accepts("ann", "call"), chat("second"))

    desk = when(desk, misses("ann", "call", "voicemail"))

    assert ["CallbackUnreachable", "OfferMade"] == happened(desk)
    assert ["voicemail"] == [event.failure for event in told(desk, CallbackUnreachable)]
    assert ("gone", {"second": "ann"}) == (state_of(desk, "call"), offers(desk))


def test_a_report_is_on_the_attempt_in_progress():
    """A report with another attempt's number, by another agent, or after the fact changes nothing."""
    desk = given(agent("ann"), callback("call"), accepts("ann", "call"), agent("ben"))

    assert "attempt_ended" == refusal(
        desk, lambda story: story.do(ReportReached(story.number("ann"), story.number("call"), 99))
    )
    assert "unknown_contact" == refusal(desk, reaches("ben", "call"))
    desk = when(desk, reaches("ann", "call"))
    assert "attempt_ended" == refusal(desk, reaches("ann", "call"))
    assert "attempt_ended" == refusal(desk, misses("ann", "call"))


def test_cancelling_withdraws_the_offer():
    """Until an agent dials the ASC can take the callback back; what rings ends through no act of the agent."""
    desk = given(agent("ann"), callback("call"))

    desk = when(desk, cancels("call"))

    assert ["OfferWithdrawn", "CallbackCancelled"] == happened(desk)
    assert ["cancelled"] == [event.cause for event in told(desk, OfferWithdrawn)]
    assert "gone" == state_of(desk, "call")


def test_no_attempt_after_a_cancellation():
    """A cancelled callback is dialled by nobody: the offer is gone with it."""
    desk = given(agent("ann"), callback("call"), cancels("call"))

    assert "offer_ended" == refusal(desk, accepts_number("ann", 1))


def test_once_it_is_dialled_it_cannot_be_cancelled():
    """The phone rings already: cancelling, converting again and leaving are refused."""
    desk = given(agent("ann"), callback("call"), accepts("ann", "call"))

    assert ["wrong_state"] * 3 == [refusal(desk, step("call")) for step in (cancels, converts, leaves)]


def test_a_callback_has_no_messages():
    """Text belongs to chats."""
    desk = given(callback("call"))

    assert "not_connected" == refusal(desk, writes("call"))


@pytest.mark.parametrize("state", ["due", "offered"])
def test_a_callback_is_cancelled_not_left(state):
    """Leaving is for those who wait at the screen; a callback is taken back by name."""
    desk = given(callback("call"), *([agent("ann")] if state == "offered" else []))
    assert state == state_of(desk, "call")

    assert "wrong_state" == refusal(desk, leaves("call"))
    assert "" == refusal(desk, cancels("call"))
