"""The end of a shift, and the status that follows when nothing is held any more."""

import pytest

from router.core.events import AgentStatusSet, ContactRequeued, OfferMade, ShiftEnding
from tests.core.acts import call, rings
from tests.core.build import (
    BACK_OFF_MS,
    SILENCE_MS,
    accepts,
    agent,
    agent_connects,
    agent_drops,
    agent_state,
    beats,
    callback,
    chat,
    closes,
    declines,
    finishes,
    given,
    happened,
    offers,
    passes,
    refusal,
    sleeps,
    starts,
    state_of,
    status,
    stops,
    the_agent,
    told,
    waiting,
    when,
)

ENDS = 100_000
RULES = {"shift_end_stop_ms": 10_000, "shift_end_grace_ms": 20_000}
STOP = passes(ENDS - 10_000)


def on_shift(*steps, **changes):
    """ann's shift ends at 100 s; from 90 s on there are no new offers, at 120 s what is held is handed over."""
    return given(agent("ann", capacity=3, shift_ends=ENDS), *steps, **RULES, **changes)


# --- shifts


def test_no_new_offers_shortly_before_the_end():
    """At that time, not before, new work goes elsewhere; what rings goes elsewhere too, without blame."""
    desk = on_shift(passes(89_999), chat("a"))
    assert {"a": "ann"} == offers(desk)

    desk = when(desk, passes(1), chat("b"))

    assert ["ShiftEnding", "OfferWithdrawn", "ContactQueued"] == happened(desk)
    assert ({}, ["a", "b"], 0) == (offers(desk), waiting(desk), the_agent(desk, "ann").no_answers)


def test_who_comes_too_late_for_new_work_is_offered_none():
    """Signing in when no new offers come any more offers nothing and withdraws nothing; before that it does."""
    late = given(chat("a"), passes(89_999), agent("ann", shift_ends=ENDS + 1), **RULES)
    assert {"a": "ann"} == offers(late)

    desk = when(given(chat("a"), passes(90_000), **RULES), agent("ann", shift_ends=ENDS))

    assert ["AgentSignedIn", "ShiftEnding"] == happened(desk)
    desk = when(desk, passes(30_000))
    assert [("offline", "shift_end")] == [(event.status, event.reason) for event in told(desk, AgentStatusSet)]


def test_the_end_of_the_shift_comes_before_what_is_due_at_the_same_moment():
    """A pause that is over just then makes no offer that would be withdrawn at once."""
    desk = on_shift(passes(ENDS - 10_000 - BACK_OFF_MS), chat("a"), declines("ann", "a"))

    desk = when(desk, passes(BACK_OFF_MS))

    assert ["ShiftEnding", "BackOffEnded"] == happened(desk)


@pytest.mark.parametrize("node", ["desk-1", "desk-2"])
def test_nothing_rings_after_an_outage_for_whom_it_is_too_late(node):
    """What was due while no node was alive is made up for before anybody is offered anything."""
    desk = on_shift(stops(), chat("a"), sleeps(ENDS - 10_000), starts(node))

    assert [] == told(desk, OfferMade)


def test_nothing_rings_for_whom_it_is_too_late_when_a_sleeping_node_is_heard():
    """Nor when the node that was thought lost beats again."""
    desk = on_shift(beats(), passes(SILENCE_MS), chat("a"), sleeps(ENDS))

    assert [] == told(when(desk, beats()), OfferMade)


def test_what_is_held_is_finished_in_peace():
    """Conversations and wrap-up go on after the end of the shift."""
    desk = on_shift(chat("a"), accepts("ann", "a"), passes(ENDS + 19_999))

    assert "connected" == state_of(desk, "a")
    assert "" == refusal(desk, closes("ann", "a"))


def test_what_is_still_held_is_handed_over():
    """After the grace conversations go back to their lines at their ranks and wrap-ups are closed."""
    desk = on_shift(chat("a"), accepts("ann", "a"), chat("b"), accepts("ann", "b"), passes(ENDS), closes("ann", "b"))
    desk = when(desk, chat("later"))

    desk = when(desk, passes(20_000))

    assert ["shift_end"] == [event.cause for event in told(desk, ContactRequeued)]
    assert (["a", "later"], "gone") == (waiting(desk), state_of(desk, "b"))
    assert [("offline", "shift_end")] == [(event.status, event.reason) for event in told(desk, AgentStatusSet)]


@pytest.mark.parametrize("asks", [callback("it"), call("it")])
def test_a_phone_call_is_handed_over_too(asks):
    """Whoever is on the phone with somebody whose shift is long over is called by the next."""
    desk = on_shift(asks, accepts("ann", "it"))

    desk = when(desk, passes(ENDS + 20_000))

    assert ["it"] == waiting(desk)


def test_signing_in_again_begins_another_shift():
    """Overtime is a new sign-in: nothing ends meanwhile."""
    desk = when(on_shift(passes(95_000)), agent("ann", shift_ends=ENDS * 2), chat("a"), passes(60_000))

    assert [] == told(desk, ShiftEnding)
    assert {"a": "ann"} == offers(on_shift(passes(95_000), agent("ann"), chat("a")))


def test_going_home_ends_the_shift():
    """Who is offline has no shift: coming back later nothing is handed over."""
    desk = on_shift(passes(95_000), status("ann", "offline"), status("ann", "available"), chat("a"))

    assert {"a": "ann"} == offers(desk)
    assert [] == told(when(desk, accepts("ann", "a"), passes(ENDS)), ContactRequeued)


def test_a_break_does_not_lengthen_the_shift():
    """Back from a break shortly before the end there is nothing new either."""
    desk = on_shift(passes(95_000), status("ann", "break"), status("ann", "available"), chat("a"))

    assert {} == offers(desk)


@pytest.mark.parametrize("ends", [0, -5, 1_000, 999])
def test_a_shift_ends_in_the_future(ends):
    """Zero is for nobody said; a time that has passed is refused."""
    code = refusal(given(passes(1_000)), agent("ann", shift_ends=ends))

    assert ("bad_value" if 0 < ends <= 1_000 else "") == code


def test_a_short_shift_ends_at_once():
    """Who signs in for less than the time before the end gets nothing new, and still has the grace."""
    desk = given(agent("ann", shift_ends=5_000), chat("a"), **RULES)

    assert {} == offers(desk)
    assert [25_000] == [event.hand_over_at for event in told(desk, ShiftEnding)]


# --- the next status

TALKING = [agent("ann", capacity=3), chat("a"), accepts("ann", "a")]
LATER = status("ann", "break", "lunch", when_free=True)


def test_the_next_status_waits_for_the_last_contact():
    """Until then the agent drains: no new offers, and what rings goes elsewhere."""
    desk = given(*TALKING, chat("b"))

    desk = when(desk, LATER, chat("c"))

    assert ({}, "draining", "available") == (
        offers(desk), agent_state(desk, "ann"), the_agent(desk, "ann").status,
    )  # fmt: skip
    desk = when(desk, closes("ann", "a"), finishes("ann", "a"))
    assert ["ContactEnded", "ContactClosed", "AgentStatusSet"] == happened(desk)
    assert ("break", "lunch") == (the_agent(desk, "ann").status, the_agent(desk, "ann").reason)


def test_with_nothing_held_it_is_now():
    """There is nothing to wait for; an offer that rings is nothing held."""
    assert "break" == the_agent(given(agent("ann"), LATER), "ann").status
    assert "break" == the_agent(given(agent("ann"), chat("a"), LATER), "ann").status


@pytest.mark.parametrize("word", ["available", "offline"])
def test_the_latest_word_counts(word):
    """Whoever chooses otherwise meanwhile has chosen otherwise."""
    desk = given(*TALKING, LATER, status("ann", word), chat("b"))

    assert (word, None) == (the_agent(desk, "ann").status, the_agent(desk, "ann").next_status)
    assert ({"b": "ann"} if word == "available" else {}) == offers(desk)


def test_a_lost_agent_whose_contacts_are_given_back_stays_lost():
    """The status that follows by itself does not bring the person back."""
    desk = given(agent_connects("ann"), *TALKING, LATER, agent_drops("ann"), passes(30_000))

    assert "offline" == the_agent(desk, "ann").status


def test_an_agent_who_rings_from_a_chat_is_waited_for():
    """A chat that has become a call is held all the same."""
    desk = given(*TALKING, rings("ann", "a"), LATER)

    assert "available" == the_agent(desk, "ann").status
