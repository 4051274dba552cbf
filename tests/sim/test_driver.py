"""The clock round the desk: order of what is simultaneous, deadlines at their due time, scripts."""

from router.core import events as ev
from router.core.commands import (
    AcceptOffer,
    CloseContact,
    Command,
    NodeStarted,
    PolicyChanged,
    RequestChat,
    SetStatus,
    SignIn,
)
from router.core.desk import Desk, Entry
from router.core.events import Event
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId
from router.wire.policy import PolicyDocument, compile_policy
from sim.driver import Driver, Turn

POLICY = compile_policy(PolicyDocument(products=["expense"], languages=["en"], wrap_up="30 s"))
LINE = LineKey("expense/en")


def request(contact: int) -> RequestChat:
    return RequestChat(ContactId(contact), AscId(contact), CompanyId(1), LINE)


SCRIPT: list[tuple[int, Command]] = [
    (0, NodeStarted("twin", 1)),
    (0, PolicyChanged(POLICY, "")),
    (5, SignIn(AgentId(1), ("expense",), ("en",), 1)),
    (10, request(1)),
    (10, request(2)),
    (1_000, AcceptOffer(AgentId(1), OfferId(1))),
    (60_000, CloseContact(AgentId(1), ContactId(1))),
    (200_000, request(3)),
    (200_000, AcceptOffer(AgentId(1), OfferId(99))),
    (200_500, SetStatus(AgentId(1), "available", "")),
]
"""Agent 1 lets the second offer pass twice; the wrap-up of the first contact ends by its deadline."""


def started() -> tuple[Driver, list[tuple[int, Event]]]:
    """A driver with a node, a policy and one agent, and the list to which it writes what happens."""
    seen: list[tuple[int, Event]] = []
    driver = Driver(lambda now, events: seen.extend((now, event) for event in events))
    for _, command in SCRIPT[:3]:
        driver.send(command)
    return driver, seen


def test_simultaneous_alarms_go_by_class_then_id_never_by_insertion() -> None:
    """Whatever was scheduled first: at one instant the order is (class, entity id)."""
    wanted = [(turn, ident) for turn in (Turn.SHIFT, Turn.END, Turn.PATIENCE, Turn.ARRIVAL) for ident in (1, 7, 2**40)]
    orders = []
    for scheduled in (wanted, wanted[::-1], wanted[5:] + wanted[:5]):
        driver, order = Driver(), []
        for turn, ident in scheduled:
            driver.alarm(50, turn, ident, lambda alarm, order=order: order.append(alarm.what), (turn, ident))  # type: ignore[misc]
        driver.run()
        orders.append(order)

    assert orders == [wanted, wanted, wanted]


def test_deadlines_fire_at_their_own_time_and_first() -> None:
    """An offer that runs out does so at its due millisecond, before whoever acts at that millisecond."""
    driver, seen = started()
    driver.send(request(1))
    driver.alarm(20_000, Turn.SHIFT, 1, lambda _: driver.send(SetStatus(AgentId(1), "break", "")))

    driver.run(30_000)

    assert [(now, type(event)) for now, event in seen if now] == [
        (20_000, ev.OfferTimedOut),
        (20_000, ev.AgentStatusSet),
    ]


def test_a_run_stops_before_what_is_due_then_and_a_command_finds_deadlines_done() -> None:
    """After `run(until=t)` a command at t still finds every deadline up to t fired."""
    driver, seen = started()
    driver.send(request(1))
    driver.run(20_000)
    assert driver.now == 20_000
    assert not [event for now, event in seen if now == 20_000]

    driver.send(request(2))

    assert [type(event) for now, event in seen if now == 20_000] == [ev.OfferTimedOut, ev.ContactQueued]


def test_a_script_gives_what_a_desk_gives_that_folds_it() -> None:
    """The twin's clock and a journal's folding are one life: same entries, same events, verdicts and state."""
    told: list[tuple[int, Event]] = []
    driver = Driver(lambda now, events: told.extend((now, event) for event in events))
    desk = Desk()

    played = driver.play(SCRIPT)
    folded = [desk.fold(Entry(now, None, command)) for now, command in SCRIPT]

    assert played == folded
    assert driver.desk.snapshot() == desk.snapshot()
    assert [event for _, event in told] == [event for one in folded for event in one.events]
    assert [one.code for one in played] == [""] * 8 + ["offer_ended", ""]


def test_a_script_and_the_running_clock_make_the_same_events() -> None:
    """Deadlines that the twin's wake-up fires are those that folding fires, with the same content and order."""
    driver, seen = started()
    for at, command in SCRIPT[3:8]:
        driver.alarm(at - driver.now, Turn.SCRIPT, at, lambda alarm: driver.send(alarm.what), command)
    driver.run(200_001)

    folded = Driver().play(SCRIPT[:8])

    assert [event for _, event in seen] == [event for one in folded for event in one.events]
