"""When a line counts as empty: whoever comes is turned away, whoever waits is sent away."""

import pytest

from router.core.events import ContactQueued, ContactSentAway
from router.core.lines import begun
from router.core.policy import Step
from tests.core.acts import asks_callback, call, case, pulls, transfers
from tests.core.build import (
    accepts,
    adopts,
    agent,
    agent_connects,
    agent_drops,
    asc_connects,
    asc_drops,
    chat,
    given,
    offers,
    passes,
    refusal,
    state_of,
    status,
    told,
    waiting,
    when,
)

HERE = [agent("ann")]
ON_A_BREAK = [*HERE, status("ann", "break")]
BUSY = [*HERE, chat("a"), accepts("ann", "a")]
GONE = [*HERE, status("ann", "offline")]
LOST = [agent_connects("ann"), *HERE, agent_drops("ann")]
EMPTY = {
    "never": [],
    "signed_out": [[], GONE, [agent("ann", ("travel",))]],
    "unavailable": [[], GONE, ON_A_BREAK, LOST],
    "busy": [[], GONE, ON_A_BREAK, LOST, BUSY],
}
"""Under which rule which desk is empty for expense/en."""
STAFFED = [[], GONE, ON_A_BREAK, LOST, BUSY, HERE]
ASKS = [chat("it"), call("it"), case("it"), asks_callback("it")]


@pytest.mark.parametrize("rule", EMPTY)
@pytest.mark.parametrize("number", range(len(STAFFED)))
def test_nobody_is_let_in_where_nobody_will_come(rule, number):
    """Chats and calls are refused; cases and callbacks wait for better times."""
    expected = "line_empty" if STAFFED[number] in EMPTY[rule] else ""
    refused = [refusal(when(given(*STAFFED[number]), adopts(join_empty=rule)), ask) for ask in ASKS]

    assert [expected, expected, "", ""] == refused


@pytest.mark.parametrize("asks", [chat("it"), call("it")])
@pytest.mark.parametrize(
    ("rule", "change", "sent"),
    [
        ("never", status("ann", "offline"), False),
        ("signed_out", status("ann", "break"), False),
        ("signed_out", status("ann", "offline"), True),
        ("signed_out", agent("ann", ("travel",)), True),
        ("unavailable", status("ann", "break"), True),
        ("unavailable", status("ann", "break", when_free=True), True),
    ],
)
def test_whoever_waits_is_sent_away(asks, rule, change, sent):
    """When the last one goes who counts under the rule; cases and callbacks wait on."""
    desk = given(*BUSY, asks, case("case"), asks_callback("call"), leave_empty=rule)

    desk = when(desk, change)

    assert sent * 1 == len(told(desk, ContactSentAway))
    assert ("gone" if sent else "waiting") == state_of(desk, "it")
    assert ["waiting", "due"] == [state_of(desk, name) for name in ("case", "call")]


def test_everybody_busy_may_count_as_nobody():
    """Then nobody waits at all: whoever is not offered at once is sent away."""
    desk = when(given(*BUSY, leave_empty="busy"), chat("it"))

    assert ["ContactQueued", "ContactSentAway"] == [event.__class__.__name__ for event in desk.recent]
    assert {"it": "ben"} == offers(when(given(*BUSY, agent("ben"), leave_empty="busy"), chat("it")))


def test_whoever_takes_the_last_unit_leaves_the_others_alone():
    """The last free agent is offered the first contact; the second is sent away."""
    desk = given(chat("one"), chat("two"))

    desk = when(desk, adopts(leave_empty="busy"), agent("ann"))

    assert ([], {}) == (waiting(desk), offers(desk))  # They left when the rules came, before she did.
    desk = given(*BUSY, chat("one"), chat("two"), agent("ann", capacity=2))
    assert {"one": "ann"} == offers(desk)
    assert 1 == len(told(when(desk, adopts(leave_empty="busy")), ContactSentAway))


@pytest.mark.parametrize("back", ["returned", "given back", "handed on"])
def test_whoever_comes_back_to_an_empty_line_is_sent_away(back):
    """Being absent, held or elsewhere when the last one went makes no difference."""
    desk = given(asc_connects("it"), *HERE, chat("it"), leave_empty="unavailable")
    if back == "returned":
        desk = when(desk, asc_drops("it"), status("ann", "break"), asc_connects("it"))
    elif back == "given back":
        desk = when(desk, accepts("ann", "it"), status("ann", "break"), pulls("it"))
    else:
        desk = when(desk, accepts("ann", "it"), transfers("ann", "it", line="expense/de"))

    assert "gone" == state_of(desk, "it")


def test_agents_of_a_later_step_count():
    """A line is not empty as long as somebody may ever serve it, though not yet."""
    steps = (Step(0, ("home",), 1, ()), Step(30_000, (), 1, ()))
    desk = given(agent("pat", pool="home"), status("pat", "break"), agent("ann"), chat("it"), steps=steps)
    desk = when(desk, adopts(steps=steps, leave_empty="unavailable"))
    assert "waiting" == state_of(desk, "it")

    assert "gone" == state_of(when(desk, status("ann", "break")), "it")


def test_who_was_handed_to_a_pool_waits_for_the_pool():
    """The pool is somebody, even where the line's steps do not name it; when it has gone, the line counts."""
    steps = (Step(0, ("home",), 1, ()),)
    desk = given(agent("ann", pool="home"), chat("it"), accepts("ann", "it"), agent("ben", pool="away"), steps=steps)
    desk = when(desk, status("ben", "break"), adopts(steps=steps, leave_empty="unavailable"))
    desk = when(desk, transfers("ann", "it", pool="away"), status("ann", "offline"))
    assert "waiting" == state_of(desk, "it")

    assert "gone" == state_of(when(desk, status("ben", "offline")), "it")


def test_time_alone_sends_nobody_away():
    """Only people coming and going do."""
    assert [] == told(when(given(*BUSY, chat("it"), leave_empty="unavailable"), passes(60_000)), ContactSentAway)


def test_whoever_comes_and_goes_at_once_can_be_told_of():
    """The contact has left the desk when the entry is folded; what it was is the same as of one that waits a while."""
    left = when(given(*BUSY, leave_empty="busy"), chat("it"))
    [queued] = told(left, ContactQueued)
    waits = when(given(*BUSY), chat("it"))
    [same] = told(waits, ContactQueued)

    gone, stays = begun(left.state.contacts, queued), begun(waits.state.contacts, same)

    assert ("gone", "blocked", 2) == (state_of(left, "it"), gone.state, gone.o)
    assert stays is waits.state.contacts[same.contact_id]
    for name in (
        "id",
        "asc_id",
        "company_id",
        "line",
        "channel",
        "waiting_since",
        "rank",
        "priority",
        "agreed",
        "step",
    ):
        assert getattr(stays, name) == getattr(gone, name), name
