"""A chat's life: left in the line, lost and resumed, talked, ended, wrapped up, given back."""

import pytest

from router.core.events import (
    AscLeft,
    AscReturned,
    ContactAbandoned,
    ContactClosed,
    ContactConnected,
    ContactEnded,
    ContactQueued,
    ContactRequeued,
    MessagePosted,
    OfferWithdrawn,
)
from tests.core.build import (
    AGENT_GRACE_MS,
    ASC_GRACE_MS,
    WRAP_UP_MS,
    accepts,
    agent,
    agent_connects,
    agent_drops,
    answers,
    asc_connects,
    asc_drops,
    chat,
    closes,
    declines,
    finishes,
    given,
    happened,
    leaves,
    offers,
    passes,
    refusal,
    state_of,
    status,
    told,
    waiting,
    when,
    writes,
)

TALKING = (agent("ann"), chat("first"), accepts("ann", "first"))


# --- giving up


@pytest.mark.parametrize(("after", "short"), [(10_000, True), (10_001, False)])
def test_leaving_within_the_limit_is_a_short_abandon(after, short):
    """Who leaves up to and including the limit after asking counts as short, a millisecond later no more."""
    desk = given(chat("first"), passes(after))

    desk = when(desk, leaves("first"))

    assert [(after, short)] == [(event.ended, event.short) for event in told(desk, ContactAbandoned)]
    assert "gone" == state_of(desk, "first")


def test_leaving_while_it_rings_withdraws_the_offer():
    """When the ASC leaves, the agent's offer ends first, through no act of the agent, who is free again."""
    desk = given(agent("ann"), chat("first"), chat("second"))

    desk = when(desk, leaves("first"))

    assert ["OfferWithdrawn", "ContactAbandoned", "OfferMade"] == happened(desk)
    assert ["asc_left"] == [event.cause for event in told(desk, OfferWithdrawn)]
    assert {"second": "ann"} == offers(desk)


def test_leaving_one_line_keeps_the_place_in_another():
    """An ASC who waits in two lines and gives up one waits on in the other."""
    desk = given(chat("first"), chat("other", "travel/en", by="first"))

    desk = when(desk, leaves("first"))

    assert ["other"] == waiting(desk, "travel/en")
    assert "already_open" == refusal(desk, chat("again", "travel/en", by="first"))


def test_other_peoples_contacts_are_unknown():
    """An ASC learns nothing about contacts of others, not even that they are there."""
    desk = given(chat("mine"), chat("theirs"))

    assert "unknown_contact" == refusal(desk, leaves("theirs", by="mine"))
    assert "unknown_contact" == refusal(desk, leaves("never was", by="mine"))
    assert "unknown_contact" == refusal(desk, writes("theirs", by="mine"))


# --- lost and resumed


def test_the_absent_keep_their_place_but_are_not_offered():
    """A waiting ASC whose last connection is gone is on hold: others are served, the place stays."""
    desk = given(asc_connects("first"), chat("first"), chat("second"))
    desk = when(desk, asc_drops("first"), agent("ann"))
    assert {"second": "ann"} == offers(desk)
    assert [] == waiting(desk)

    desk = when(desk, asc_connects("first"), declines("ann", "second"))

    assert ["first", "second"] == waiting(desk)


def test_dropping_while_it_rings_withdraws_the_offer():
    """Nobody is asked to take a chat whose ASC is not there."""
    desk = given(asc_connects("first"), chat("first"), agent("ann"))

    desk = when(desk, asc_drops("first"))

    assert ["SessionDropped", "OfferWithdrawn", "AscLeft"] == happened(desk)
    assert "absent" == state_of(desk, "first")


def test_coming_back_within_the_grace_resumes():
    """Back in time the contact waits on, at the rank it had, and can be offered."""
    desk = given(asc_connects("first"), chat("first"), passes(10), asc_drops("first"), passes(ASC_GRACE_MS - 1))

    desk = when(desk, asc_connects("first"), agent("ann"), passes(ASC_GRACE_MS))

    assert 1 == len(told(desk, AscReturned))
    assert [] == told(desk, ContactAbandoned)


def test_not_coming_back_is_an_abandon_at_the_time_of_leaving():
    """The grace does not lengthen the wait that is measured: the end is when the ASC left."""
    desk = given(asc_connects("first"), passes(100), chat("first"), passes(9_000), asc_drops("first"))
    assert [9_100 + ASC_GRACE_MS] == [event.resume_by for event in told(desk, AscLeft)]

    desk = when(desk, passes(ASC_GRACE_MS + 5_000))

    assert [(9_100, True)] == [(event.ended, event.short) for event in told(desk, ContactAbandoned)]


def test_the_absent_can_leave():
    """An ASC on hold who gives up is gone now, and the grace with it."""
    desk = given(asc_connects("first"), chat("first"), asc_drops("first"), passes(20_000))

    desk = when(desk, leaves("first"))

    assert [20_000] == [event.ended for event in told(desk, ContactAbandoned)]
    assert [] == told(when(desk, passes(ASC_GRACE_MS)), ContactAbandoned)


def test_each_waiting_contact_of_an_absent_asc_is_on_hold():
    """An ASC who waits in two lines is absent in both."""
    desk = given(asc_connects("first"), chat("first"), chat("other", "travel/en", by="first"))

    desk = when(desk, asc_drops("first"))

    assert ["absent", "absent"] == [state_of(desk, "first"), state_of(desk, "other")]


def test_an_asc_who_drops_in_conversation_stays_connected():
    """A conversation survives the ASC's connection; only waiting needs somebody there."""
    desk = given(asc_connects("first"), *TALKING)

    desk = when(desk, asc_drops("first"), passes(ASC_GRACE_MS))

    assert "connected" == state_of(desk, "first")


# --- talking


def test_messages_count_in_the_contacts_own_stream():
    """Each event that a contact's people may see carries the next number, from one and without a gap."""
    desk = given(agent("ann"), asc_connects("first"))

    desk = when(
        desk,
        chat("first"), writes("first"), accepts("ann", "first"), answers("ann", "first"), writes("first"),
        leaves("first"), finishes("ann", "first"),
    )  # fmt: skip

    stream = [event for event in desk.recent if hasattr(event, "o")]
    assert [1, 2, 3, 4, 5, 6, 7] == [event.o for event in stream]
    assert [
        ContactQueued, MessagePosted, ContactConnected, MessagePosted, MessagePosted, ContactEnded, ContactClosed,
    ] == [event.__class__ for event in stream]  # fmt: skip


def test_only_those_in_the_conversation_may_write():
    """An agent writes only in the conversation they hold, an ASC only in the own contact and not from a hold."""
    desk = given(agent("ann"), agent("ben"), asc_connects("other"), chat("first"), chat("other"))

    assert "not_connected" == refusal(desk, answers("ann", "first"))
    desk = when(desk, accepts("ann", "first"))
    assert "not_connected" == refusal(desk, answers("ben", "first"))
    assert "not_connected" == refusal(desk, answers("ben", "never was"))
    desk = when(desk, asc_drops("other"))
    assert "not_connected" == refusal(desk, writes("other"))


def test_messages_have_a_limit():
    """A contact takes so many messages and no more; waiting ones count too."""
    desk = given(chat("first"), writes("first"), agent("ann"), accepts("ann", "first"), message_limit=2)

    desk = when(desk, answers("ann", "first"))

    assert "too_many_messages" == refusal(desk, writes("first"))
    assert "too_many_messages" == refusal(desk, answers("ann", "first"))


# --- the end


@pytest.mark.parametrize(("end", "by"), [(closes("ann", "first"), "agent"), (leaves("first"), "asc")])
def test_either_side_ends_the_conversation(end, by):
    """The one who ends it is named, and the agent wraps up until the deadline at the latest."""
    desk = given(*TALKING)

    desk = when(desk, passes(500), end)

    assert [(by, 500 + WRAP_UP_MS)] == [(event.by, event.wrap_up_by) for event in told(desk, ContactEnded)]
    assert "wrapping" == state_of(desk, "first")


def test_wrap_up_ends_at_its_deadline():
    """An agent who does not finish is taken to have finished when the time is over, not before."""
    desk = given(*TALKING, closes("ann", "first"), chat("second"))
    desk = when(desk, passes(WRAP_UP_MS - 1))
    assert "wrapping" == state_of(desk, "first")

    desk = when(desk, passes(1))

    assert ["ContactClosed", "OfferMade"] == happened(desk)


def test_without_wrap_up_the_contact_closes_with_the_conversation():
    """A policy without after-contact work frees the agent at once."""
    desk = given(*TALKING, chat("second"), wrap_up_ms=(0, 0, 0, 0))

    desk = when(desk, closes("ann", "first"))

    assert ["ContactEnded", "ContactClosed", "OfferMade"] == happened(desk)


def test_a_break_does_not_cut_wrap_up_short():
    """Whoever goes on break while wrapping up finishes first."""
    desk = given(*TALKING, closes("ann", "first"))

    desk = when(desk, status("ann", "break"))

    assert "wrapping" == state_of(desk, "first")
    assert "" == refusal(desk, finishes("ann", "first"))


def test_only_the_holder_closes_and_finishes():
    """What another agent holds is unknown to this one."""
    desk = given(*TALKING, agent("ben"))

    assert "unknown_contact" == refusal(desk, closes("ben", "first"))
    assert "unknown_contact" == refusal(desk, finishes("ben", "first"))
    assert "wrong_state" == refusal(desk, finishes("ann", "first"))
    assert "unknown_contact" == refusal(desk, closes("ann", "never was"))


# --- given back


def test_contacts_of_a_lost_agent_return_at_their_rank():
    """When the grace is over the contact is back before those who came after it."""
    desk = given(agent_connects("ann"), *TALKING, passes(10), chat("second"), agent_drops("ann"))
    desk = when(desk, passes(AGENT_GRACE_MS - 1))
    assert "connected" == state_of(desk, "first")

    desk = when(desk, passes(1))

    assert [3] == [event.o for event in told(desk, ContactRequeued)]
    assert ["first", "second"] == waiting(desk)


def test_a_contact_given_back_whose_asc_is_gone_is_absent():
    """When the agent is lost for good and the ASC is not there either, the contact is on hold, with the full grace."""
    desk = given(agent_connects("ann"), asc_connects("first"), *TALKING, asc_drops("first"), agent_drops("ann"))

    desk = when(desk, passes(AGENT_GRACE_MS))

    assert ["ContactRequeued", "AscLeft", "AgentStatusSet"] == happened(desk)
    assert [AGENT_GRACE_MS + ASC_GRACE_MS] == [event.resume_by for event in told(desk, AscLeft)]
