"""Which of several agents: the line's strategies, the agent who served last, and whoever has passed."""

import pytest

from router.core.apply import contacts
from router.core.deadlines import PREFERENCE
from tests.core.acts import transfers
from tests.core.build import (
    BACK_OFF_MS,
    RING_MS,
    accepts,
    agent,
    chat,
    closes,
    declines,
    finishes,
    given,
    happened,
    leaves,
    offers,
    passes,
    state_of,
    status,
    when,
)

TRAVEL = "travel/en"
BOTH = ("expense", "travel")


def serves(name, contact):
    """Steps: this agent takes the contact and is done with it."""
    return [accepts(name, contact), closes(name, contact), finishes(name, contact)]


def choose(*steps, **rules):
    """Who is offered `it` after these steps; `levels` are in expense."""
    return offers(when(given(*steps, **rules), chat("it"))).get("it")


# --- strategies


def test_longest_idle_counts_units_first():
    """Whoever holds nothing comes before whoever holds something, however long idle."""
    busy = [agent("ann", capacity=3), chat("a"), accepts("ann", "a")]

    assert "ben" == choose(*busy, passes(9), agent("ben", capacity=3), strategy="longest_idle")


def test_least_loaded_counts_shares():
    """One of four units in use is less than one of two."""
    wide = [agent("ann", capacity=4), chat("a"), accepts("ann", "a")]
    narrow = [agent("ben", capacity=2), chat("b"), accepts("ben", "b")]

    assert "ann" == choose(*wide, passes(9), *narrow, strategy="least_loaded")
    assert "ben" == choose(*narrow, passes(9), *wide, strategy="longest_idle")


def test_round_robin_counts_offers():
    """Whoever was offered something longest ago is next, also who let it pass; nobody has had none before."""
    start = [agent("ann", capacity=5), agent("ben", capacity=5)]
    desk = given(*start, *[step for n in "abc" for step in (chat(n), passes(1))], strategy="round_robin")

    assert {"a": "ann", "b": "ben", "c": "ann"} == offers(desk)
    assert "cat" == choose(*start, chat("a"), chat("b"), agent("cat", capacity=5), strategy="round_robin")


def test_most_proficient_counts_levels_in_the_product():
    """The highest level in the line's product goes first; of these who is least busy, then longest idle."""
    experts = [agent("ann", BOTH, levels=(2, 5)), passes(1), agent("ben", BOTH, levels=(4, 1))]
    third = [passes(1), agent("cat", BOTH, levels=(4, 2))]

    assert "ben" == choose(*experts, *third, strategy="most_proficient")
    assert "ann" == choose(*experts, *third, strategy="longest_idle")


def test_levels_are_three_when_nobody_says():
    """Who signs in without levels is in the middle."""
    assert "ben" == choose(agent("ann"), passes(1), agent("ben", levels=(4,)), strategy="most_proficient")
    assert "ann" == choose(agent("ben", levels=(2,)), passes(1), agent("ann"), strategy="most_proficient")


# --- the agent who served last

KNOWN = [agent("ann"), agent("ben"), chat("a"), passes(1), *serves("ann", "a")]
"""ann has just served the ASC of `a`; ben has been idle longer."""


def test_who_served_last_is_asked_first():
    """With a preference, the agent whom the ASC knows gets the contact though others are idle longer."""
    assert {"it": "ann"} == offers(when(given(*KNOWN, preferred_ms=9_000), chat("it", by="a")))
    assert {"it": "ben"} == offers(when(given(*KNOWN), chat("it", by="a")))


def test_it_waits_for_that_agent_alone_for_a_while():
    """While the known agent is busy nobody else is asked, until the time is over."""
    desk = given(*KNOWN, chat("b"), chat("c"), accepts("ann", "c"), preferred_ms=9_000)
    desk = when(desk, *serves("ben", "b"), chat("it", by="a"), passes(8_999))
    assert {} == offers(desk)

    assert {"it": "ben"} == offers(when(desk, passes(1)))


@pytest.mark.parametrize("away", [status("ann", "break"), status("ann", "break", when_free=True)])
def test_it_waits_for_nobody_who_is_away(away):
    """When the known agent goes, or will go, whoever waits alone for them waits for anybody; and none begins to."""
    desk = given(*KNOWN, chat("b"), chat("c"), accepts("ann", "c"), preferred_ms=9_000)
    desk = when(desk, *serves("ben", "b"), chat("it", by="a"), away)
    assert {"it": "ben"} == offers(desk)

    desk = when(given(*KNOWN, away, preferred_ms=9_000), chat("it", by="a"))
    assert {"it": "ben"} == offers(desk)


def test_it_waits_for_no_skill_that_is_gone():
    """The known agent signs in for other lines: the contact is anybody's."""
    desk = given(*KNOWN, chat("b"), chat("c"), accepts("ann", "c"), preferred_ms=9_000)
    desk = when(desk, *serves("ben", "b"), chat("it", by="a"), agent("ann", ("travel",)))
    assert {"it": "ben"} == offers(desk)

    assert {"again": "ben"} == offers(
        when(given(*KNOWN, agent("ann", ("travel",)), preferred_ms=1), chat("again", by="a"))
    )


def test_what_was_handed_to_an_agent_needs_no_skill():
    """A colleague who is asked by name is asked, also after signing in for other lines."""
    desk = given(agent("ann"), agent("ben", ("travel",)), chat("b", TRAVEL), accepts("ben", "b"), chat("it"))
    desk = when(
        desk, accepts("ann", "it"), transfers("ann", "it", to="ben"), agent("ben", ("travel",), languages=("de",))
    )

    assert {"it": "ben"} == offers(when(desk, closes("ben", "b"), finishes("ben", "b")))


def test_who_passes_is_waited_for_no_longer():
    """The known agent who lets the offer pass has had the choice."""
    desk = given(*KNOWN, preferred_ms=60_000)

    assert {"it": "ben"} == offers(when(desk, chat("it", by="a"), passes(RING_MS)))


def test_who_gives_up_waiting_for_one_leaves_nothing_behind():
    """No deadline outlives the contact that waited for one agent."""
    desk = given(*KNOWN, chat("b"), chat("c"), accepts("ann", "c"), preferred_ms=9_000)
    desk = when(desk, chat("it", by="a"), leaves("it", by="a"))

    assert None is desk.state.deadlines.due_of(PREFERENCE, desk.number("it"))
    assert "gone" == state_of(when(desk, passes(9_000)), "it")


def test_the_desk_remembers_a_bounded_number(monkeypatch):
    """Of those who were served the least recent is forgotten first."""
    monkeypatch.setattr(contacts, "KEPT_LAST_AGENTS", 2)
    desk = given(agent("ann"), preferred_ms=1)

    for name in "abac":
        desk = when(desk, chat(name), *serves("ann", name))

    assert [desk.number(f"{name}'s asc") for name in "ac"] == list(desk.state.last_agents)


# --- those who have passed

TWO = [agent("ann", capacity=2), passes(1), agent("ben", capacity=2)]


def test_who_passed_is_asked_after_the_others():
    """A contact that was declined is not put before the same agent while others will be asked in their turn."""
    busy = [chat("b"), chat("c"), accepts("ann", "b"), accepts("ben", "c"), chat("d"), chat("e")]
    desk = given(*TWO, *busy, accepts("ann", "d"), accepts("ben", "e"), chat("it"))
    desk = when(desk, closes("ann", "d"), finishes("ann", "d"), declines("ann", "it"), passes(BACK_OFF_MS))
    assert {} == offers(desk)

    assert {"it": "ben"} == offers(when(desk, closes("ben", "c"), finishes("ben", "c")))


@pytest.mark.parametrize("away", [status("ben", "break"), agent("ben", ("travel",))])
def test_who_passed_is_asked_again_when_nobody_else_is_there(away):
    """The last other agent goes, or signs in for other lines."""
    desk = given(agent("ann"), chat("it"), agent("ben"), chat("b"), accepts("ben", "b"), declines("ann", "it"))
    desk = when(desk, passes(BACK_OFF_MS))
    assert {} == offers(desk)

    assert {"it": "ann"} == offers(when(desk, away))


def test_others_are_asked_first_for_a_while():
    """When all of them stay busy, whoever passed on the contact is asked again: at that time, not before."""
    desk = given(agent("ann"), chat("it"), agent("ben"), chat("b"), accepts("ben", "b"), declines("ann", "it"))
    assert {} == offers(when(desk, passes(59_999)))

    desk = when(desk, passes(1))

    assert (["PassingForgotten", "OfferMade"], {"it": "ann"}) == (happened(desk), offers(desk))


def test_how_long_others_are_asked_first_is_policy():
    """Counted from the latest who passed; an offer to somebody else that is not taken begins it anew."""
    desk = given(agent("ann"), chat("it"), agent("ben"), declines("ann", "it"), passed_hold_ms=90_000)
    desk = when(desk, agent("cat"), chat("c"), accepts("cat", "c"), passes(RING_MS))
    assert {} == offers(when(desk, passes(89_999)))

    assert {"it": "ann"} == offers(when(desk, passes(1)))


def test_who_hands_a_contact_on_is_not_asked_first():
    """A transfer to the own line goes to a colleague, though the sender is idle longer."""
    desk = given(agent("ann", BOTH), agent("old", ("travel",)), chat("it"), accepts("ann", "it"), chat("t", TRAVEL))
    desk = when(desk, accepts("old", "t"), passes(1), agent("ben", BOTH, capacity=2), chat("b"), accepts("ben", "b"))

    desk = when(desk, transfers("ann", "it", line=TRAVEL))

    assert {"it": "ben"} == offers(desk)
