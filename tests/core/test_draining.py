"""Draining: the callback at the head of a line keeps one agent free of new chats, so that chats cannot starve it."""

import pytest

from router.core.events import DrainEnded, DrainStarted
from tests.core.acts import moves
from tests.core.build import (
    AGENT_GRACE_MS,
    BACK_OFF_MS,
    LINES,
    RING_MS,
    accepts,
    adopts,
    agent,
    agent_connects,
    agent_drops,
    agent_state,
    asc_connects,
    asc_drops,
    callback,
    cancels,
    chat,
    closes,
    converts,
    declines,
    finishes,
    given,
    happened,
    leaves,
    offers,
    passes,
    starts,
    status,
    stops,
    told,
    waiting,
    when,
)

BOTH = ("expense", "travel")


def talks(agent_name, *contacts):
    """Steps: each contact is asked for, accepted by this agent, and talked to."""
    return [step for name in contacts for step in (chat(name), accepts(agent_name, name))]


def drained(story):
    """Callback -> the agent who drains for it."""
    lines = story.state.lines.values()
    return {story.name(line.drained_for): story.name(line.drained_agent) for line in lines if line.drained_for}


def test_the_callback_at_the_head_drains_one_agent():
    """Where nobody is whole one agent is offered no new chats, though units are free."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a"))

    desk = when(desk, callback("call"), chat("b"))

    assert {"call": "ann"} == drained(desk)
    assert {} == offers(desk)
    assert "draining" == agent_state(desk, "ann")


def test_the_drained_agent_gets_the_callback_when_whole():
    """Once the last contact is given back the callback rings there, and the draining is over."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a"), callback("call"), chat("b"))

    desk = when(desk, closes("ann", "a"), finishes("ann", "a"))

    assert ["ContactEnded", "ContactClosed", "OfferMade", "DrainEnded"] == happened(desk)
    assert ({"call": "ann"}, {}) == (offers(desk), drained(desk))


def test_chats_cannot_starve_a_callback():
    """However many chats come, the callback is served as soon as what its agent held at the time is done."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a", "b"), callback("call"))
    desk = when(desk, *[chat(f"later {i}") for i in range(20)], closes("ann", "a"), finishes("ann", "a"))
    assert {} == offers(desk)

    desk = when(desk, closes("ann", "b"), finishes("ann", "b"))

    assert {"call": "ann"} == offers(desk)


def test_a_chat_with_a_lower_rank_goes_first():
    """Only when the callback is first of its line, chats included, is anybody kept free for it."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a", "b"), chat("before"), callback("call"))
    assert {} == drained(desk)

    desk = when(desk, leaves("before"))

    assert {"call": "ann"} == drained(desk)


def test_who_holds_fewest_is_drained():
    """The agent expected free soonest: who holds the fewest contacts."""
    desk = given(agent("ann", capacity=3), *talks("ann", "a"), passes(9), agent("ben", capacity=3))
    desk = when(desk, *talks("ben", "b"), *talks("ann", "c"))

    desk = when(desk, callback("call"))

    assert {"call": "ben"} == drained(desk)


def test_then_who_was_given_the_latest_contact_longest_ago():
    """Of those who hold as many, the one whose newest contact is oldest."""
    desk = given(agent("ann", capacity=2), agent("ben", capacity=2), chat("a"), accepts("ann", "a"))
    desk = when(desk, passes(5), chat("b"), accepts("ben", "b"))

    desk = when(desk, callback("call"))

    assert {"call": "ann"} == drained(desk)


def test_nobody_with_one_unit_is_drained():
    """An agent with one unit is whole whenever free: draining would only cost other lines their rank."""
    desk = given(agent("ann", capacity=1), *talks("ann", "a"), callback("call"))

    assert {} == drained(desk)


@pytest.mark.parametrize("state", ["break", "lost"])
def test_nobody_who_is_away_is_drained(state):
    """Who could not be offered the callback does not drain for it."""
    away = status("ann", "break") if state == "break" else agent_drops("ann")
    desk = given(agent_connects("ann"), agent("ann", capacity=2), *talks("ann", "a"), away)
    assert {} == drained(when(desk, callback("call")))

    back = status("ann", "available") if state == "break" else agent_connects("ann")
    desk = when(desk, back)

    assert {"call": "ann"} == drained(desk)


@pytest.mark.parametrize("away", [status("ann", "break"), status("ann", "offline"), agent_drops("ann")])
def test_when_the_drained_agent_leaves_another_takes_the_turn(away):
    """A drained agent who goes is released, and the next best is drained at once."""
    desk = given(agent_connects("ann"), agent("ann", capacity=2), *talks("ann", "a"))
    desk = when(desk, agent("ben", capacity=2), *talks("ben", "b"), callback("call"))
    assert {"call": "ann"} == drained(desk)

    desk = when(desk, away)

    assert {"call": "ben"} == drained(desk)


def test_a_pause_ends_the_draining():
    """A drained agent who lets a chat that rang before pass is released while backing off, and drained again after."""
    desk = given(agent("ann", capacity=3), *talks("ann", "a"), chat("rings"), callback("call"))
    assert {"call": "ann"} == drained(desk)
    desk = when(desk, passes(RING_MS))
    assert {} == drained(desk)

    desk = when(desk, leaves("rings"), passes(BACK_OFF_MS))

    assert {"call": "ann"} == drained(desk)


@pytest.mark.parametrize("end", ["cancelled", "taken by another"])
def test_the_agent_is_released_when_the_callback_needs_nobody(end):
    """The callback gone, the drained agent is offered the chats that waited meanwhile."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a"), callback("call"), chat("b"))
    assert {"call": "ann"} == drained(desk)

    desk = when(desk, cancels("call") if end == "cancelled" else agent("ben"))

    assert {} == drained(desk)
    assert "ann" == offers(desk)["b"]


def test_the_next_callback_drains_in_its_turn():
    """With the first callback served, the second at the head of the line drains an agent of its own."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a"), callback("one"), callback("two"))

    desk = when(desk, cancels("one"))

    assert ["CallbackCancelled", "DrainEnded", "DrainStarted"] == happened(desk)
    assert {"two": "ann"} == drained(desk)


def test_each_line_drains_one_agent():
    """Two lines with callbacks at their heads drain two agents, never the same one."""
    desk = given(agent("ann", BOTH, capacity=2), *talks("ann", "a"), agent("ben", BOTH, capacity=2), *talks("ben", "b"))

    desk = when(desk, callback("one"), callback("two", "travel/en"), callback("three"))

    assert {"one", "two"} == set(drained(desk))
    assert {"ann", "ben"} == set(drained(desk).values())


def test_the_drained_agent_does_not_serve_another_lines_callback():
    """Who drains for one line is not taken away by another."""
    desk = given(agent("ann", BOTH, capacity=2), *talks("ann", "a"), callback("one"), callback("two", "travel/en"))

    desk = when(desk, closes("ann", "a"), finishes("ann", "a"))

    assert {"one": "ann"} == offers(desk)
    assert ["two"] == waiting(desk, "travel/en")


def test_a_whole_agent_is_better_than_the_drained_one():
    """Whoever becomes whole first takes the callback, drained or not."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a"), agent("ben", capacity=2), *talks("ben", "b"))
    desk = when(desk, callback("call"))
    assert {"call": "ann"} == drained(desk)

    desk = when(desk, closes("ben", "b"), finishes("ben", "b"))

    assert ({"call": "ben"}, {}) == (offers(desk), drained(desk))


def test_an_older_chat_that_returns_does_not_release_the_agent():
    """Draining that has begun goes on when an ASC with a lower rank is back."""
    desk = given(asc_connects("old"), agent("ann", capacity=2), *talks("ann", "a", "b"), chat("old"), asc_drops("old"))
    desk = when(desk, callback("call"))
    assert {"call": "ann"} == drained(desk)

    desk = when(desk, asc_connects("old"))

    assert ["old", "call"] == waiting(desk)
    assert {"call": "ann"} == drained(desk)


def test_a_declined_callback_drains_another():
    """The drained agent who declines backs off; the callback goes on waiting, at its rank, for the next."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a"), agent("ben", capacity=2), *talks("ben", "b"))
    desk = when(desk, callback("call"), closes("ann", "a"), finishes("ann", "a"))
    assert {"call": "ann"} == offers(desk)

    desk = when(desk, declines("ann", "call"))

    assert {"call": "ben"} == drained(desk)


def test_an_outage_holds_the_draining_and_its_end():
    """With no node alive nothing is matched or released; the first node back looks everywhere."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a"), callback("call"), stops())
    desk = when(desk, cancels("call"))
    assert {"call": "ann"} == drained(desk)

    desk = when(desk, chat("b"), starts())

    assert 1 == len(told(desk, DrainEnded))
    assert {"b": "ann"} == offers(desk)


def test_a_lost_agent_given_up_leaves_no_draining_behind():
    """After the grace the agent holds nothing and drains for nobody."""
    desk = given(agent_connects("ann"), agent("ann", capacity=2), *talks("ann", "a"), callback("call"))

    desk = when(desk, agent_drops("ann"), passes(AGENT_GRACE_MS))

    assert {} == drained(desk)
    assert ["a", "call"] == waiting(desk)


def test_a_conversion_of_the_head_is_drained_for_in_its_turn():
    """A chat that turns into a callback at the head of its line drains at once."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a", "b"), chat("first"), chat("second"))

    desk = when(desk, converts("first"))

    assert 1 == len(told(desk, DrainStarted))
    assert {"first": "ann"} == drained(desk)


def test_the_callback_that_has_waited_longest_drains_first():
    """When two lines want the same agent, the callback with the lower rank has the first claim."""
    desk = given(agent("ann", languages=("de", "en"), capacity=2), *talks("ann", "a"), status("ann", "break"))
    desk = when(desk, callback("old"), passes(60_000), callback("new", "expense/de"))

    desk = when(desk, status("ann", "available"))

    assert {"old": "ann"} == drained(desk)


def test_new_skills_release_the_drained_agent():
    """Who signs in for other lines does not drain for the old one any longer, and another takes the turn."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a"), agent("ben", capacity=2), *talks("ben", "b"))
    desk = when(desk, callback("call"))
    assert {"call": "ann"} == drained(desk)

    desk = when(desk, agent("ann", ("travel",), capacity=2))

    assert {"call": "ben"} == drained(desk)


def test_a_callback_is_offered_only_to_those_who_can():
    """A drained agent whose skills have changed is offered nothing of the old line."""
    desk = given(agent("ann", capacity=2), *talks("ann", "a"), callback("call"), agent("ann", ("travel",)))

    desk = when(desk, closes("ann", "a"), finishes("ann", "a"), chat("b"))

    assert {} == offers(desk)


def test_a_line_that_is_taken_away_releases_its_agent():
    """In an outage the drained callback may be cancelled and its line go: nobody drains for nothing."""
    desk = given(agent("ann", BOTH, capacity=2), chat("a", "travel/en"), accepts("ann", "a"), callback("call"))

    desk = when(desk, stops(), cancels("call"), adopts(LINES[1:]), starts(), chat("b", "travel/en"))

    assert {"b": "ann"} == offers(desk)


def test_the_callback_that_lost_its_agent_has_the_next_claim():
    """Where a drained agent goes and two callbacks want the next one, the lower rank has the first claim again."""
    both = ("de", "en")
    desk = given(callback("old", "travel/de"), passes(5), agent("ann", languages=both, capacity=2))
    desk = when(desk, callback("new", "expense/de"), moves("old", "expense/en"), passes(5))
    desk = when(desk, agent("ben", ("travel",), capacity=2), chat("b", "travel/en"), accepts("ben", "b"))
    desk = when(desk, agent("ben", languages=both, capacity=2))
    assert ({"new": "ann"}, {"old": "ann"}) == (offers(desk), drained(desk))

    desk = when(desk, declines("ann", "new"))

    assert {"old": "ben"} == drained(desk)
