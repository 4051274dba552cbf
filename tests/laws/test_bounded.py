"""What the desk keeps is bounded by what is alive: whoever comes and goes leaves nothing behind."""

import random

import pytest

from router.core import commands as cmd
from router.core.desk import Desk
from router.core.errors import Refused
from router.core.invariants import check
from tests.core.build import LINES, POLICY

EN = LINES[0]


def a_desk(agents: int = 3, capacity: int = 3) -> Desk:
    """A desk with one node, the test policy and some agents."""
    desk = Desk()
    desk.handle(cmd.NodeStarted("desk-1", 1), 0)
    desk.handle(cmd.PolicyChanged(POLICY, "{}"), 0)
    for number in range(1, agents + 1):
        desk.handle(cmd.SignIn(number, ("expense",), ("en",), capacity), 0)
    return desk


def heaps(desk: Desk) -> list[int]:
    """How long everything is that could grow."""
    state = desk.state
    cohorts = [cohort for line in state.lines.values() for cohort in line.cohorts.values()]
    cohorts += [cohort for agent in state.agents.values() for cohort in agent.own.values()]
    agents = [heap._entries for group in state.groups for heap in group._heaps.values()]
    lists = [*(cohort._heap for cohort in cohorts), *agents, state.deadlines._heap, state.groups, cohorts]
    return [len(one) for one in lists]


def one_more(desk: Desk, chance: random.Random, contact: int, now: int) -> None:
    """A contact comes, and something happens to it or to another."""
    desk.advance(now)
    state = desk.state
    desk.handle(cmd.RequestChat(contact, contact, 1, EN), now)
    way = chance.randrange(8)
    offer = next(iter(state.offers.values()), None)
    if way == 0:
        desk.handle(cmd.ConvertToCallback(contact, contact, f"number {contact}"), now)
    elif way == 1 and offer:
        desk.handle(cmd.DeclineOffer(offer.agent_id, offer.id, ""), now)
    elif way == 2:
        for agent in (1, 2, 3):
            desk.handle(cmd.SetStatus(agent, "available", ""), now)
    elif offer:
        desk.handle(cmd.AcceptOffer(offer.agent_id, offer.id), now)
        found = state.contacts[offer.contact_id]
        if found.channel == "callback":
            desk.handle(cmd.ReportUnreachable(offer.agent_id, found.id, found.attempt, "busy"), now)
        else:
            desk.handle(cmd.CloseContact(offer.agent_id, found.id), now)
            desk.handle(cmd.FinishWrapUp(offer.agent_id, found.id), now)
    if len(state.contacts) > 40:
        for one in list(state.contacts.values())[::2]:
            if one.state == "waiting":
                desk.handle(cmd.LeaveContact(one.id, one.asc_id), now)
            elif one.state == "due":
                desk.handle(cmd.CancelCallback(one.id, one.asc_id), now)


def test_tens_of_thousands_of_contacts_leave_no_trace():
    """With three agents and some forty waiting, no list ever holds more than a few hundred."""
    desk, chance, longest = a_desk(), random.Random(7), 0

    for contact in range(1, 30_001):
        one_more(desk, chance, contact, contact * 300)
        if contact % 1_000 == 0:
            check(desk.state)
            longest = max(longest, *heaps(desk))

    assert longest < 300


def test_after_the_last_contact_the_desk_is_empty():
    """When everybody has gone nothing is left: no contact, offer, number or deadline, and every unit is free."""
    desk, chance = a_desk(), random.Random(8)
    for contact in range(1, 2_001):
        one_more(desk, chance, contact, contact * 300)

    now = desk.now
    for one in list(desk.state.contacts.values()):
        leave = cmd.LeaveContact if one.channel == "chat" else cmd.CancelCallback
        desk.handle(leave(one.id, one.asc_id), now)
    desk.advance(now + 3_600_000)

    state = desk.state
    assert ({}, {}, {}, {}, []) == (
        state.contacts, state.offers, state.contacts_of, state.numbers, state.deadlines.items(),
    )  # fmt: skip
    assert [(0, {}, 0)] * 3 == [(agent.units, agent.held, agent.drained_for) for agent in state.agents.values()]
    assert {(0, 0, 0)} == {(line.waiting_count, line.callback_count, line.drained_for) for line in state.lines.values()}


def test_a_person_cannot_fill_the_desk_with_sessions():
    """Sessions that come and go are bounded by the limit for one person, and so are the verdicts of each."""
    desk = a_desk()

    for session in range(1, 5_000):
        desk.handle(cmd.ConnectSession(session, "asc:7", "asc", "desk-1", 1, session), session)
        desk.handle(cmd.DisconnectSession(session, "desk-1", 1, session), session)

    assert POLICY.session_limit == len(desk.state.sessions) == len(desk.state.sessions_of["asc:7"])
    assert max(heaps(desk)) < 300


def test_a_node_that_restarts_is_one_node():
    """However often a node comes and goes, beats included, the desk knows it once."""
    desk = a_desk()

    for incarnation in range(2, 3_000):
        desk.handle(cmd.NodeStarted("desk-1", incarnation), incarnation)
        desk.handle(cmd.NodeBeat("desk-1", incarnation), incarnation)

    assert 1 == len(desk.state.nodes)
    assert max(heaps(desk)) < 300


def test_an_agent_cannot_fill_the_desk_with_groups():
    """Signing in with ever other skills leaves no group behind that nobody is in, and made-up ones are refused."""
    desk = a_desk()
    skills = [(("expense",), ("en",)), (("travel",), ("en",)), (("expense", "travel"), ("en",)), (("travel",), ("de",))]

    for number in range(1_000):
        desk.handle(cmd.SignIn(1, *skills[number % 4], 1), number)

    assert len(desk.state.groups) < 100
    with pytest.raises(Refused, match="no line"):
        desk.handle(cmd.SignIn(1, ("expense", "made-up"), ("en",), 1), 1_000)
