"""A claim that everybody is affected: credit until an agent confirms, the widest step, an alarm when nobody comes."""

import pytest

from router.core.events import PrioritySet, TriageEscalated
from router.core.policy import Step
from tests.core.acts import call, confirms, raises_to
from tests.core.build import (
    accepts,
    agent,
    asc_connects,
    asc_drops,
    chat,
    converts,
    given,
    leaves,
    offers,
    passes,
    refusal,
    status,
    told,
    waiting,
    when,
)

RULES = {"triage_credit_ms": 60_000, "triage_target_ms": 20_000, "priority_credit_ms": (300_000, 120_000, 0, 0)}
STEPS = (Step(0, ("home",), 1, ()), Step(30_000, (), 1, ()))
CLAIM = chat("claim", impact="everybody")
AWAY = [agent("ann"), status("ann", "break")]


def rank(story, name):
    return story.state.contacts[story.number(name)].rank


@pytest.mark.parametrize("asks", [CLAIM, call("claim", impact="everybody")])
def test_a_claim_goes_before_those_who_wait_up_to_its_credit(asks):
    """It counts as having waited longer, and no more than that: nobody is overtaken for ever."""
    desk = given(chat("old"), passes(60_001), chat("young"), asks, **RULES)

    assert ["old", "claim", "young"] == waiting(desk)


@pytest.mark.parametrize("impact", ["one", "some"])
def test_less_than_everybody_is_no_claim(impact):
    """Whoever says less waits like the others."""
    assert ["young", "it"] == waiting(given(chat("young"), passes(1), chat("it", impact=impact), **RULES))


def test_a_claim_is_anybodys():
    """It begins at the widest step: whoever is free takes it up."""
    desk = given(agent("ann", pool="home"), status("ann", "break"), agent("ben"), chat("it"), steps=STEPS, **RULES)
    assert {} == offers(desk)

    assert {"claim": "ben"} == offers(when(desk, CLAIM))


def test_nobody_comes_in_time():
    """At the target, not before, the claim is escalated, once."""
    desk = given(*AWAY, CLAIM, **RULES)
    assert [] == told(when(desk, passes(19_999)), TriageEscalated)
    assert 1 == len(told(when(desk, passes(1)), TriageEscalated))
    assert [] == told(when(desk, passes(60_000)), TriageEscalated)


def test_nobody_could_come():
    """Where nobody is signed in who could, the alarm is at once; also when the last one goes."""
    assert 1 == len(told(given(CLAIM, **RULES), TriageEscalated))
    assert 1 == len(told(when(given(*AWAY, CLAIM, **RULES), status("ann", "offline")), TriageEscalated))


@pytest.mark.parametrize("end", [leaves("claim"), converts("claim"), raises_to("claim", 1)])
def test_a_claim_that_is_settled_alarms_nobody(end):
    """Who leaves, leaves a number or is given a priority by a supervisor waits for nothing of the kind."""
    assert [] == told(when(given(*AWAY, CLAIM, **RULES), end, passes(60_000)), TriageEscalated)


def test_a_claim_that_is_taken_up_alarms_nobody():
    """An agent has it: the confirmation is theirs."""
    desk = given(agent("ann"), CLAIM, accepts("ann", "claim"), **RULES)

    assert [] == told(when(desk, passes(60_000)), TriageEscalated)


@pytest.mark.parametrize(("priority", "credit"), [(1, 300_000), (2, 120_000), (3, 0), (4, 0)])
def test_the_agent_confirms(priority, credit):
    """The priority takes the place of the claim: it decides where the contact stands if it is given back."""
    desk = given(passes(400_000), agent("ann"), CLAIM, accepts("ann", "claim"), **RULES)

    desk = when(desk, confirms("ann", "claim", priority))

    assert [("agent", priority)] == [(event.by, event.priority) for event in told(desk, PrioritySet)]
    assert 400_000 - credit == rank(desk, "claim")
    assert not desk.state.contacts[desk.number("claim")].triage


@pytest.mark.parametrize("priority", [0, 5, -1])
def test_there_are_four_priorities(priority):
    """Anything else is refused, of agents and of supervisors."""
    assert "bad_value" == refusal(
        given(agent("ann"), CLAIM, accepts("ann", "claim")), confirms("ann", "claim", priority)
    )
    assert "bad_value" == refusal(given(CLAIM), raises_to("claim", priority))


def test_an_absent_claim_keeps_its_place():
    """Whoever claims and drops is absent like anybody."""
    desk = given(*AWAY, asc_connects("claim"), chat("old"), passes(10), CLAIM, asc_drops("claim"), **RULES)

    assert ["claim", "old"] == waiting(when(desk, asc_connects("claim")))
