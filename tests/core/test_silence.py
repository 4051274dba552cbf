"""Silent abandonment: the agent accepts a chat whose ASC has gone without a word."""

import pytest

from router.core.events import SilentlyAbandoned
from tests.core.acts import transfers
from tests.core.build import (
    accepts,
    agent,
    answers,
    asc_connects,
    asc_drops,
    chat,
    closes,
    given,
    leaves,
    passes,
    told,
    when,
    writes,
)

IDLE, AFTER = 60_000, 180_000
RULES = {"silent_idle_ms": IDLE, "silent_after_ms": AFTER}


def waited(ms=IDLE):
    """Ann accepts after so long, and says hello."""
    return given(chat("it"), passes(ms), agent("ann"), accepts("ann", "it"), answers("ann", "it"), **RULES)


def learnt(story):
    """How many waits the line has learnt from, their sum, and how many ended with leaving, in thousandths."""
    rates = story.state.lines["expense/en"].rates
    return rates.waits, rates.waited_ms, rates.left_milli


def silent(story):
    """How often it was told."""
    return len(told(story, SilentlyAbandoned))


def test_who_never_answers_was_gone():
    """No sign for a minute before the accept, none for three after the first word: told once, and the chat goes on."""
    story = waited()

    story = when(story, passes(AFTER - 1))
    assert 0 == silent(story)
    story = when(story, passes(1), answers("ann", "it"), passes(AFTER))

    assert 1 == silent(story)
    assert "connected" == story.state.contacts[story.number("it")].state
    assert (1, IDLE, 1_000) == learnt(story)


def test_an_answer_in_time_is_a_sign():
    """Whoever writes within the time was there, also when nothing follows."""
    story = when(waited(), passes(AFTER - 1), writes("it"), answers("ann", "it"), passes(2 * AFTER))

    assert 0 == silent(story)
    assert (1, IDLE, 0) == learnt(story)


@pytest.mark.parametrize("sign", [(writes("it"),), (asc_connects("it"), asc_drops("it"), asc_connects("it"))])
def test_a_sign_shortly_before_the_accept_is_enough(sign):
    """Whoever wrote, or came back, less than a minute before is taken for present."""
    story = given(chat("it"), passes(IDLE), *sign, passes(IDLE - 1), agent("ann"), accepts("ann", "it"), **RULES)

    story = when(story, answers("ann", "it"), passes(AFTER))

    assert 0 == silent(story)


def test_a_short_wait_is_no_silence():
    """Who asked less than a minute ago is there."""
    assert 0 == silent(when(waited(IDLE - 1), passes(AFTER)))


def test_the_agent_must_have_spoken():
    """Nobody owes an answer to an agent who says nothing."""
    story = given(chat("it"), passes(IDLE), agent("ann"), accepts("ann", "it"), **RULES)

    assert 0 == silent(when(story, passes(2 * AFTER), closes("ann", "it")))


def test_an_end_by_the_agent_settles_it():
    """An agent who gives up before the time talked to nobody; an ASC who ends the chat was there."""
    assert 1 == silent(when(waited(), closes("ann", "it"), passes(AFTER)))
    assert 0 == silent(when(waited(), leaves("it"), passes(AFTER)))


def test_handing_on_changes_nothing():
    """The time runs from the first agent's word, whoever holds the chat when it ends."""
    story = when(waited(), agent("ben"), transfers("ann", "it", to="ben"), accepts("ben", "it"), answers("ben", "it"))

    assert 1 == silent(when(story, passes(AFTER)))


def test_a_policy_may_leave_it_out():
    """With no time for an answer nobody is silent."""
    story = given(chat("it"), passes(IDLE), agent("ann"), accepts("ann", "it"), answers("ann", "it"))

    assert 0 == silent(when(story, passes(2 * AFTER), closes("ann", "it")))


def test_a_chat_that_is_put_aside_first_is_settled_at_its_end():
    """Parked before the time for an answer is over, and never taken up again: nobody was there."""
    quick = {"quiet_warning_ms": 10_000, "quiet_parking_ms": 20_000, "parking_limit_ms": 30_000}
    story = given(
        chat("it"), passes(IDLE), agent("ann"), accepts("ann", "it"), answers("ann", "it"), **RULES, **quick
    )  # fmt: skip

    story = when(story, passes(60_000))

    assert 1 == silent(story)
    assert {} == story.state.contacts


def test_coming_back_to_a_place_that_was_left_is_a_sign():
    """The old place has the old wait, but whoever has just asked again is there."""
    story = given(chat("it"), passes(2 * IDLE), leaves("it"), chat("again", by="it"), passes(1_000), **RULES)

    story = when(story, agent("ann"), accepts("ann", "again"), answers("ann", "again"), passes(AFTER))

    assert story.state.contacts[story.number("again")].waiting_since == 0
    assert 0 == silent(story)
