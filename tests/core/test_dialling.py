"""Attempts: the ladder of each outcome, and ringing from a chat."""

import pytest

from router.core.events import AttemptFailed, CallbackCancelled, CallbackScheduled, CallbackUnreachable, RingFailed
from tests.core.acts import asks_callback, call, drops_callback, pulls, returns_to_chat, rings, transfers
from tests.core.build import (
    accepts,
    agent,
    agent_connects,
    agent_drops,
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
    misses,
    offers,
    passes,
    reaches,
    refusal,
    state_of,
    status,
    the_agent,
    told,
    waiting,
    when,
)

LADDERS = {"retry_no_answer_ms": (10_000, 20_000), "retry_busy_ms": (5_000,), "retry_invalid_ms": ()}
DIALLING = [agent("ann"), callback("it"), accepts("ann", "it")]


def dialled_again(*failures):
    """The story of a callback whose attempts have failed so; ann dials it again and again."""
    desk = given(*DIALLING, **LADDERS)
    for failure in failures:
        desk = when(desk, misses("ann", "it", failure), passes(20_000), accepts("ann", "it"))
    return desk


def test_a_failed_attempt_is_tried_again_at_its_time():
    """The agent is free meanwhile; the callback is in no line until then, and keeps its rank."""
    desk = given(*DIALLING, chat("next"), **LADDERS)

    desk = when(desk, misses("ann", "it"))

    assert ["AttemptFailed", "CallbackScheduled", "OfferMade"] == happened(desk)
    assert [(10_000, "retry")] == [(event.at, event.cause) for event in told(desk, CallbackScheduled)]
    assert ({"next": "ann"}, "scheduled") == (offers(desk), state_of(desk, "it"))
    desk = when(desk, accepts("ann", "next"), chat("last"), passes(10_000))
    assert ["it", "last"] == waiting(desk)


def test_each_outcome_has_its_own_ladder():
    """A busy line and nobody answering are counted apart; at the end of either the callback is over."""
    desk = when(dialled_again("no_answer", "busy"), misses("ann", "it", "no_answer"))
    assert [20_000] == [event.retry_at - desk.now for event in told(desk, AttemptFailed)]

    desk = when(dialled_again("no_answer", "busy"), misses("ann", "it", "busy"))
    assert [(3, "busy")] == [(event.attempt, event.failure) for event in told(desk, CallbackUnreachable)]


@pytest.mark.parametrize("failure", ["voicemail", "invalid"])
def test_an_outcome_without_a_ladder_is_the_end(failure):
    """There is no other attempt, and the number can be left again."""
    desk = when(given(*DIALLING, **LADDERS), misses("ann", "it", failure))

    assert ["CallbackUnreachable"] == happened(desk)
    assert "" == refusal(desk, asks_callback("again", by="it", number="number of it"))


def test_retries_are_not_endless():
    """After the last rung the callback is over."""
    desk = when(dialled_again("no_answer", "no_answer"), misses("ann", "it"))

    assert 1 == len(told(desk, CallbackUnreachable))


# --- taken back


@pytest.mark.parametrize("by", ["asc", "agent"])
@pytest.mark.parametrize("state", ["scheduled", "due", "offered"])
def test_a_callback_is_taken_back_until_somebody_dials(by, state):
    """By the ASC or by an agent who knows better; whoever did is told."""
    steps = {
        "scheduled": [agent("ann"), asks_callback("it", window=(60_000, 90_000))],
        "due": [agent("ann"), status("ann", "break"), asks_callback("it")],
        "offered": [agent("ann"), asks_callback("it")],
    }
    desk = given(*steps[state])
    assert state == state_of(desk, "it")

    desk = when(desk, cancels("it") if by == "asc" else drops_callback("ann", "it", "duplicate"))

    assert [(by, "duplicate" if by == "agent" else "")] == [
        (event.by, event.reason) for event in told(desk, CallbackCancelled)
    ]
    assert {} == desk.state.numbers


def test_only_agents_drop_callbacks():
    """Somebody who is no agent knows of no contact."""
    assert "unknown_contact" == refusal(given(callback("it")), drops_callback("nobody", "it"))


def test_back_to_the_chat_keeps_the_rank():
    """Whoever would rather wait at the screen waits where they stood."""
    desk = given(chat("it"), converts("it"), passes(10), chat("later"), returns_to_chat("it"))

    assert ["it", "later"] == waiting(desk)
    assert {"it": "ann"} == offers(when(desk, agent("ann")))


def test_back_to_the_chat_without_a_person_is_absent():
    """A return that arrives after the connection has closed brings back the place alone."""
    desk = given(asc_connects("it"), chat("it"), converts("it"), asc_drops("it"), returns_to_chat("it"))

    assert "absent" == state_of(desk, "it")


def test_a_call_becomes_a_callback():
    """Who waits on the phone may leave a number, too."""
    desk = given(call("it"), chat("later"), converts("it"))

    assert ["it", "later"] == waiting(desk)
    assert "due" == state_of(desk, "it")


# --- ringing from a chat

TALKING = [agent("ann", capacity=3), chat("it"), accepts("ann", "it")]


def test_an_agent_rings_from_a_chat():
    """The chat becomes a call, the agent is there for nobody else, and the attempt has a number."""
    desk = given(*TALKING, rings("ann", "it"), chat("next"))

    assert ("dialling", 3, {}) == (state_of(desk, "it"), the_agent(desk, "ann").units, offers(desk))
    assert "number_in_use" == refusal(desk, asks_callback("other", number="number of it"))


def test_only_a_whole_agent_rings():
    """With another contact beside it, be it an offer, the agent is not free to phone."""
    for others in ([chat("b"), accepts("ann", "b")], [chat("b")]):
        assert "not_whole" == refusal(given(*TALKING, *others), rings("ann", "it"))


def test_a_number_must_be_there_and_free():
    """As with any callback."""
    desk = given(*TALKING, asks_callback("other", window=(60_000, 90_000)))

    assert "number_in_use" == refusal(desk, rings("ann", "it", number="number of other"))


def test_nobody_answers_and_the_chat_goes_on():
    """The units are free again, and the number too."""
    desk = given(*TALKING, rings("ann", "it"), chat("next"))

    desk = when(desk, misses("ann", "it", "voicemail"))

    assert ["voicemail"] == [event.failure for event in told(desk, RingFailed)]
    assert ("connected", {"next": "ann"}, {}) == (state_of(desk, "it"), offers(desk), desk.state.numbers)


REACHED = [*TALKING, rings("ann", "it"), reaches("ann", "it")]


def test_reached_it_is_a_callback_like_any_other():
    """Ended and wrapped up as one, and tried again like one when it comes back to the line."""
    desk = given(*REACHED, closes("ann", "it"), finishes("ann", "it"))
    assert "gone" == state_of(desk, "it")

    desk = given(*REACHED, agent("ben"), transfers("ann", "it", to="ben"), accepts("ben", "it"), misses("ben", "it"))
    assert 1 == len(told(desk, CallbackUnreachable))


def test_reached_it_has_a_lifetime():
    """Back in the line it does not wait for ever."""
    desk = given(*REACHED, agent("ben"), pulls("it"), lifetime_ms=50_000, offer_timeout_ms=100_000)

    assert "gone" == state_of(when(desk, passes(50_000)), "it")


@pytest.mark.parametrize("how", ["pulled", "lost"])
def test_given_back_while_it_rings_it_is_a_chat(how):
    """Nobody has answered: the place in the chat is what there is to give back."""
    desk = given(agent_connects("ann"), *TALKING, rings("ann", "it"), agent_drops("ann"))

    desk = when(desk, pulls("it") if how == "pulled" else passes(30_000))

    assert ["RingFailed", "ContactRequeued"] == happened(desk)[:2]
    assert ("waiting", {}) == (state_of(desk, "it"), desk.state.numbers)
