"""What draining may cost: never, only for a promise in danger, or always; and a bound for the whole desk."""

import pytest

from tests.core.acts import asks_callback, call, case, moves, raises_to
from tests.core.build import (
    accepts,
    adopts,
    agent,
    callback,
    cancels,
    chat,
    closes,
    declines,
    finishes,
    given,
    misses,
    offers,
    passes,
    state_of,
    status,
    when,
)
from tests.core.test_draining import drained

BOTH = ("expense", "travel")


def two_busy_agents():
    """Steps: ann and ben, with two units each, talk to somebody."""
    return [
        agent("ann", BOTH, capacity=2), chat("a"), accepts("ann", "a"),
        agent("ben", BOTH, capacity=2), chat("b"), accepts("ben", "b"),
    ]  # fmt: skip


def test_draining_is_bounded_for_the_desk():
    """With one agent draining at most, the second line's callback waits for its turn and then gets it."""
    desk = given(*two_busy_agents(), callback("one"), callback("two", "travel/en"), max_draining=1)
    assert {"one": "ann"} == drained(desk)

    desk = when(desk, cancels("one"))

    assert {"two": "ann"} == drained(desk)


def test_the_bound_holds_when_several_lines_are_looked_at_at_once():
    """New rules let one agent drain: it drains for the lowest rank, and nobody does for the other line."""
    desk = given(*two_busy_agents(), callback("one", "travel/en"), callback("two"), drain="never")

    desk = when(desk, adopts(drain="always", max_draining=1))

    assert {"one": "ann"} == drained(desk)


BUSY = [agent("ann", capacity=2), chat("a"), accepts("ann", "a")]


@pytest.mark.parametrize(
    ("mode", "after_ms", "drains"),
    [("always", 0, True), ("never", 60_000, False), ("promise", 39_999, False), ("promise", 40_000, True)],
)
def test_who_is_drained_for(mode, after_ms, drains):
    """For every callback at the head, for none, or for one whose promise is about to end."""
    desk = given(*BUSY, asks_callback("it"), passes(after_ms), drain=mode, promise_ms=60_000, drain_lead_ms=20_000)

    assert ({"it": "ann"} if drains else {}) == drained(desk)


def test_a_promise_in_danger_behind_a_chat_waits_its_turn():
    """Draining keeps nobody waiting who stands before: only the head of the line drains."""
    desk = given(*BUSY, chat("b"), accepts("ann", "b"), chat("first"), asks_callback("it"), drain="always")
    assert {} == drained(desk)

    assert {"it": "ann"} == drained(when(desk, raises_to("first", 1), moves("first", "travel/en")))


def test_a_call_stands_before_a_callback_like_a_chat():
    """Whoever waits on the phone is not overtaken by an agent who is kept free."""
    desk = given(*BUSY, call("phone"), asks_callback("it"))
    assert {} == drained(desk)

    desk = when(desk, closes("ann", "a"), finishes("ann", "a"))
    assert {"phone": "ann"} == offers(desk)


def test_a_case_keeps_nobody_from_draining():
    """Work that can wait waits behind."""
    assert {"it": "ann"} == drained(given(case("old"), passes(9), *BUSY, asks_callback("it"), offer_timeout_ms=99_000))


def test_nobody_drains_beyond_those_in_flight():
    """While as many are dialled as may be, an agent kept free would only stand idle; afterwards one drains."""
    dials = [agent("ben"), asks_callback("dialled"), accepts("ben", "dialled")]
    desk = given(*dials, *BUSY, asks_callback("it"), chat("next"), max_in_flight=1)
    assert ({}, {"next": "ann"}) == (drained(desk), offers(desk))

    desk = when(desk, status("ben", "break"), misses("ben", "dialled"))

    assert {"it": "ann"} == drained(desk)


def test_a_drain_ends_when_enough_are_in_flight():
    """Another line's callback is offered meanwhile: the drained agent takes chats again."""
    desk = given(*BUSY, asks_callback("it"), max_in_flight=1)
    assert {"it": "ann"} == drained(desk)

    desk = when(desk, agent("ben", ("travel",)), asks_callback("other", "travel/en"), chat("next"))

    assert ({}, {"other": "ben", "next": "ann"}) == (drained(desk), offers(desk))


def test_who_declined_the_callback_is_not_drained_for_it():
    """While others have not been asked; when nobody else is left, they are."""
    desk = given(agent("ben"), chat("b"), accepts("ben", "b"), agent("ann", capacity=2), asks_callback("it"))
    desk = when(desk, declines("ann", "it"), passes(10_000), chat("a"), accepts("ann", "a"))
    assert {} == drained(desk)

    assert {"it": "ann"} == drained(when(desk, status("ben", "break")))


# --- for idle agents only

IDLE = {"mode": "idle_only", "reserve": 1}


def test_callbacks_for_idle_agents_leave_a_reserve():
    """So many who hold nothing are kept for those who wait live."""
    desk = given(agent("ann"), asks_callback("it"), **IDLE)
    assert {} == offers(desk)

    assert {"it": "ann"} == offers(when(desk, agent("ben")))


def test_callbacks_for_idle_agents_wait_for_the_last_live_contact():
    """As long as a chat or a call waits in the line, agents to spare or not."""
    desk = given(agent("ann"), agent("ben", languages=("de",)), chat("a"), accepts("ann", "a"), **IDLE)
    desk = when(desk, chat("waits"), asks_callback("it"), agent("cat", ("travel",)), agent("dan"), agent("eve"))
    assert {"waits": "dan"} == offers(desk)

    assert "it" in offers(when(desk, accepts("dan", "waits"), agent("fay")))


def test_a_case_does_not_count_as_live():
    """A backlog of cases keeps no callback waiting; it goes before them."""
    desk = given(case("old"), passes(9), asks_callback("it"), agent("ann"), mode="idle_only")

    assert "ann" == offers(desk)["it"]


def test_all_who_wait_live_go_first():
    """A chat of another line that came later goes before a callback for idle agents, and this before a case."""
    desk = given(asks_callback("call"), passes(1), case("case"), passes(1), chat("chat", "travel/en"), mode="idle_only")

    for name in ("chat", "call", "case"):
        desk = when(desk, agent("ann", BOTH), agent("ann", BOTH, capacity=1))
        assert [name] == list(offers(desk))[:1]
        desk = when(desk, accepts("ann", name))
        if name == "call":
            desk = when(desk, misses("ann", name))
        else:
            desk = when(desk, closes("ann", name), finishes("ann", name))


def test_nobody_drains_for_idle_agents_only():
    """Whoever is to be called when there is nothing else to do makes nobody free."""
    assert {} == drained(given(*BUSY, asks_callback("it"), drain="always", mode="idle_only"))


def test_new_rules_release_who_drains():
    """When draining is switched off the agent takes chats again at the latest with the callback's end."""
    desk = given(*BUSY, asks_callback("it"))

    desk = when(desk, adopts(drain="never"), cancels("it"), chat("next"))

    assert ({}, {"next": "ann"}, "gone") == (drained(desk), offers(desk), state_of(desk, "it"))
