"""Handing on and what supervisors do: transfer, move, pull, prioritise, link, force."""

import pytest

from router.core.events import (
    ContactMoved,
    ContactRequeued,
    ContactTransferred,
    IncidentLinked,
    OfferWithdrawn,
    PrioritySet,
)
from tests.core.acts import call, case, forces, links, moves, pulls, raises_to, transfers
from tests.core.build import (
    AGENT_GRACE_MS,
    RING_MS,
    accepts,
    adopts,
    agent,
    agent_connects,
    agent_drops,
    asc_connects,
    asc_drops,
    callback,
    chat,
    closes,
    finishes,
    given,
    offers,
    passes,
    reaches,
    refusal,
    state_of,
    status,
    the_agent,
    told,
    waiting,
    when,
)

TRAVEL = "travel/en"
HELD = [agent("ann"), chat("it"), accepts("ann", "it")]


# --- transfer


def test_a_transfer_to_a_line_keeps_the_rank():
    """The receiver is offered the contact like any other, at the place it has had from the beginning."""
    desk = given(*HELD, passes(10), chat("later", TRAVEL), transfers("ann", "it", line=TRAVEL))

    assert ["it", "later"] == waiting(desk, TRAVEL)
    assert [2] == [event.o - 1 for event in told(desk, ContactTransferred)]


def test_a_transfer_to_a_pool_goes_to_that_pool():
    """Whoever else is free is not asked; when one of the pool has taken it, it is anybody's again."""
    desk = given(*HELD, agent("ben"), agent("cat", pool="seniors"), transfers("ann", "it", pool="seniors"))
    assert {"it": "cat"} == offers(desk)

    desk = when(desk, accepts("cat", "it"), status("cat", "offline"), pulls("it"))

    assert {"it": "ann"} == offers(desk)


def test_a_transfer_to_an_agent_waits_for_that_agent_for_a_while():
    """For as long as an offer rings, or the preference of the line, if that is longer; then it is anybody's."""
    busy = [*HELD, agent("ben"), chat("b"), accepts("ben", "b"), agent("cat"), status("cat", "break")]
    desk = given(*busy, transfers("ann", "it", to="ben"), status("ann", "break"), status("cat", "available"))
    assert {} == offers(when(desk, passes(RING_MS - 1)))
    assert {"it": "cat"} == offers(when(desk, passes(1)))

    assert [90_000] == [event.for_agent_until for event in told(
        given(*busy, transfers("ann", "it", to="ben"), preferred_ms=90_000), ContactTransferred)]  # fmt: skip


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({}, "bad_value"),
        ({"line": TRAVEL, "pool": "seniors"}, "bad_value"),
        ({"line": TRAVEL, "to": "ben"}, "bad_value"),
        ({"to": "ann"}, "bad_value"),
        ({"line": "invoice/en"}, "unknown_line"),
        ({"pool": "nobody"}, "nobody_there"),
        ({"pool": "drivers"}, "nobody_there"),
        ({"to": "nobody"}, "nobody_there"),
        ({"to": "eve"}, "nobody_there"),
        ({"to": "ben"}, ""),
        ({"pool": "seniors"}, ""),
        ({"line": TRAVEL}, ""),
    ],
)
def test_a_transfer_names_one_receiver_who_is_there(where, code):
    """Exactly one of a line, a pool that can serve, and an agent who will be asked."""
    desk = given(*HELD, agent("ben", pool="seniors"), agent("dan", ("travel",), pool="drivers"))
    desk = when(desk, agent("eve"), status("eve", "break"))

    assert code == refusal(desk, transfers("ann", "it", **where))


@pytest.mark.parametrize("step", [transfers("ann", "it", line=TRAVEL), moves("waits", TRAVEL)])
def test_promises_have_more_room_than_newcomers(step):
    """A line takes 20 % more of what is handed on and moved, and no more than that."""
    desk = given(*HELD, chat("waits"), *[chat(f"t{i}", TRAVEL) for i in range(5)], queue_limit=5)
    assert "queue_full" == refusal(desk, chat("one more", TRAVEL))
    assert "" == refusal(desk, step)

    desk = given(*HELD, chat("waits"), *[chat(f"t{i}", TRAVEL) for i in range(6)])
    assert "queue_full" == refusal(when(desk, adopts(queue_limit=5)), step)


def test_what_is_handed_on_while_the_asc_is_gone_is_absent():
    """Nobody is offered a chat with nobody in it."""
    desk = given(asc_connects("it"), *HELD, asc_drops("it"), agent("ben"), transfers("ann", "it", to="ben"))

    assert ("absent", {}) == (state_of(desk, "it"), offers(desk))
    assert {"it": "ben"} == offers(when(desk, asc_connects("it")))


def test_a_conversation_on_the_phone_is_called_again():
    """Handed on, a callback stands in line; the receiver dials."""
    desk = given(agent("ann"), callback("it"), accepts("ann", "it"), reaches("ann", "it"), agent("ben"))

    desk = when(desk, transfers("ann", "it", to="ben"), accepts("ben", "it"))

    assert "dialling" == state_of(desk, "it")


# --- move, pull, raise


@pytest.mark.parametrize("asks", [chat("it"), call("it"), callback("it"), case("it")])
def test_a_waiting_contact_is_moved_at_its_rank(asks):
    """To another line, whoever rings there withdrawn; it begins at the step that its wait and the line give it."""
    desk = given(agent("ann"), asks, passes(10), chat("later", TRAVEL), moves("it", TRAVEL))

    assert ["it", "later"] == waiting(desk, TRAVEL)
    assert ["moved"] == [event.cause for event in desk.recent if isinstance(event, OfferWithdrawn)][-1:]
    assert 1 == len(told(desk, ContactMoved))


@pytest.mark.parametrize("line", ["expense/en", "invoice/en"])
def test_a_contact_is_moved_to_another_line_that_is_there(line):
    """Not to where it is, not to where nothing is."""
    assert "unknown_line" == refusal(given(chat("it")), moves("it", line))


def test_a_contact_is_pulled_from_its_agent():
    """Back in its line at its rank; the agent's unit is free, and a late report of the agent finds nothing."""
    desk = given(*HELD, chat("later"), status("ann", "break"), pulls("it"))

    assert ["it", "later"] == waiting(desk)
    assert ["pulled"] == [event.cause for event in told(desk, ContactRequeued)]
    assert "unknown_contact" == refusal(desk, closes("ann", "it"))


def test_an_offer_is_pulled():
    """What rings is withdrawn without a pause for the agent, who is asked again when nobody else is there."""
    desk = given(agent("ann"), chat("it"), pulls("it"))

    assert ["pulled"] == [event.cause for event in told(desk, OfferWithdrawn)]
    assert {"it": "ann"} == offers(desk)


@pytest.mark.parametrize("taken", [[], [accepts("ann", "it")]])
@pytest.mark.parametrize("asks", [chat("it"), callback("it")])
def test_what_is_pulled_goes_to_somebody_else(asks, taken):
    """From an agent who is idle longest it does not ring straight back: others are asked first, if only later."""
    desk = given(agent("ann"), passes(1), agent("ben"), asks, *taken, pulls("it"))
    assert {"it": "ben"} == offers(desk)

    desk = given(agent("ann"), asks, *taken, agent("ben"), chat("b"), accepts("ben", "b"), pulls("it"))
    assert {} == offers(desk)
    assert {"it": "ben"} == offers(when(desk, closes("ben", "b"), finishes("ben", "b")))


def test_what_is_pulled_waits_for_that_agent_no_longer():
    """Whoever was waited for alone had the contact."""
    desk = given(*HELD, agent("ben"), agent("cat"), transfers("ann", "it", to="ben"), pulls("it"))

    assert {"it": "cat"} == offers(desk)


@pytest.mark.parametrize(("priority", "expected"), [(1, ["it", "old"]), (2, ["old", "it"]), (4, ["old", "it"])])
def test_a_priority_counts_as_waiting_time(priority, expected):
    """So much of it in advance and no more; a lower one takes nothing away that was not credit."""
    desk = given(chat("old"), passes(60_000), chat("it"), priority_credit_ms=(60_011, 59_999, 10, 0))

    desk = when(desk, raises_to("it", priority))

    assert expected == waiting(desk)
    assert [("supervisor", priority)] == [(event.by, event.priority) for event in told(desk, PrioritySet)]


def test_a_priority_rings_elsewhere():
    """An offer that rings is looked at again with the new rank."""
    desk = given(agent("ann"), chat("first"), chat("second"), priority_credit_ms=(9, 0, 0, 0))
    assert {"first": "ann"} == offers(desk)

    assert {"first": "ann"} == offers(when(desk, raises_to("second", 1)))
    assert {"second": "ann"} == offers(when(desk, raises_to("first", 4)))


# --- incidents, forced statuses


def test_a_contact_is_linked_to_an_incident():
    """In conversation or wrap-up, by the agent who has it; the latest word counts."""
    desk = given(*HELD, links("ann", "it", "INC-1"), closes("ann", "it"), links("ann", "it", "INC-2"))

    assert ["INC-1", "INC-2"] == [event.incident for event in told(desk, IncidentLinked)]
    assert "INC-2" == desk.state.contacts[desk.number("it")].incident


@pytest.mark.parametrize(("incident", "code"), [("", "bad_value"), ("x" * 65, "bad_value"), ("x" * 64, ""), ("x", "")])
def test_an_incident_has_a_name_of_some_length(incident, code):
    """Neither nothing nor a novel."""
    assert code == refusal(given(*HELD), links("ann", "it", incident))


def test_a_supervisor_sets_a_status():
    """With the same consequences as the agent's own choice; contacts that are held go on."""
    desk = given(agent("ann", capacity=2), chat("a"), accepts("ann", "a"), chat("b"), forces("ann", "break"))

    assert ("break", {}, "connected") == (the_agent(desk, "ann").status, offers(desk), state_of(desk, "a"))
    assert {"b": "ann"} == offers(when(desk, forces("ann", "available")))
    assert "not_signed_in" == refusal(desk, forces("nobody", "break"))


@pytest.mark.parametrize("chosen", ["available", "break"])
def test_a_forced_status_brings_nobody_back(chosen):
    """Who is lost stays lost until connected, and the grace goes on."""
    desk = given(agent_connects("ann"), *HELD, agent_drops("ann"), forces("ann", chosen), chat("next"))
    assert ({}, True) == (offers(desk), the_agent(desk, "ann").lost)

    desk = when(desk, passes(AGENT_GRACE_MS))

    assert ["it", "next"] == waiting(desk)


def test_somebody_forced_to_be_available_while_gone_is_lost():
    """A supervisor cannot make an empty chair take chats."""
    desk = given(agent_connects("ann"), agent("ann"), status("ann", "offline"), agent_drops("ann"), chat("it"))

    desk = when(desk, forces("ann", "available"))

    assert {} == offers(desk)
    assert the_agent(desk, "ann").lost


def test_nobody_is_lost_who_holds_nothing_and_went_home():
    """Forced offline with empty hands, an agent has nothing to be given back."""
    desk = given(agent_connects("ann"), agent("ann"), agent_drops("ann"), forces("ann", "offline"))

    assert not the_agent(desk, "ann").lost
    assert [] == told(when(desk, passes(AGENT_GRACE_MS)), ContactRequeued)


def test_finishing_frees_for_what_waits():
    """The whole way: handed on, taken, ended, finished, and the next is offered."""
    desk = given(*HELD, agent("ben"), chat("next"), accepts("ben", "next"), chat("last"))

    desk = when(desk, transfers("ann", "it", to="ben"))

    assert {"last": "ann"} == offers(desk)
    desk = when(desk, closes("ben", "next"), finishes("ben", "next"))
    assert "ben" == offers(desk)["it"]
