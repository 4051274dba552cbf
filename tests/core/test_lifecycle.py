"""The tables of legal moves: every state with every event, and what the tables themselves must be."""

from dataclasses import fields

import pytest

from router.core import events as ev
from router.core.apply.steps import leave_line, take_off
from router.core.errors import Broken
from router.core.estimates.announcements import Announced, Conditions
from router.core.events import CONTACT_EVENTS
from router.core.lifecycle import (
    CALL,
    CALLBACK,
    CASE,
    CHAT,
    ENDS,
    MOVES,
    OFFER_MOVES,
    OFFERED,
    PENDING,
    SCHEDULED,
    WAITING,
)
from tests.core.build import chat, given
from tests.core.reach import WAYS, reached

SAID = Announced("range", 0, 1_000, 2_000, "", None, Conditions(0, 1_000, 1_000, 1_000))
MAKING = (ev.ContactQueued, ev.CallbackRequested)
"""The events that make a contact."""
MOVING = (*(kind for kind in CONTACT_EVENTS if kind not in MAKING), *ev.OfferEvent.__args__)
"""Every event that moves a contact."""
STATES = [place for place in WAYS if place[1] not in ("gone", "ringing")]


def happening(story, kind):
    """An event of this kind about `it`, with fields that fit the moment."""
    contact = story.state.contacts[story.number("it")]
    ann = story.number("ann")
    values = {
        "contact_id": contact.id, "o": contact.o + 1, "agent_id": ann, "offer_id": contact.offer_id or 50,
        "attempt": contact.attempt or 1, "due": 1_000, "ended": 0, "short": True, "by": "agent", "party": "asc",
        "person_id": contact.asc_id, "resume_by": 1_000, "wrap_up_by": 1_000, "back_off_until": 1_000,
        "number_ref": "a number", "failure": "busy", "reason": "", "cause": "test", "asc_id": contact.asc_id,
        "company_id": 1, "line": contact.line, "priority": 3, "waiting_since": 0, "rank": 0, "outcome": "",
        "step": 0, "agreed": False, "pool": "", "for_agent": 0, "for_agent_until": 0, "supervisor_id": 1,
        "incident": "INC-7", "park_at": 1_000, "expires": 1_000, "window_from": 0, "promise_from": 0,
        "promise_to": 1_000, "quiet": (), "at": 1_000, "retry_at": 1_000, "channel": "chat",
        "said": SAID, "again_at": 1_000, "claimed_impact": "one", "triage": False, "booked_by": 0, "resumes": 0,
    }  # fmt: skip
    return kind(**{field.name: values[field.name] for field in fields(kind)})


def test_the_ways_reach_every_state_of_the_tables():
    """No state of the tables is left untried, and each is really reached."""
    assert {(channel, state) for channel, table in MOVES.items() for state in table} == set(STATES)
    for channel, state in STATES:
        contact = reached(channel, state).state.contacts[reached(channel, state).number("it")]
        assert (channel, state) == (contact.channel, contact.state)


@pytest.mark.parametrize("kind", MOVING)
@pytest.mark.parametrize(("channel", "state"), STATES)
def test_every_state_with_every_event(channel, state, kind):
    """A legal event moves the contact as its table says; any other stops the desk and is named."""
    story = reached(channel, state)
    event = happening(story, kind)
    target = MOVES[channel][state].get(kind)

    if target is None:
        with pytest.raises(Broken, match=kind.__name__):
            story.state.emit(event)
        return
    story.state.emit(event)

    after = story.state.contacts.get(story.number("it"))
    assert target == (after.state if after else target)
    assert (target in ENDS) == (after is None)
    assert story.state.events == [event]


@pytest.mark.parametrize("kind", CONTACT_EVENTS)
def test_an_event_of_no_contact_stops_the_desk(kind):
    """An event about a contact that is not there is a bug, unless it is one that makes it."""
    story = reached("chat", "waiting")
    event = happening(story, kind)
    event.contact_id = 999

    if kind in MAKING:
        story.state.emit(event)
        assert 999 in story.state.contacts
    else:
        with pytest.raises(Broken, match=kind.__name__):
            story.state.emit(event)


@pytest.mark.parametrize("o", [0, 1, 3])
def test_a_contacts_events_are_counted_without_a_gap(o):
    """An event that is not the next of its contact stops the desk, though its kind be legal."""
    story = given(chat("it"))
    event = ev.MessagePosted(story.number("it"), o, "asc", 2)

    with pytest.raises(Broken, match=f"event {o} of contact {story.number('it')} follows event 1"):
        story.state.emit(event)


@pytest.mark.parametrize("event", [ev.AgentBack(999), ev.SessionDropped(999), ev.NodeLost("desk-9", 1)])
def test_an_event_of_nobody_stops_the_desk(event):
    """Agents, sessions and nodes that are not known cannot have anything happen to them."""
    with pytest.raises(Broken, match=event.__class__.__name__):
        given().state.emit(event)


CHANGES = {
    CHAT: {ev.ContactConverted: CALLBACK, ev.RingStarted: CALLBACK},
    CALL: {ev.ContactConverted: CALLBACK},
    CASE: {ev.ContactConverted: CALLBACK},
    CALLBACK: {ev.ReturnedToChat: CHAT, ev.RingFailed: CHAT},
}
"""The events after which another channel's table holds."""


def test_the_tables_have_no_dead_ends():
    """Every state can be reached from the first ones, every state can be left, and every end is reached."""
    found = {(channel, SCHEDULED if channel == CALLBACK else WAITING) for channel in MOVES}
    ends = set()
    for _ in STATES:
        for channel, state in sorted(found):
            for kind, target in MOVES[channel][state].items():
                if target in ENDS:
                    ends.add(target)
                else:
                    found.add((CHANGES.get(channel, {}).get(kind, channel), target))

    assert {(channel, state) for channel, table in MOVES.items() for state in table} == found
    assert all(moves for table in MOVES.values() for moves in table.values())
    assert set(ENDS) == ends


@pytest.mark.parametrize("channel", MOVES)
def test_an_offer_ends_whenever_its_contact_stops_being_offered(channel):
    """The contact leaves `offered` by exactly the events that end an offer: neither can outlive the other."""
    leaving = {kind for kind, target in MOVES[channel][OFFERED].items() if target != OFFERED}
    other = ev.ContactConnected if channel == CALLBACK else ev.DialStarted

    assert leaving | {other} == set(OFFER_MOVES[PENDING])


@pytest.mark.parametrize("kind", ev.RoutingEvent.__args__)
@pytest.mark.parametrize(("channel", "state"), STATES)
def test_where_a_contact_may_be_served_is_no_state(channel, state, kind):
    """Steps, preferences, urgency and extensions move no contact, and are told to nobody as news of it."""
    story = reached(channel, state)
    contact = story.state.contacts[story.number("it")]
    o = contact.o

    story.state.emit(happening(story, kind))

    assert (state, o) == (contact.state, contact.o)


def test_every_end_of_an_offer_is_another_word():
    """Offers end as accepted, declined, timed out or withdrawn, and no end is ever left."""
    assert {"accepted", "declined", "timed_out", "withdrawn"} == set(OFFER_MOVES[PENDING].values())
    assert [PENDING] == list(OFFER_MOVES)


@pytest.mark.parametrize("kind", MAKING)
def test_a_contact_is_made_once(kind):
    """Making a contact that is on the desk already is a bug and stops the desk."""
    story = reached("chat", "waiting")

    with pytest.raises(Broken, match=kind.__name__):
        story.state.emit(happening(story, kind))


def test_nobody_leaves_a_line_or_a_reservation_without_one():
    """Steps that events share stop the desk when there is nothing to leave."""
    story = reached("chat", "connected")
    contact = story.state.contacts[story.number("it")]

    with pytest.raises(Broken, match="does not wait"):
        leave_line(story.state, contact)
    with pytest.raises(Broken, match="has no reservation"):
        take_off(story.state, contact)
