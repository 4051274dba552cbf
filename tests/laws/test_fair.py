"""
Who goes first, judged at each offer from the bare state: nobody is passed over without a reason that has a name.

Written without the model and without the desk's own notion of who may serve where.
"""

import pytest

from router.core import events as ev
from router.core.lifecycle import CALLBACK, CASE, DIALLING, EXCLUSIVE, OFFERED
from router.core.lines import Contact
from router.core.staff import Agent
from router.core.state import APPLIERS, DeskState
from tests.core.world import DECK, World, random_day
from tests.core.world_rules import POLICIES

DAYS = range(36)
STEPS = 120


def serves(state: DeskState, agent: Agent, contact: Contact) -> bool:
    """Whether the agent has the skills for the contact at its step, or in the pool or person it was handed to."""
    if contact.for_agent:
        return agent.id == contact.for_agent
    rules, group = state.lines[contact.line].rules, agent.group
    level = group.levels.get(rules.product, 0)
    if contact.pool:
        return level > 0 and rules.language in group.languages and group.pool == contact.pool
    for step in rules.steps[: contact.step + 1]:
        spoken = (rules.language, *(step.languages if contact.agreed else ()))
        in_pool = not step.pools or group.pool in step.pools
        if level >= step.min_level and in_pool and any(language in group.languages for language in spoken):
            return True
    return False


def waits(contact: Contact) -> bool:
    return contact.state in ("waiting", "due")


def turn(state: DeskState, contact: Contact) -> tuple[int, int, int]:
    """Live contacts first, then callbacks for idle agents only, then cases; of these the lowest rank."""
    idle_only = contact.channel == CALLBACK and state.policy.callbacks.mode == "idle_only"
    return 2 if contact.channel == CASE else int(idle_only), contact.rank, contact.seq


def reason_to_wait(state: DeskState, agent: Agent, contact: Contact) -> str:
    """Why this agent need not be offered this contact, or ""."""
    here = agent.status == "available" and not agent.lost and not agent.not_responding
    if not here or agent.next_status or agent.ending or agent.backing_off:
        return "the agent is not there"
    if agent.drained_for not in (0, contact.id):
        return "the agent drains for another"
    if agent.units if contact.channel in EXCLUSIVE else agent.units >= agent.capacity:
        return "the agent has no room"
    if not serves(state, agent, contact):
        return "the agent may not serve it, or not yet"
    everybody = [one for one in state.agents.values() if serves(state, one, contact) and one.is_willing()]
    if agent.id in contact.tried and any(one.id not in contact.tried for one in everybody):
        return "the agent passed, and others have not been asked"
    return _held_back(state, contact) if contact.channel == CALLBACK else ""


def _held_back(state: DeskState, contact: Contact) -> str:
    rules = state.policy.callbacks
    callbacks = [one for one in state.contacts.values() if one.channel == CALLBACK]
    if (
        rules.max_in_flight
        and len([one for one in callbacks if one.state in (OFFERED, DIALLING)]) >= rules.max_in_flight
    ):
        return "enough callbacks are in flight"
    if rules.mode == "idle_only" and not contact.for_agent:
        here = [one for one in state.contacts.values() if one.line == contact.line and waits(one)]
        if any(one.channel not in (CALLBACK, CASE) for one in here):
            return "somebody waits live"
        able = [one for one in state.agents.values() if serves(state, one, contact) and one.may_be_offered()]
        if len([one for one in able if not one.units and not one.drained_for]) <= rules.reserve:
            return "the idle are kept for those who wait live"
    return ""


def at_each_offer(monkeypatch: pytest.MonkeyPatch, judge) -> list[int]:
    """Call `judge(state, contact, agent)` just before each offer is applied; how many were judged."""
    real, counted = APPLIERS[ev.OfferMade], [0]

    def made(state: DeskState, event: ev.OfferMade) -> None:
        judge(state, state.contacts[event.contact_id], state.agents[event.agent_id])
        counted[0] += 1
        real(state, event)

    monkeypatch.setitem(APPLIERS, ev.OfferMade, made)
    return counted


def test_nobody_is_passed_over_without_a_reason(monkeypatch):
    """Whoever ranks before the contact that is offered could not be offered to this agent, for a named reason."""

    def judge(state: DeskState, chosen: Contact, agent: Agent) -> None:
        assert "" == reason_to_wait(state, agent, chosen)
        if agent.drained_for == chosen.id:
            return
        ahead = [one for one in state.contacts.values() if waits(one) and turn(state, one) < turn(state, chosen)]
        assert [] == [one.id for one in ahead if not reason_to_wait(state, agent, one)]

    counted = at_each_offer(monkeypatch, judge)
    for number in DAYS:
        random_day(number, STEPS)

    assert counted[0] > 400


def test_overtaking_is_bounded(monkeypatch):
    """Nobody overtakes who came earlier by more than the credit of a priority or a claim, unless there is a reason."""
    most = max(max(*policy.priority_credit_ms, policy.triage_credit_ms) for policy in POLICIES)
    longest = [0]

    def judge(state: DeskState, chosen: Contact, agent: Agent) -> None:
        if agent.drained_for == chosen.id:
            return
        earlier = [one for one in state.contacts.values() if waits(one) and one.waiting_since < chosen.waiting_since]
        for one in earlier:
            if turn(state, one)[0] == turn(state, chosen)[0] and not reason_to_wait(state, agent, one):
                longest[0] = max(longest[0], chosen.waiting_since - one.waiting_since)
        assert longest[0] <= most

    at_each_offer(monkeypatch, judge)
    for number in DAYS:
        random_day(number, STEPS)

    assert longest[0] > 0


@pytest.mark.parametrize("policy", range(len(POLICIES)))
def test_nobody_waits_beside_a_free_agent(policy):
    """After every entry whoever waits has a reason why none of the agents takes the contact (work conservation)."""
    world, moves = World(policy), 0
    for number in range(400):
        DECK[number * 7_919 % len(DECK)](world, number % 8, number * 31 // 7 % 8)
        state = world.desk.state
        if state.live_nodes:
            waiting = [one for one in state.contacts.values() if waits(one)]
            moves += len(waiting)
            free = [
                (one.id, agent.id)
                for one in waiting
                for agent in state.agents.values()
                if not reason_to_wait(state, agent, one)
            ]
            assert [] == free

    assert moves
