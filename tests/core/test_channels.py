"""Calls need a whole agent, cases wait for everybody, and after-contact work is the channel's own."""

import pytest

from router.core.events import ContactClosed, WrapUpExtended
from tests.core.acts import asks_callback, call, case, extends
from tests.core.build import (
    WRAP_UP_MS,
    accepts,
    accepts_number,
    agent,
    asc_connects,
    asc_drops,
    callback,
    chat,
    closes,
    finishes,
    given,
    leaves,
    offers,
    passes,
    reaches,
    refusal,
    state_of,
    the_agent,
    told,
    when,
    writes,
)


def units(story, name="ann"):
    """Units in use."""
    return the_agent(story, name).units


# --- calls


def test_a_call_needs_a_whole_agent_and_takes_all_of_it():
    """Whoever holds anything is not offered a call, and whoever has one is offered nothing else."""
    desk = given(agent("ann", capacity=3), chat("a"), accepts("ann", "a"), call("it"))
    assert {} == offers(desk)

    desk = when(desk, closes("ann", "a"), finishes("ann", "a"), chat("b"))

    assert {"it": "ann"} == offers(desk)
    assert 3 == units(desk)


def test_a_call_is_connected_when_it_is_accepted():
    """There is nothing to dial: the switch has the ASC on the line."""
    desk = given(agent("ann"), call("it"), accepts("ann", "it"))

    assert "connected" == state_of(desk, "it")
    assert "not_connected" == refusal(desk, writes("it"))


def test_a_caller_is_not_absent():
    """The phone holds a caller, not the browser: nobody is on hold because a socket closed."""
    desk = given(asc_connects("it"), call("it"), asc_drops("it"))

    assert {"it": "ann"} == offers(when(desk, agent("ann")))


def test_capacity_changes_under_a_call():
    """A call goes on having the whole agent, whatever the agent signs in with meanwhile; nothing is dropped."""
    desk = given(agent("ann", capacity=3), call("it"), accepts("ann", "it"))

    for capacity in (1, 4):
        desk = when(desk, agent("ann", capacity=capacity))
        assert capacity == units(desk)
    assert 0 == units(when(desk, closes("ann", "it"), finishes("ann", "it")))


# --- cases


def test_a_case_waits_for_everybody_who_waits_live():
    """Chats, calls and callbacks go first however old the case is."""
    desk = given(case("old"), passes(60_000), chat("a", "travel/en"), callback("b"), passes(1), call("c"))

    for _, name in enumerate(("a", "b", "c", "old")):
        desk = when(desk, agent("ann", ("expense", "travel")))
        assert {name: "ann"} == offers(desk)
        desk = when(desk, accepts("ann", name), *([reaches("ann", name)] if name == "b" else []))
        desk = when(desk, closes("ann", name), finishes("ann", name))


def test_an_asc_may_have_several_cases():
    """Cases do not keep an ASC from chatting, nor one case the next."""
    desk = given(case("one"), case("two", by="one"), chat("talk", by="one"))

    assert "already_open" == refusal(desk, call("more", by="one"))


def test_a_case_is_not_left():
    """Work is given up by the agent who has it; before that it waits."""
    desk = given(case("it"))

    assert "wrong_state" == refusal(desk, leaves("it"))


def test_offers_may_be_accepted_as_they_are_made():
    """In such a line nothing rings; a callback does, for somebody has to dial."""
    desk = given(agent("ann"), agent("ben"), agent("cat"), auto_accept=True)

    desk = when(desk, chat("a"), call("b"), asks_callback("c"))

    assert ["connected", "connected", "offered"] == [state_of(desk, name) for name in "abc"]
    assert "offer_ended" == refusal(desk, accepts_number("ann", 1))


# --- wrap-up


@pytest.mark.parametrize(
    ("asks", "after_ms"), [(chat("it"), 1_000), (callback("it"), 2_000), (call("it"), 3_000), (case("it"), 4_000)]
)
def test_each_channel_has_its_own_wrap_up(asks, after_ms):
    """The longest after-contact work is the policy's for this channel."""
    desk = given(agent("ann"), asks, accepts("ann", "it"), wrap_up_ms=(1_000, 2_000, 3_000, 4_000))
    if state_of(desk, "it") == "dialling":
        desk = when(desk, reaches("ann", "it"))

    desk = when(desk, closes("ann", "it"), passes(after_ms - 1))
    assert "wrapping" == state_of(desk, "it")
    assert 1 == len(told(when(desk, passes(1)), ContactClosed))


WRAPPING = [agent("ann"), chat("it"), accepts("ann", "it"), closes("ann", "it")]


def test_an_extension_is_added_to_what_is_left():
    """Asked for early or late, it never cuts the wrap-up short."""
    desk = given(*WRAPPING, passes(10_000), extends("ann", "it"), wrap_up_extension_ms=5_000)

    assert [WRAP_UP_MS + 5_000] == [event.wrap_up_by for event in desk.recent if isinstance(event, WrapUpExtended)]
    desk = when(desk, passes(WRAP_UP_MS - 10_000 + 4_999))
    assert "wrapping" == state_of(desk, "it")
    assert "gone" == state_of(when(desk, passes(1)), "it")


def test_extensions_are_counted():
    """So many and no more; the next contact begins anew."""
    desk = given(*WRAPPING, extends("ann", "it"), extends("ann", "it"), max_extensions=2)
    assert "no_more_extensions" == refusal(desk, extends("ann", "it"))

    desk = when(desk, finishes("ann", "it"), chat("b"), accepts("ann", "b"), closes("ann", "b"))

    assert "" == refusal(desk, extends("ann", "b"))


@pytest.mark.parametrize(("reason", "outcome"), [("", ""), ("login", ""), ("", "solved"), ("login", "solved")])
def test_a_reason_may_be_required(reason, outcome):
    """Where the policy says so, wrap-up ends with a reason and an outcome, and both are told; or with its time."""
    desk = given(*WRAPPING, reason_required=True)

    code = refusal(desk, finishes("ann", "it", reason, outcome))

    assert ("" if reason and outcome else "reason_required") == code
    assert [(reason, outcome)] * (not code) == [(one.reason, one.outcome) for one in told(desk, ContactClosed)]
    assert "gone" == state_of(when(desk, passes(WRAP_UP_MS)), "it")
