"""Nodes: who is lost when one ends, and that an outage of all of them punishes nobody."""

import pytest

from router.core.commands import NodeBeat, NodeStarted, NodeStopped
from router.core.events import AgentLost, ContactAbandoned, ContactClosed, OfferTimedOut, OfferWithdrawn
from tests.core.build import (
    AGENT_GRACE_MS,
    ASC_GRACE_MS,
    BACK_OFF_MS,
    RING_MS,
    SILENCE_MS,
    WRAP_UP_MS,
    Story,
    accepts,
    agent,
    agent_connects,
    agent_drops,
    asc_connects,
    asc_drops,
    beats,
    chat,
    closes,
    declines,
    given,
    happened,
    offers,
    passes,
    refusal,
    sleeps,
    starts,
    state_of,
    stops,
    the_agent,
    told,
    waiting,
    when,
)


def live(story):
    """The names of the nodes that are alive."""
    return [node.name for node in story.state.nodes.values() if node.live]


# --- coming and going


def test_a_node_lives_while_it_is_heard():
    """Each beat buys the same time again; silence for all of it is the end."""
    desk = given(beats(), passes(SILENCE_MS - 1), beats(), passes(SILENCE_MS - 1))
    assert ["desk-1"] == live(desk)

    desk = when(desk, passes(1))

    assert ["NodeLost"] == happened(desk)
    assert [] == live(desk)


def test_a_stopped_node_is_lost_at_once():
    """A clean stop needs no silence."""
    desk = when(given(beats()), stops())

    assert ["NodeLost"] == happened(desk)


def test_a_beat_of_a_lost_node_brings_it_back():
    """A node thought lost that is heard again is alive, in the same incarnation."""
    desk = given(beats(), passes(SILENCE_MS))

    desk = when(desk, beats())

    assert ["NodeJoined", "DeadlinesRestarted", "NodeHeard"] == happened(desk)
    assert ["desk-1"] == live(desk)


@pytest.mark.parametrize(
    "entry",
    [
        NodeStarted("desk-1", 1),
        NodeStarted("desk-1", 2),
        NodeBeat("desk-1", 1),
        NodeBeat("desk-1", 3),
        NodeBeat("desk-9", 1),
        NodeStopped("desk-1", 1),
        NodeStopped("desk-9", 1),
    ],
)
def test_entries_of_a_replaced_node_are_refused(entry):
    """What an earlier incarnation, or an unknown node, says of itself counts for nothing."""
    desk = given(starts())

    assert "stale_node" == refusal(desk, lambda story: story.do(entry))


def test_a_node_stops_once():
    """A node that has stopped cannot stop again."""
    assert "stale_node" == refusal(given(stops()), stops())


# --- what a lost node takes with it


def test_a_lost_node_loses_its_sessions_only():
    """Agents on another node go on working, and their offers ring on."""
    desk = given(starts("desk-2"), agent_connects("ann"), agent_connects("ben", "desk-2"))
    desk = when(desk, agent("ann"), agent("ben"), chat("first"), chat("second"))
    assert {"first": "ann", "second": "ben"} == offers(desk)

    desk = when(desk, stops())

    assert ["agent_lost"] == [event.cause for event in told(desk, OfferWithdrawn)]
    assert {"second": "ben"} == offers(desk)


def test_a_restart_loses_sessions_before_deadlines_fire():
    """An agent whose node was restarted is lost now, and was not silent: the offer ends without a ring-no-answer."""
    desk = given(agent_connects("ann"), agent("ann"), chat("first"), beats(), sleeps(RING_MS + 5))

    desk = when(desk, starts())

    assert [] == told(desk, OfferTimedOut)
    assert 0 == the_agent(desk, "ann").no_answers
    assert [RING_MS + 5 + AGENT_GRACE_MS] == [event.grace_until for event in told(desk, AgentLost)]


def test_a_restart_within_the_silence_is_an_outage_too():
    """The only node's new incarnation ends the earlier one: what rang is withdrawn, what ran begins again."""
    desk = given(agent("ann"), chat("first"), beats(), passes(1))

    desk = when(desk, starts())

    assert ["NodeLost", "OfferWithdrawn", "NodeJoined", "DeadlinesRestarted", "OfferMade"] == happened(desk)
    assert ["outage"] == [event.cause for event in told(desk, OfferWithdrawn)]


# --- no node at all


def test_an_outage_withdraws_what_rings_without_a_ring_no_answer():
    """Nobody could have accepted: the agents are not blamed, the contacts keep their ranks."""
    desk = given(agent("ann", capacity=2), chat("first"), passes(1), chat("second"), beats())

    desk = when(desk, passes(SILENCE_MS))

    assert ["outage", "outage"] == [event.cause for event in told(desk, OfferWithdrawn)]
    assert ["first", "second"] == waiting(desk)
    assert (0, False) == (the_agent(desk, "ann").no_answers, the_agent(desk, "ann").not_responding)


def test_nothing_is_offered_and_nothing_is_due_while_no_node_lives():
    """Entries of an outage are taken in, but neither matched nor timed."""
    desk = given(agent("ann"), chat("first"), accepts("ann", "first"), closes("ann", "first"), stops())

    desk = when(desk, passes(WRAP_UP_MS + 1), agent("ben"), chat("second"))

    assert ({}, "wrapping") == (offers(desk), state_of(desk, "first"))
    assert None is desk.core.next_deadline()


def test_the_first_node_back_matches_what_came_meanwhile():
    """With a node alive again everything is looked at."""
    desk = given(stops(), agent("ann"), chat("first"))

    desk = when(desk, starts())

    assert {"first": "ann"} == offers(desk)


@pytest.mark.parametrize("outage_ms", [1, 1_000_000])
def test_human_deadlines_run_their_full_time_again(outage_ms):
    """After an outage a lost agent, an absent ASC and a wrap-up have all of their time once more."""
    desk = given(agent_connects("ann"), asc_connects("away"), agent("ann"), agent("ben"), agent("cat"))
    desk = when(desk, chat("talks"), accepts("ann", "talks"), chat("wraps"), accepts("ben", "wraps"))
    desk = when(desk, closes("ben", "wraps"), agent_drops("ann"), chat("away"), asc_drops("away"), passes(20_000))
    desk = when(desk, stops(), passes(outage_ms), starts())

    back = desk.now
    deadlines = {(kind, ident): due for due, kind, ident in desk.state.deadlines.items()}

    assert back + AGENT_GRACE_MS == deadlines[3, desk.number("ann")]
    assert back + ASC_GRACE_MS == deadlines[4, desk.number("away")]
    assert back + WRAP_UP_MS == deadlines[6, desk.number("wraps")]


def test_left_over_pauses_end_when_a_node_is_back():
    """A deadline that is not restarted fires late, at the time of the return."""
    desk = given(agent("ann"), chat("first"), declines("ann", "first"), stops(), sleeps(BACK_OFF_MS * 2))

    desk = when(desk, starts())

    assert ["NodeJoined", "DeadlinesRestarted", "BackOffEnded", "OfferMade"] == happened(desk)
    assert [BACK_OFF_MS * 2 + RING_MS] == [offer.due for offer in desk.state.offers.values()]


def test_the_agents_grace_begins_with_the_restart():
    """Sessions of the earlier incarnation are lost now: those people have the full grace to come back in."""
    desk = given(agent_connects("ann"), asc_connects("first"), agent("ann"), beats())
    desk = when(desk, chat("first"), accepts("ann", "first"), sleeps(10 * AGENT_GRACE_MS), starts())
    assert "connected" == state_of(desk, "first")

    desk = when(desk, agent_connects("ann"), passes(AGENT_GRACE_MS))

    assert "connected" == state_of(desk, "first")


def test_a_laptop_that_slept_punishes_nobody():
    """After hours of sleep nothing times out; with the node's beat all of it begins again."""
    desk = given(agent("ann"), agent("ben"), asc_connects("away"), chat("rings"), chat("wraps"), beats())
    desk = when(desk, accepts("ben", "wraps"), closes("ben", "wraps"), chat("away"), asc_drops("away"))
    desk = when(desk, sleeps(8 * 3_600_000))

    desk = when(desk, beats(), passes(SILENCE_MS - 1))

    assert [] == told(desk, OfferTimedOut, ContactAbandoned, ContactClosed)
    assert {"rings": "ann"} == offers(desk)
    assert ("absent", "wrapping") == (state_of(desk, "away"), state_of(desk, "wraps"))


def test_one_node_of_two_is_no_outage():
    """While another node lives nothing is restarted and what rings rings on."""
    desk = given(starts("desk-2"), agent("ann"), chat("first"), passes(5))

    desk = when(desk, stops("desk-2"), starts("desk-2"))

    assert ["NodeLost", "NodeJoined"] == happened(desk)
    assert [RING_MS] == [offer.due for offer in desk.state.offers.values()]


def test_the_first_node_of_a_desk_restarts_nothing():
    """A fresh desk had no outage."""
    desk = when(Story(), starts())

    assert ["NodeJoined"] == happened(desk)


def test_a_node_of_another_name_ends_an_outage_too():
    """Whoever starts first after a silence of all finds an outage: nothing times out, what ran begins again."""
    desk = given(agent("ann"), agent("ben"), chat("rings"), chat("wraps"), accepts("ben", "wraps"), beats())
    desk = when(desk, closes("ben", "wraps"), sleeps(WRAP_UP_MS + 1))

    desk = when(desk, starts("desk-2"))

    assert [] == told(desk, OfferTimedOut, ContactClosed)
