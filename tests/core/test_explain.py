"""Why: each offer is explained by the state just before it, and what is said is what was done."""

import pytest

from router.core import events as ev
from router.core.explain import BARRIERS, HOLDS, WHY, barrier, decision, why_not_offered, why_offered
from router.core.policy import Step
from router.core.state import APPLIERS
from tests.core.acts import asks_callback, books, case, raises_to, transfers
from tests.core.build import (
    accepts,
    agent,
    agent_connects,
    agent_drops,
    callback,
    chat,
    closes,
    declines,
    finishes,
    given,
    offers,
    passes,
    status,
    when,
)
from tests.core.world import random_day


def why(story, name="it"):
    """Why the contact is offered to whom it is offered, as told just before."""
    said = []
    real = APPLIERS[ev.OfferMade]

    def made(state, event):
        if event.contact_id == story.number(name):
            said.append(why_offered(state, state.contacts[event.contact_id]))
        real(state, event)

    return said, made


def reason(monkeypatch, *steps, last, **rules):
    """The reason of the latest offer of `it`, which the last steps bring about."""
    story = given(*steps, **rules)
    said, made = why(story)
    monkeypatch.setitem(APPLIERS, ev.OfferMade, made)
    when(story, *last)
    return said[-1]


WORKING = [agent("ann"), chat("a"), accepts("ann", "a")]
DONE = [closes("ann", "a"), finishes("ann", "a")]
BEN = [agent("ben"), status("ben", "break")]
WIDE = (Step(0, ("home",), 1, ()), Step(10_000, (), 1, ()))


@pytest.mark.parametrize(
    ("expected", "steps", "last", "rules"),
    [
        ("next_in_turn", [agent("ann")], [chat("it")], {}),
        ("same_agent", [*WORKING, *DONE], [chat("it", by="a")], {"preferred_ms": 9_000}),
        ("booked_with_you", [*WORKING, books("ann", "a", "it", (9_000, 99_000), True), *DONE], [passes(9_000)], {}),
        ("transferred_to_you", [*WORKING, agent("ben"), chat("it"), accepts("ben", "it")],
         [*DONE, transfers("ben", "it", to="ann")], {}),
        ("transferred_to_pool", [agent("ann"), chat("it"), accepts("ann", "it"), agent("ben", pool="seniors")],
         [transfers("ann", "it", pool="seniors")], {}),
        ("triage", [agent("ann")], [chat("it", impact="everybody")], {}),
        ("no_live_contact", [agent("ann")], [case("it")], {}),
        ("promise", [*WORKING, asks_callback("it"), passes(30_000)], DONE, {"promise_ms": 9_000, "drain": "promise"}),
        ("priority", [*BEN, chat("it"), raises_to("it", 1)], [status("ben", "available")],
         {"priority_credit_ms": (9_000, 0, 0, 0)}),
        ("widened", [agent("pat", pool="home"), status("pat", "break"), agent("ann"), chat("it")], [passes(10_000)],
         {"steps": WIDE}),
    ],
)  # fmt: skip
def test_why_this_contact(monkeypatch, expected, steps, last, rules):
    """Each reason, and the one that is told: the first that holds."""
    assert expected == reason(monkeypatch, *steps, last=last, **rules)
    assert expected in WHY


LOST = [agent_connects("ann"), agent("ann"), agent_drops("ann")]


@pytest.mark.parametrize(
    ("expected", "steps", "rules"),
    [
        ("offline", [agent("ann"), status("ann", "offline")], {}),
        ("break", [agent("ann"), status("ann", "break")], {}),
        ("lost", LOST, {}),
        ("not_responding", [agent("ann"), chat("a"), passes(20_000)], {"max_no_answer": 1}),
        ("next_status", [agent("ann", capacity=2), chat("a"), accepts("ann", "a"),
                         status("ann", "break", when_free=True)], {}),
        ("shift_ending", [agent("ann", shift_ends=1_000), passes(0)], {}),
        ("backing_off", [agent("ann"), chat("a"), declines("ann", "a")], {}),
        ("draining", [agent("ann", capacity=2), chat("a"), accepts("ann", "a"), callback("b")], {}),
        ("product", [agent("ann", ("travel",))], {}),
        ("language", [agent("ann", languages=("de",))], {}),
        ("pool", [agent("pat", pool="home"), status("pat", "break"), agent("ann")], {"steps": WIDE}),
        ("level", [agent("pat", levels=(5,)), status("pat", "break"), agent("ann")],
         {"steps": (Step(0, (), 4, ()), Step(9_000, (), 1, ()))}),
        ("full", WORKING, {}),
        ("", [agent("ann"), chat("a"), agent("ann", capacity=2)], {}),
    ],
)  # fmt: skip
def test_why_not_this_agent(expected, steps, rules):
    """Each thing that keeps a chat from an agent; with nothing in the way, none."""
    story = given(*steps, **rules)
    if expected:
        story = when(story, chat("it"))
        contact = story.state.contacts[story.number("it")]
    else:
        contact = story.state.contacts[story.number("a")]

    assert expected == barrier(story.state, contact, story.state.agents[story.number("ann")])
    assert expected in {*BARRIERS, ""}


def told_of(story, contact, name="ann"):
    """Why the contact is not offered to this agent."""
    return why_not_offered(
        story.state, story.state.contacts[story.number(contact)], story.state.agents[story.number(name)]
    )


def test_why_not_with_an_agent_in_mind():
    """A contact that waits for one agent alone, for a whole one, for a pool, or for those who have not passed."""
    busy = [agent("ann", capacity=2), chat("a"), accepts("ann", "a"), agent("ben", capacity=2)]
    desk = given(*busy, chat("b"), accepts("ben", "b"), callback("it"), drain="never")
    assert "whole" == told_of(desk, "it")

    desk = given(agent("ann"), chat("it"), accepts("ann", "it"), agent("ben"), chat("b"), accepts("ben", "b"))
    desk = when(desk, transfers("ann", "it", to="ben"))
    assert "waits_for_one" == told_of(desk, "it")

    desk = given(agent("ann"), chat("it"), accepts("ann", "it"), agent("ben", pool="p"), chat("b"), accepts("ben", "b"))
    desk = when(desk, transfers("ann", "it", pool="p"))
    assert "pool" == told_of(desk, "it")

    desk = given(agent("ann"), chat("it"), agent("ben"), chat("b"), accepts("ben", "b"), declines("ann", "it"))
    assert "tried" == told_of(when(desk, passes(10_000)), "it")


def test_what_holds_contacts_that_rank_ahead():
    """Cases wait for live contacts, and callbacks where they come last or enough are in flight."""
    desk = given(agent("ann"), case("it"), agent("ann", capacity=3), status("ann", "break"), chat("later"))
    desk.state.agents[desk.number("ann")].status = "available"
    assert ["case", ""] == [told_of(desk, name) for name in ("it", "later")]

    desk = given(agent("ann", ("travel",)), callback("one", "travel/en"), callback("it"), max_in_flight=1)
    assert "held_back" == told_of(when(desk, agent("ben")), "it", "ben")


def test_every_offer_of_any_day_is_explained(monkeypatch):
    """The one chosen is the first of those who could; whoever ranks ahead and was passed over has a reason."""
    real, counted = APPLIERS[ev.OfferMade], [0]

    def made(state, event):
        said = decision(state, event)
        agent = state.agents[event.agent_id]
        if agent.drained_for != event.contact_id:
            assert event.agent_id == said.candidates[0][0]
        assert event.agent_id in [agent_id for agent_id, _ in said.candidates]
        assert said.why in WHY
        assert {why for _, why in said.ruled_out} <= set(BARRIERS)
        assert {why for _, why in said.passed} <= {*BARRIERS, *HOLDS}, said
        counted[0] += 1
        real(state, event)

    monkeypatch.setitem(APPLIERS, ev.OfferMade, made)
    for number in range(30):
        random_day(number, 150)

    assert counted[0] > 200


def test_a_decision_says_what_was_known():
    """The line, the step, how long the contact has waited, and who would have come next."""
    desk = given(chat("it"), passes(700), agent("ann"), status("ann", "break"), agent("ben"))
    assert {"it": "ben"} == offers(desk)
    desk = when(desk, status("ann", "available"), passes(20_000))  # ben lets it pass, ann is asked

    said = decision(desk.state, ev.OfferMade(99, desk.number("it"), desk.number("ann"), 0))

    assert ("expense/en", "chat", 0, "longest_idle") == (said.line, said.channel, said.step, said.strategy)
    assert (desk.now, 99, desk.now) == (said.now, said.offer_id, said.waited_ms)
