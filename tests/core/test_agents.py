"""Agents: what they choose, what becomes of one whose connection is lost, and the state that people are shown."""

import pytest

from router.core.commands import ConnectSession, DisconnectSession
from router.core.events import AgentLost, AgentStatusSet, OfferWithdrawn
from tests.core.build import (
    AGENT_GRACE_MS,
    WRAP_UP_MS,
    accepts,
    agent,
    agent_connects,
    agent_drops,
    agent_state,
    callback,
    chat,
    closes,
    given,
    happened,
    offers,
    passes,
    reaches,
    refusal,
    starts,
    state_of,
    status,
    stops,
    the_agent,
    told,
    waiting,
    when,
)


def test_signing_in_makes_available():
    """A new agent is available and idle; so is one who comes back from offline by signing in."""
    desk = given(agent("ann"))
    assert ("available", "idle") == (the_agent(desk, "ann").status, agent_state(desk, "ann"))

    desk = when(desk, status("ann", "offline"), agent("ann"))

    assert "available" == the_agent(desk, "ann").status


def test_only_those_signed_in_have_a_status():
    """A status without a sign-in is refused: nothing is known of the skills."""
    assert "not_signed_in" == refusal(given(), status("ann", "available"))


def test_a_break_leaves_running_contacts_alone():
    """Break stops new offers; the conversation goes on."""
    desk = given(agent("ann"), chat("first"), accepts("ann", "first"))

    desk = when(desk, status("ann", "break", "lunch"))

    assert ["AgentStatusSet"] == happened(desk)
    assert "connected" == state_of(desk, "first")
    assert "" == refusal(desk, closes("ann", "first"))


def test_idle_time_starts_with_the_return_from_break():
    """Who comes back from a break is the last of the idle; setting `available` again does not cost the place."""
    desk = given(agent("ann"), passes(5), agent("ben"), passes(5), status("ann", "break"))
    desk = when(desk, status("ann", "available"), passes(5), status("ben", "available"))

    desk = when(desk, chat("first"))

    assert {"first": "ben"} == offers(desk)


def test_states_for_people():
    """The derived state follows from what is held: idle, offered, busy, wrap_up, and busy again with one of each."""
    desk = given(agent("ann", capacity=2))
    seen = [agent_state(desk, "ann")]
    for step in (
        chat("first"),
        accepts("ann", "first"),
        chat("second"),
        closes("ann", "first"),
        accepts("ann", "second"),
        closes("ann", "second"),
    ):
        seen.append(agent_state(when(desk, step), "ann"))

    assert ["idle", "offered", "busy", "busy", "busy", "busy", "wrap_up"] == seen


def test_dialling_is_busy():
    """An agent on a callback is busy from the dial on."""
    desk = given(agent("ann"), callback("call"), accepts("ann", "call"))

    assert "busy" == agent_state(desk, "ann")


# --- lost


def test_a_lost_agents_ringing_goes_elsewhere_at_once():
    """When the last connection is gone nothing rings there any longer, and nothing new is offered."""
    desk = given(agent_connects("ann"), agent("ann"), chat("first"))

    desk = when(desk, agent_drops("ann"), chat("second"))

    assert ["SessionDropped", "AgentLost", "OfferWithdrawn", "ContactQueued"] == happened(desk)
    assert ["agent_lost"] == [event.cause for event in told(desk, OfferWithdrawn)]
    assert ["first", "second"] == waiting(desk)


def test_back_within_the_grace_nothing_has_happened():
    """Until the grace is over the contacts stay; the agent who returns is offered work again."""
    desk = given(agent_connects("ann"), agent("ann", capacity=2), chat("first"), accepts("ann", "first"))
    desk = when(desk, agent_drops("ann"), chat("second"), passes(AGENT_GRACE_MS - 1))
    assert "connected" == state_of(desk, "first")

    desk = when(desk, agent_connects("ann"), passes(1))

    assert ["SessionBound", "AgentBack", "OfferMade"] == happened(desk)
    assert {"second": "ann"} == offers(desk)


def test_after_the_grace_the_agent_is_offline():
    """Everything held goes back or is closed, and the agent is offline for a lost connection."""
    desk = given(agent_connects("ann"), agent("ann", capacity=2), chat("talks"), chat("wraps"))
    desk = when(desk, accepts("ann", "talks"), accepts("ann", "wraps"), closes("ann", "wraps"), agent_drops("ann"))

    desk = when(desk, passes(AGENT_GRACE_MS))

    assert ["ContactRequeued", "ContactClosed", "AgentStatusSet"] == happened(desk)
    assert [("offline", "connection_lost")] == [(event.status, event.reason) for event in told(desk, AgentStatusSet)]
    assert ["talks"] == waiting(desk)


@pytest.mark.parametrize("reached", [False, True])
def test_a_callback_in_hand_returns_at_its_rank(reached):
    """A callback that a lost agent dialled or talked in is due again, ahead of what came later."""
    desk = given(agent_connects("ann"), agent("ann"), callback("call"), accepts("ann", "call"), chat("second"))
    desk = when(desk, *([reaches("ann", "call")] if reached else []), agent_drops("ann"))

    desk = when(desk, passes(AGENT_GRACE_MS))

    assert ("due", ["call", "second"]) == (state_of(desk, "call"), waiting(desk))
    assert "attempt_ended" != refusal(when(desk, agent("ben"), accepts("ben", "call")), reaches("ben", "call"))


def test_wrap_up_may_end_within_the_grace():
    """The wrap-up deadline of a lost agent holds; the unit is free, but nobody is there to be offered."""
    desk = given(agent_connects("ann"), agent("ann"), chat("first"), accepts("ann", "first"), closes("ann", "first"))
    desk = when(desk, chat("second"), passes(WRAP_UP_MS - 10), agent_drops("ann"))

    desk = when(desk, passes(10))

    assert ["ContactClosed"] == happened(desk)
    assert "idle" == agent_state(desk, "ann")


def test_a_lost_agent_on_break_goes_offline_after_the_grace():
    """Break is no reason to be held open for ever."""
    desk = given(agent_connects("ann"), agent("ann"), status("ann", "break"), agent_drops("ann"))

    desk = when(desk, passes(AGENT_GRACE_MS))

    assert "offline" == the_agent(desk, "ann").status


def test_an_offline_agent_with_nothing_in_hand_cannot_be_lost():
    """Whoever has signed off and holds nothing may close the console; what is still held has the grace."""
    desk = given(agent_connects("ann"), agent("ann"), status("ann", "offline"))
    assert [] == told(when(desk, agent_drops("ann")), AgentLost)
    desk = when(desk, agent_connects("ann"), status("ann", "available"), chat("first"), accepts("ann", "first"))
    desk = when(desk, status("ann", "offline"))

    desk = when(desk, agent_drops("ann"))

    assert 1 == len(told(desk, AgentLost))


def test_whoever_chooses_a_status_is_not_lost():
    """A status that arrives by another way ends the grace: the agent is there."""
    desk = given(agent_connects("ann"), agent("ann"), chat("first"), accepts("ann", "first"), agent_drops("ann"))

    desk = when(desk, status("ann", "available"), passes(AGENT_GRACE_MS))

    assert "connected" == state_of(desk, "first")


def test_a_second_console_keeps_the_agent_here():
    """An agent is lost only when the last of the connections is gone."""
    desk = given(agent_connects("ann"), agent("ann"))
    second = ConnectSession(500, f"agent:{desk.number('ann')}", "agent", "desk-1", 1, 9)

    desk = when(desk, lambda story: story.do(second), agent_drops("ann"))

    assert ["SessionBound", "SessionDropped"] == happened(desk)


def test_losing_a_lost_agent_again_moves_no_deadline():
    """A node's end that finds an agent lost already does not lengthen the grace."""
    desk = given(starts("desk-2"), agent_connects("ann"), agent("ann"), chat("first"), accepts("ann", "first"))
    second = ConnectSession(500, f"agent:{desk.number('ann')}", "agent", "desk-2", 1, 9)
    desk = when(desk, lambda story: story.do(second), status("ann", "available"), agent_drops("ann"), stops("desk-2"))
    assert 1 == len(told(desk, AgentLost))

    desk = when(
        desk, passes(10), lambda story: story.do(DisconnectSession(500, "desk-1", 1, 9)), passes(AGENT_GRACE_MS - 10)
    )

    assert ["first"] == waiting(desk)


def test_each_return_earns_a_full_grace():
    """A connection that comes and goes again begins the grace anew: the agent was there in between."""
    desk = given(agent_connects("ann"), agent("ann"), chat("first"), accepts("ann", "first"), agent_drops("ann"))
    ghost = ConnectSession(500, f"agent:{desk.number('ann')}", "agent", "desk-1", 1, 9)

    desk = when(desk, lambda story: story.do(ghost), lambda story: story.do(DisconnectSession(500, "desk-1", 1, 9)))

    assert ["SessionBound", "AgentBack", "SessionDropped", "AgentLost"] == happened(desk)
