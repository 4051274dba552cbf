"""
The six causes that stand behind nearly every complaint, and why none of them is here.

Each is shown on a day on which everything happens, watched event by event, or on every way in which it could come back.
"""

from collections.abc import Callable
from typing import Any

import pytest

from router.core import commands as cmd
from router.core import events as ev
from router.core.desk import Desk, Entry
from router.core.events import OfferMade
from router.core.state import DeskState
from tests.lessons.desk import (
    AGENT_GRACE,
    DE,
    EN,
    HOUR,
    MIN,
    PAUSE,
    RING,
    TRAVEL,
    WRAP_UP,
    S,
    Story,
    given,
)

OFFER_ENDS = (ev.ContactConnected, ev.DialStarted, ev.OfferDeclined, ev.OfferTimedOut, ev.OfferWithdrawn)
BUSY = {
    "max_no_answer": 20,
    "quiet_warning": "60 s",
    "quiet_parking": "2 min",
    "priority_credit": {"p1": "10 min"},
    "callbacks": {"drain": "always", "retries": {"no_answer": ["5 min"]}},
    "routing": {"preferred_agent": "60 s", "steps": [{"min_level": 3}, {"after": "2 min"}]},
}


def a_busy_day() -> Story:
    """Everything that can happen to contacts and agents happens here at least once."""
    desk = given(**BUSY).agent("ann", capacity=2).agent("ben", products="expense travel", capacity=3)
    desk.agent("cas", products="travel", level=2, pool="seniors")
    desk.connects("agent:ann").connects("asc:1").connects("asc:2")

    # Contacts of every kind; one is declined, some are ignored, one is made urgent.
    desk.chat("1", "2", "3").chat("4", line=TRAVEL).callback("5").call("6").case("7").chat("8", everybody=True)
    desk.accepts("ann", "1").declines(desk.offers()["2"], "2").passes(RING).raises("3", 1)
    for name in ("ann", "ben", "cas"):
        desk.status(name, "available")

    # One ASC is away for a moment and leaves a number; one asks to be called in an hour; one is handed on.
    desk.drops("asc:2").passes(S).connects("asc:2").converts("2").cancels("2")
    desk.chat("9", by="2").converts("9", window=(desk.now + MIN, HOUR)).replies("ann", "1").passes(MIN)
    desk.transfers("ann", "1", line=TRAVEL)

    # Work: what rings is taken, nobody answers the phone, ASCs keep quiet, now and then everything ends.
    for number in range(120):
        _take_all(desk)
        desk.passes(10 * S)
        if number % 20 == 19:
            _end_all(desk)

    # A shift that ends, an agent who is lost, an outage, new rules.
    desk.chat("a", "b", "c").passes(RING).agent("ann", capacity=2, shift_ends=desk.now + 6 * MIN)
    desk.agent("dee", capacity=3).connects("agent:dee")
    _take_all(desk)
    desk.chat("d").drops("agent:dee").passes(AGENT_GRACE).node_stops("desk-1").sleeps(MIN).node("desk-1")
    return desk.policy(**BUSY, wrap_up="0 s").passes(HOUR)


def _take_all(desk: Story) -> None:
    for name in list(desk.offers()):
        if agent := desk.offers().get(name):
            desk.accepts(agent, name)
            if desk.state_of(name) == "dialling":
                desk.misses(agent, name)
            elif desk.contact(name).channel == "chat":
                desk.replies(agent, name)


def _end_all(desk: Story) -> None:
    for agent in ("ann", "ben", "cas"):
        for name in desk.held(agent):
            if desk.state_of(name) == "connected":
                desk.closes(agent, name)


def _watch(patch: pytest.MonkeyPatch, look: Callable[[DeskState, Any], None]) -> None:
    """Look at the state after each single event, in the middle of entries as well."""
    emit = DeskState.emit

    def watched(state: DeskState, event: Any) -> None:
        emit(state, event)
        look(state, event)

    patch.setattr(DeskState, "emit", watched)


def test_the_busy_day_is_busy():
    """What the causes are looked for in has nearly every kind of event in it."""
    kinds = {event.__class__.__name__ for event in a_busy_day().recent}

    assert {
        "AgentLost", "AscLeft", "AscReturned", "AttemptFailed", "CallbackCancelled", "CallbackDue", "ContactConverted",
        "ContactParked", "ContactRequeued", "ContactTransferred", "DeadlinesRestarted", "DialStarted", "DrainStarted",
        "OfferDeclined", "OfferTimedOut", "OfferWithdrawn", "PrioritySet", "ShiftEnding", "StepWidened",
    } <= kinds  # fmt: skip


def test_cause_1_checking_and_taking_are_one_step(monkeypatch):
    """Elsewhere capacity is checked in one step and used in another; between them somebody else uses it."""
    offers = []

    def look(state: DeskState, event: Any) -> None:
        for agent in state.agents.values():
            assert agent.units == sum(agent.held.values()) <= agent.capacity
        if event.__class__ is OfferMade:
            offers.append(event.offer_id)
            assert event.contact_id in state.agents[event.agent_id].held

    _watch(monkeypatch, look)
    a_busy_day()

    assert list(range(1, len(offers) + 1)) == offers
    assert len(offers) > 20


def test_cause_2_nothing_is_changed_by_halves(monkeypatch):
    """Elsewhere two records change one after the other; a crash between them loses a customer or keeps an agent."""
    seen = [0]

    def look(state: DeskState, _event: Any) -> None:
        held = [contact_id for agent in state.agents.values() for contact_id in agent.held]
        lines = [contact.id for line in state.lines.values() for contact in line.waiting()]
        aside = [one.id for one in state.contacts.values() if one.state in ("absent", "parked", "scheduled")]
        assert sorted(state.contacts) == sorted([*held, *lines, *aside])
        seen[0] += 1

    _watch(monkeypatch, look)
    desk = a_busy_day()

    assert len(desk.recent) == seen[0]


def test_cause_2_no_crash_loses_anybody():
    """Wherever the desk dies, the next life has every contact, in line or with its agent, and nothing rings twice."""
    entries = a_busy_day().entries

    for cut in range(3, len(entries), 3):
        desk = Desk()
        for entry in entries[:cut]:
            desk.fold(entry)
        known = sorted(desk.state.contacts)
        desk.fold(Entry(desk.now, None, cmd.NodeStarted("desk-1", 9)))
        held = [contact_id for agent in desk.state.agents.values() for contact_id in agent.held]
        lines = [contact.id for line in desk.state.lines.values() for contact in line.waiting()]
        aside = [one.id for one in desk.state.contacts.values() if one.state in ("absent", "parked", "scheduled")]
        assert known == sorted([*held, *lines, *aside])


Way = tuple[str, Callable[[], Story], Callable[[Story], Any], dict[str, str]]


def _talking(**rules: Any) -> Story:
    """Ann talks, and somebody waits."""
    return given(**rules).agent("ann").talks("ann", "0").chat("1")


def _ringing(**rules: Any) -> Story:
    """Somebody rings at Ann, and somebody else waits."""
    return given(**rules).agent("ann").chat("0", "1")


STEPS = {"routing": {"steps": [{"pools": ["first"]}, {"after": "30 s"}]}}
NO_WRAP_UP = {"wrap_up": "0 s"}
IDLE_ONLY = {"callbacks": {"mode": "idle_only"}}
WAYS: tuple[Way, ...] = (
    ("wrap-up is finished", lambda: _talking().closes("ann", "0"), lambda d: d.finishes("ann", "0"), {"1": "ann"}),
    ("wrap-up runs out", lambda: _talking().closes("ann", "0"), lambda d: d.passes(WRAP_UP), {"1": "ann"}),
    ("the agent closes", lambda: _talking(**NO_WRAP_UP), lambda d: d.closes("ann", "0"), {"1": "ann"}),
    ("the ASC ends it", lambda: _talking(**NO_WRAP_UP), lambda d: d.leaves("0"), {"1": "ann"}),
    ("who rings leaves", _ringing, lambda d: d.leaves("0"), {"1": "ann"}),
    ("who rings is lost", lambda: _ringing().connects("asc:0"), lambda d: d.drops("asc:0"), {"1": "ann"}),
    ("who rings leaves a number", _ringing, lambda d: d.converts("0", window=(MIN, HOUR)), {"1": "ann"}),
    ("who rings is moved", _ringing, lambda d: d.moves("0", DE), {"1": "ann"}),
    ("a pause ends", lambda: _ringing().declines("ann", "0").leaves("0"), lambda d: d.passes(PAUSE), {"1": "ann"}),
    ("a transfer", _talking, lambda d: d.transfers("ann", "0", line=TRAVEL), {"1": "ann"}),
    (
        "a contact is pulled",
        lambda: given().agent("ann").talks("ann", "0").agent("ben").passes(S),
        lambda d: d.pulls("0"),
        {"0": "ben"},
    ),
    (
        "a quiet ASC is parked",
        lambda: _talking(quiet_warning="5 min").replies("ann", "0"),
        lambda d: d.passes(8 * MIN),
        {"1": "ann"},
    ),
    (
        "a parked ASC writes",
        lambda: given(quiet_warning="5 min").agent("ann").talks("ann", "0").replies("ann", "0").passes(8 * MIN),
        lambda d: d.writes("0"),
        {"0": "ann"},
    ),
    ("an agent signs in", lambda: given().chat("1"), lambda d: d.agent("ann"), {"1": "ann"}),
    ("an agent takes more", _talking, lambda d: d.agent("ann", capacity=2), {"1": "ann"}),
    (
        "an agent learns a product",
        lambda: given().agent("ann").chat("1", line=TRAVEL),
        lambda d: d.agent("ann", products="expense travel"),
        {"1": "ann"},
    ),
    (
        "a break ends",
        lambda: given().agent("ann").status("ann", "break").chat("1"),
        lambda d: d.status("ann", "available"),
        {"1": "ann"},
    ),
    (
        "a supervisor ends it",
        lambda: given().agent("ann").status("ann", "break").chat("1"),
        lambda d: d.forces("ann", "available"),
        {"1": "ann"},
    ),
    (
        "who did not respond does",
        lambda: given(max_no_answer=1).agent("ann").chat("1").passes(MIN),
        lambda d: d.status("ann", "available"),
        {"1": "ann"},
    ),
    (
        "a connection is back",
        lambda: given().agent("ann").connects("agent:ann").drops("agent:ann").chat("1"),
        lambda d: d.connects("agent:ann"),
        {"1": "ann"},
    ),
    (
        "a lost agent is given up",
        lambda: given().agent("ann").connects("agent:ann").talks("ann", "0").agent("ben").drops("agent:ann"),
        lambda d: d.passes(AGENT_GRACE),
        {"0": "ben"},
    ),
    (
        "a shift is over",
        lambda: given().agent("ann", shift_ends=10 * MIN).talks("ann", "0").agent("ben"),
        lambda d: d.passes(25 * MIN),
        {"0": "ben"},
    ),
    (
        "nobody else is left to ask",
        lambda: given(decline_back_off="0 s").agent("ann", "ben").talks("ann", "0").chat("1").declines("ben", "1"),
        lambda d: d.status("ann", "break"),
        {"1": "ben"},
    ),
    (
        "an attempt fails",
        lambda: given().agent("ann").callback("0").accepts("ann", "0").chat("1"),
        lambda d: d.misses("ann", "0"),
        {"1": "ann"},
    ),
    (
        "nobody was reached",
        lambda: given().agent("ann").callback("0").accepts("ann", "0").chat("1"),
        lambda d: d.misses("ann", "0", "invalid"),
        {"1": "ann"},
    ),
    (
        "a ring from a chat fails",
        lambda: given().agent("ann", capacity=2).talks("ann", "0").rings("ann", "0").chat("1"),
        lambda d: d.misses("ann", "0"),
        {"1": "ann"},
    ),
    (
        "a callback no longer drains",
        lambda: given(callbacks={"drain": "always"}).agent("ann", capacity=2).talks("ann", "0").callback("c").chat("1"),
        lambda d: d.cancels("c"),
        {"1": "ann"},
    ),
    (
        "fewer are being dialled",
        lambda: given(callbacks={"max_in_flight": 1}).agent("ann", "ben").callback("0", "1").accepts("ann", "0"),
        lambda d: d.reaches("ann", "0"),
        {"1": "ben"},
    ),
    (
        "nobody waits live",
        lambda: (
            given(**IDLE_ONLY).agent("ann").agent("tom", pool="seniors").status("tom", "break").talks("ann", "0")
            .transfers("ann", "0", pool="seniors").callback("1")
        ),
        lambda d: d.leaves("0"),
        {"1": "ann"},
    ),
    ("a window begins", lambda: given().agent("ann").chat("1").converts("1", window=(HOUR, 2 * HOUR)),
     lambda d: d.passes(HOUR), {"1": "ann"}),
    ("back to the chat", lambda: given().agent("ann").chat("1").converts("1", window=(HOUR, 2 * HOUR)),
     lambda d: d.returns("1"), {"1": "ann"}),
    (
        "the line may be dialled",
        lambda: given(hours={"contact": {"phone": {"days": {"daily": "01:00-02:00"}}}}).agent("ann").callback("1"),
        lambda d: d.passes(HOUR),
        {"1": "ann"},
    ),
    (
        "the ASC is back",
        lambda: given().agent("ann").connects("asc:1").drops("asc:1").chat("1"),
        lambda d: d.connects("asc:1"),
        {"1": "ann"},
    ),
    (
        "a step widens",
        lambda: given(**STEPS).agent("tom", pool="first").status("tom", "break").agent("ann").chat("1"),
        lambda d: d.passes(30 * S),
        {"1": "ann"},
    ),
    (
        "a preference ends",
        lambda: (
            given(routing={"preferred_agent": "60 s"}, **NO_WRAP_UP).agent("ann").talks("ann", "0").closes("ann", "0")
            .talks("ann", "1").agent("ben").chat("2", by="0")
        ),
        lambda d: d.passes(MIN),
        {"2": "ben"},
    ),
    (
        "the live work is done",
        lambda: given(**NO_WRAP_UP).agent("ann").talks("ann", "0").case("1"),
        lambda d: d.closes("ann", "0"),
        {"1": "ann"},
    ),
    (
        "the rules change",
        lambda: given(**STEPS).agent("tom", pool="first").status("tom", "break").agent("ann").chat("1"),
        lambda d: d.policy(),
        {"1": "ann"},
    ),
    ("a node is there", lambda: given().agent("ann").node_stops("desk-1").chat("1"), lambda d: d.node("desk-1"),
     {"1": "ann"}),
)  # fmt: skip


@pytest.mark.parametrize(("before", "change", "expected"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
def test_cause_3_the_desk_looks_again_whenever_something_is_possible(before, change, expected):
    """Elsewhere a job looks every so often, or nobody looks when capacity frees; here the entry itself offers."""
    desk = before()
    assert not expected.items() <= desk.offers().items()

    change(desk)

    assert expected == desk.offers()
    assert OfferMade in [event.__class__ for event in desk.last.events]


def test_cause_4_every_offer_has_an_owner_a_deadline_and_one_end(monkeypatch):
    """Elsewhere an assignment is a field that somebody set: nothing owns it, and nothing takes it back."""
    rings: dict[int, tuple[int, int, int]] = {}
    ended = []

    def look(state: DeskState, event: Any) -> None:
        if event.__class__ is OfferMade:
            rings[event.offer_id] = (event.contact_id, event.agent_id, event.due)
            assert event.due == state.now + RING
        elif event.__class__ in OFFER_ENDS:
            contact_id, agent_id, due = rings.pop(event.offer_id)
            ended.append(event.offer_id)
            assert (contact_id, agent_id) == (event.contact_id, event.agent_id)
            assert state.now <= due or event.cause == "outage"
        assert set(rings) == set(state.offers)

    _watch(monkeypatch, look)
    desk = a_busy_day()
    desk.passes(RING)

    assert list(range(1, len(ended) + len(rings) + 1)) == sorted([*ended, *rings])
    assert {"offer_ended"} == {desk.refusal(desk.accepts_offer, "ann", offer_id) for offer_id in ended}


PEOPLE = ("agent:ann", "agent:ben", *(f"asc:{number}" for number in range(1, 6)))


def _lived(through: Callable[[Story], None]) -> dict[str, Any]:
    """The desk after some work, with something happening to the connections after every step of it."""
    desk = given(**NO_WRAP_UP).node("desk-2").agent("ann", capacity=2).agent("ben")
    steps: tuple[Callable[[], Any], ...] = (
        lambda: [desk.connects(who, f"{who} 0") for who in PEOPLE],
        lambda: desk.chat("1", "2", "3", "4", "5"),
        lambda: desk.accepts("ann", "1"),
        lambda: desk.writes("1").replies("ann", "1"),
        lambda: desk.converts("4"),
        lambda: desk.declines("ben", "2"),
        lambda: desk.passes(PAUSE),
        lambda: desk.closes("ann", "1"),
        lambda: desk.passes(RING),
        lambda: desk.status("ann", "break", when_free=True),
    )
    for step in steps:
        step()
        through(desk)
    state = desk.core.snapshot()
    state["deadlines"] = [one for one in state["deadlines"] if one[1] > 2]
    return {name: value for name, value in state.items() if name not in ("sessions", "nodes")}


def test_cause_5_nothing_belongs_to_a_connection():
    """Elsewhere a chat, a slot or a place lives in somebody's connection, and is gone or doubled with it."""
    lives = [0]

    def move_everybody(desk: Story) -> None:
        lives[0] += 1
        for who in PEOPLE:
            desk.connects(who, f"{who} {lives[0]}", node=f"desk-{1 + lives[0] % 2}").drops(f"{who} {lives[0] - 1}")

    still = _lived(lambda _desk: None)

    assert still == _lived(move_everybody)
    assert 10 == lives[0]


def test_cause_6_one_key_orders_the_line_the_places_and_the_offers():
    """Elsewhere the order is worked out in several places: the list, the place that is told, the next to be served."""
    desk = (
        given(**NO_WRAP_UP, priority_credit={"p1": "10 min"}, **STEPS).agent("ann", pool="first").connects("agent:ann")
    )
    for number in range(8):
        desk.passes(S).chat(str(number))
    desk.declines("ann", "0").passes(S).converts("3").converts("5").returns("5").raises("6", 1).moves("7", DE)
    desk.connects("asc:1").drops("asc:1").connects("asc:1").passes(PAUSE)
    desk.accepts("ann", next(iter(desk.offers()))).drops("agent:ann").passes(AGENT_GRACE).moves("7", EN).passes(MIN)
    line, places, served = desk.waiting(), desk.places(), []

    desk.agent("zoe")
    while offers := desk.offers():
        name = next(iter(offers))
        served.append(name)
        desk.accepts("zoe", name)
        if desk.state_of(name) == "dialling":
            desk.reaches("zoe", name)
        desk.closes("zoe", name)

    assert ["6", "0", "1", "2", "3", "4", "5", "7"] == line == served
    assert {name: place for place, name in enumerate(line, 1)} == places
