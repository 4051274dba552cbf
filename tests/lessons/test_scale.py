"""
Many agents, many contacts, many lines, many nodes: what one more costs does not depend on how many there are.

Work is counted in steps of the interpreter, never measured by the clock.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from router.core import commands as cmd
from router.core.desk import Desk, Entry
from router.core.events import ContactClosed, OfferMade
from router.core.ids import LineKey
from router.core.policy import Policy
from router.wire.codec import state_bytes
from router.wire.policy import PolicyDocument, compile_policy
from tests.lessons.desk import EN, TRAVEL, WRAP_UP, S, given, when


def steps(work: Callable[[], Any]) -> int:
    """How many steps of the interpreter some work takes, in whatever it calls; loops inside C are not counted."""
    counted = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal counted
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        counted += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


def _desk(policy: Policy) -> Desk:
    desk = Desk()
    desk.fold(Entry(0, None, cmd.NodeStarted("desk-1", 1)))
    desk.fold(Entry(0, None, cmd.PolicyChanged(policy, "{}")))
    return desk


def _busy_desk(many: int, strategy: str, online: bool = False) -> Desk:
    """A desk on which `many` agents in seven pools have two chats each, and half as many wait; `online`: to be told."""
    routing = {"strategy": strategy, "queue_limit": 100_000}
    document = PolicyDocument(products=["expense"], languages=["en"], wrap_up="0 s", routing=routing)
    desk = _desk(compile_policy(document))
    for agent in range(1, many + 1):
        desk.handle(cmd.SignIn(agent, ("expense",), ("en",), 2, f"pool {agent % 7}"), 0)
    for contact in range(1, 3 * many + 1):
        if online:
            desk.handle(cmd.ConnectSession(contact, f"asc:{contact}", "asc", "desk-1", 1, contact), 0)
        desk.handle(cmd.RequestChat(contact, contact, 1, LineKey(EN)), 0)
        if offer_id := desk.state.contacts[contact].offer_id:
            desk.handle(cmd.AcceptOffer(desk.state.offers[offer_id].agent_id, offer_id), 0)
    return desk


def _what_happens_all_day(desk: Desk) -> list[int]:
    """The steps of each command when chats are closed, the next ones offered, declined, taken, asked for and left."""
    state, now = desk.state, desk.now + 1

    def do(command: cmd.Command) -> int:
        return steps(lambda: desk.handle(command, now))

    def pending() -> tuple[int, int]:
        offer = next(iter(state.offers.values()))
        return offer.agent_id, offer.id

    one, other = state.agents[1], state.agents[2]
    counts = [do(cmd.CloseContact(one.id, next(iter(one.held))))]
    counts.append(do(cmd.DeclineOffer(*pending(), "not mine")))
    counts.append(do(cmd.CloseContact(other.id, next(iter(other.held)))))
    counts.append(do(cmd.AcceptOffer(*pending())))
    counts.append(do(cmd.PostMessage(next(iter(other.held)), "agent", other.id)))
    counts.append(do(cmd.RequestChat(99_999, 99_999, 1, LineKey(EN))))
    counts.append(do(cmd.LeaveContact(99_999, 99_999)))
    counts.append(do(cmd.SetStatus(other.id, "break", "")))
    counts.append(steps(lambda: desk.advance(now + 25 * S)))
    return counts


def test_the_steps_of_a_loop_are_counted():
    """A loop that is ten times as long takes about ten times the steps, wherever it is written."""

    def look_at(many: int) -> bool:
        return any(number < 0 for number in range(many))

    assert 9 < steps(lambda: look_at(1_000)) / steps(lambda: look_at(100)) < 10


@pytest.mark.parametrize("strategy", ["longest_idle", "least_loaded", "round_robin", "most_proficient"])
def test_41_one_more_costs_what_it_costs_on_a_small_desk(strategy):
    """CW 12874, 3425: with fifty agents answers took 200 s; the check of capacity counted rows for every agent."""
    _what_happens_all_day(_busy_desk(20, strategy))  # So that what the core remembers of earlier sums is known to both.
    few = _what_happens_all_day(_busy_desk(20, strategy))
    many = _what_happens_all_day(_busy_desk(400, strategy))

    assert [] == [(index, *pair) for index, pair in enumerate(zip(few, many, strict=True)) if pair[1] > 1.5 * pair[0]]


def test_41_telling_everybody_costs_the_same_for_each():
    """CW 15204: messages came minutes late, for what was told grew with everything that was there."""
    each = []
    for many in (20, 200):
        desk = _busy_desk(many, "longest_idle", online=True)
        desk.advance(29 * S)
        each.append(steps(lambda desk=desk: desk.advance(30 * S)) // many)
        assert many == len([contact for contact in desk.state.contacts.values() if contact.announced])

    assert each[1] < 1.6 * each[0]


def _wide_desk(products: int, languages: int) -> Desk:
    letters = "abcdefghijklmnopqrstuvwxyz"
    document = PolicyDocument(
        products=[f"p{number}" for number in range(products)],
        languages=[letters[number // 26] + letters[number % 26] for number in range(languages)],
    )
    desk = _desk(compile_policy(document))
    for agent in range(1, 11):
        desk.handle(cmd.SignIn(agent, ("p0",), ("aa",), 2), 0)
    for contact in range(1, 41):
        desk.handle(cmd.RequestChat(contact, contact, 1, LineKey("p0/aa")), 0)
    return desk


def test_42_one_line_costs_nothing_to_the_others():
    """AQ 1215, 1214: showing the queues of a desk with 40,000 of them flooded it; locks were taken in a bad order."""
    line = LineKey("p0/aa")

    def counted(desk: Desk) -> list[int]:
        state = desk.state
        taken = state.offers[state.agents[1].last_offer]
        return [
            steps(lambda: desk.handle(cmd.RequestChat(99, 99, 1, line), 1)),
            steps(lambda: state.lines[line].waiting()),
            steps(lambda: desk.handle(cmd.AcceptOffer(1, taken.id), 1)),
            steps(lambda: desk.handle(cmd.CloseContact(1, taken.contact_id), 1)),
            steps(lambda: desk.advance(21 * S)),
        ]

    few, many = _wide_desk(2, 2), _wide_desk(40, 25)
    counted(_wide_desk(2, 2))  # What the core remembers of earlier sums is known to both from here on.

    assert (4, 1_000) == (len(few.state.lines), len(many.state.lines))
    assert counted(few) == counted(many)


def test_43_every_node_has_the_whole_desk():
    """FS 1674: for more than six years there was no way to run several nodes on one shared state."""
    desk = given().node_beats("desk-1").node("desk-2").node_beats("desk-2").agent("ann", "ben")
    desk.connects("agent:ann", node="desk-1").connects("agent:ben", node="desk-2")
    desk.talks("ann", "1").talks("ben", "2").chat("3").passes(10 * S).node_beats("desk-2").passes(5 * S)
    assert (True, False) == (desk.the_agent("ann").lost, desk.the_agent("ben").lost)

    desk.connects("agent:ann", node="desk-2").closes("ann", "1").finishes("ann", "1")
    other = Desk()
    told = [event for entry in desk.entries for event in other.fold(entry).events]

    assert ({"3": "ann"}, ["2"]) == (desk.offers(), desk.held("ben"))
    assert state_bytes(desk.core.snapshot()) == state_bytes(other.snapshot())
    assert desk.told(*{event.__class__: None for event in told}) == told


def test_44_nobody_picks_the_contacts_that_look_well():
    """LH 1337: operators went round auto-assignment by opening pending chats, for better statistics."""
    desk = given(decline_back_off="10 s").agent("ann", "ben").connects("agent:ann").chat("hard", "easy", "third")
    assert {"hard": "ann", "easy": "ben"} == desk.offers()

    for step, contact, code in (
        (desk.accepts, "easy", "offer_ended"),
        (desk.accepts, "third", "offer_ended"),
        (desk.replies, "third", "not_connected"),
        (desk.closes, "third", "unknown_contact"),
        (desk.transfers, "third", "unknown_contact"),
    ):
        assert code == desk.refusal(step, "ann", contact)
    when(desk).declines("ann", "hard").declines("ben", "easy")
    assert ({}, ["hard", "easy", "third"]) == (desk.offers(), desk.waiting())
    desk.passes(10 * S)

    assert {"hard": "ben", "easy": "ann"} == desk.offers()


@pytest.mark.parametrize("capacity", [1, 2])
def test_45_wrap_up_is_the_agents_time_in_every_line(capacity):
    """AQ 1006: wrap-up ended early for agents who serve several queues."""
    desk = given().agent("ann", products="expense travel", capacity=capacity).talks("ann", "1")
    if capacity == 2:
        desk.talks("ann", "2", line=TRAVEL)
    desk.closes("ann", "1").chat("3").chat("4", line=TRAVEL).passes(10 * S)
    if capacity == 2:
        desk.leaves("2")

    desk.passes(WRAP_UP - 10 * S - 1)
    assert ({}, []) == (desk.offers(), desk.told(ContactClosed))
    desk.passes(1)
    assert [("1", "ann")] == desk.who(ContactClosed)
    assert [("3", "ann")] == desk.who(OfferMade)[capacity:]
    desk.accepts("ann", "3").passes(10 * S)

    assert [("4", "ann")][: capacity - 1] == desk.who(OfferMade)[capacity + 1 :]
