"""Steps: who may serve now, how time and emptiness widen it, and that nobody loses a place by it."""

import pytest

from router.core.events import StepWidened
from router.core.policy import Step
from tests.core.acts import transfers
from tests.core.build import (
    ANYBODY,
    accepts,
    adopts,
    agent,
    asc_connects,
    asc_drops,
    chat,
    declines,
    given,
    leaves,
    offers,
    passes,
    status,
    told,
    waiting,
    when,
)

POOLS = (Step(0, ("home",), 1, ()), Step(30_000, ("home", "away"), 1, ()), Step(60_000, (), 1, ()))
LEVELS = (Step(0, (), 4, ()), Step(30_000, (), 1, ()))
LANGUAGES = (Step(0, (), 1, ()), Step(30_000, (), 1, ("de",)))
HOME = agent("ann", pool="home")
AWAY = agent("ben", pool="away")
OTHER = agent("cat")


def step_of(story, name):
    """The step at which the contact waits."""
    return story.state.contacts[story.number(name)].step


def test_only_the_first_steps_pool_is_asked_at_first():
    """Whoever is in another pool is not offered the contact, though free and able."""
    desk = given(HOME, status("ann", "break"), AWAY, chat("it"), steps=POOLS)

    assert {} == offers(desk)
    assert {"it": "ann"} == offers(when(desk, status("ann", "available")))


def test_waiting_widens_at_its_time():
    """A millisecond before the time of the next step nobody else is asked, at the time they are."""
    desk = given(HOME, status("ann", "break"), AWAY, chat("it"), passes(29_999), steps=POOLS)
    assert {} == offers(desk)

    desk = when(desk, passes(1))

    assert ["StepWidened", "OfferMade"] == [event.__class__.__name__ for event in desk.recent]
    assert {"it": "ben"} == offers(desk)


def test_a_later_step_takes_nobody_away():
    """Who may serve at a step may serve at every later one."""
    desk = given(HOME, status("ann", "break"), chat("it"), passes(60_000), steps=POOLS)

    assert {"it": "ann"} == offers(when(desk, status("ann", "available")))


def test_widening_costs_no_place():
    """Whoever waits wider stands where they stood."""
    desk = given(HOME, status("ann", "break"), chat("first"), passes(10), chat("second"), passes(59_990), steps=POOLS)

    assert ["first", "second"] == waiting(desk)
    assert [2, 1] == [step_of(desk, "first"), step_of(desk, "second")]


def test_a_beginner_is_asked_later():
    """The first step asks for proficiency in the line's product, the second for none."""
    desk = given(agent("old", levels=(4,)), status("old", "break"), agent("new", levels=(3,)), chat("it"), steps=LEVELS)
    assert {} == offers(desk)

    assert {"it": "new"} == offers(when(desk, passes(30_000)))


@pytest.mark.parametrize("agreed", [True, False])
def test_another_language_only_for_those_who_agreed(agreed):
    """Who did not agree waits for the language of the line, however long."""
    desk = given(agent("eve", languages=("en",)), status("eve", "break"), agent("max", languages=("de",)))
    desk = when(desk, adopts(steps=LANGUAGES), chat("it", agreed=agreed), passes(30_000))

    assert ({"it": "max"} if agreed else {}) == offers(desk)


def test_an_unstaffed_step_is_skipped():
    """Where nobody of the first pools is signed in, the contact begins at the first step that has somebody."""
    desk = given(OTHER, status("cat", "break"), chat("it"), steps=POOLS)

    assert 2 == step_of(desk, "it")
    assert {"it": "cat"} == offers(when(desk, status("cat", "available")))


def test_where_nobody_is_signed_in_it_is_the_last_step():
    """Whoever comes first may serve those who wait for anybody."""
    desk = given(chat("it"), steps=POOLS)

    assert 2 == step_of(desk, "it")


def test_the_last_to_sign_out_widens():
    """When the pool empties, those who wait for it wait for the next at once; a break empties nothing."""
    desk = given(HOME, status("ann", "break"), AWAY, chat("it"), steps=POOLS)
    assert {} == offers(desk)

    desk = when(desk, status("ann", "offline"))

    assert {"it": "ben"} == offers(desk)


def test_signing_in_elsewhere_empties_a_pool_too():
    """An agent who changes the pool leaves the old one."""
    desk = given(HOME, status("ann", "break"), AWAY, chat("it"), steps=POOLS)

    desk = when(desk, agent("ann", ("travel",), pool="home"))

    assert {"it": "ben"} == offers(desk)


def test_whoever_returns_finds_the_step_empty():
    """The pool may have emptied while the contact was absent or offered."""
    desk = given(HOME, status("ann", "break"), AWAY, asc_connects("it"), chat("it"), asc_drops("it"), steps=POOLS)

    desk = when(desk, status("ann", "offline"), asc_connects("it"))

    assert {"it": "ben"} == offers(desk)


def test_new_rules_may_empty_a_step():
    """Under rules whose first step nobody serves, those who wait begin at a wider one."""
    desk = given(AWAY, status("ben", "break"), chat("it"))

    desk = when(desk, adopts(steps=POOLS), status("ben", "available"))

    assert {"it": "ben"} == offers(desk)


def test_new_rules_have_fewer_steps():
    """A contact at a step that is no more waits at the last one."""
    desk = given(HOME, status("ann", "break"), chat("it"), passes(60_000), steps=POOLS)

    desk = when(desk, adopts(steps=(ANYBODY,)))

    assert 0 == step_of(desk, "it")


def test_time_spent_ringing_counts():
    """A contact that comes back after the time of a step waits at that one from the next moment on."""
    desk = given(HOME, AWAY, chat("it"), accepts("ann", "it"), chat("second"), passes(29_999), steps=POOLS)
    desk = when(desk, agent("ann", pool="home", capacity=2), passes(1_000), declines("ann", "second"), passes(0))

    assert {"second": "ben"} == offers(desk)


def test_who_leaves_widens_no_more():
    """The deadline of the step goes with the contact."""
    desk = given(HOME, status("ann", "break"), chat("it"), leaves("it"), steps=POOLS)

    assert [] == told(when(desk, passes(60_000)), StepWidened)


def test_a_pool_that_empties_holds_nobody():
    """Whoever was transferred to a pool waits for anybody when the last of it has gone."""
    desk = given(agent("ann"), agent("ben", pool="away"), status("ben", "break"), chat("it"), accepts("ann", "it"))
    desk = when(desk, transfers("ann", "it", pool="away"))
    assert {} == offers(desk)

    desk = when(desk, status("ben", "offline"))

    assert {"it": "ann"} == offers(desk)
