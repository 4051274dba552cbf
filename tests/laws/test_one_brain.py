"""One script of commands through the service and, with the service's stamps, through the twin's driver."""

from router.core import commands as cmd
from router.core.desk import Entry
from router.core.events import Event, OfferTimedOut
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId
from router.journal.memory import MemoryJournal, MemoryStore
from router.service.node import Node
from router.wire.codec import decode_command, event_bytes, state_bytes
from sim.driver import Driver
from tests.service.desk import Follower, policy, real_clock, until

ANN, BEN = AgentId(7), AgentId(8)
EXPENSE = LineKey("expense/en")


def asks(number: int) -> cmd.RequestChat:
    return cmd.RequestChat(ContactId(number), AscId(100 + number), CompanyId(1), EXPENSE)


SCRIPT: list[cmd.Command] = [
    cmd.SignIn(ANN, ("expense",), ("en",), 2),
    asks(1),
    cmd.AcceptOffer(ANN, OfferId(1)),
    cmd.PostMessage(ContactId(1), "asc", 101),
    asks(2),
    asks(3),
    cmd.ConvertToCallback(ContactId(3), AscId(103), "3fa0"),
    cmd.AcceptOffer(ANN, OfferId(9)),  # refused: there is no such offer
    cmd.CloseContact(ANN, ContactId(1)),
    cmd.FinishWrapUp(ANN, ContactId(1)),
    cmd.SignIn(BEN, ("expense",), ("en",), 1),
    asks(4),
    cmd.LeaveContact(ContactId(4), AscId(104)),
]


async def test_service_and_twin_say_the_same() -> None:
    """The same commands at the same stamps give the same events, verdicts and state, byte for byte."""
    store = MemoryStore(real_clock)
    node = Node(MemoryJournal(store), "desk-1", policy(offer_timeout="30 ms", no_answer_back_off="10 ms"), check=True)
    follower = Follower()
    node.listeners.append(follower)
    await node.start()
    for command in SCRIPT:
        await node.submit(command)
    await until(lambda: any(isinstance(e, OfferTimedOut) for _, _, f in follower.entries for e in f.events))
    await node.stop()
    live = [folded for _, _, folded in follower.entries]

    told: list[Event] = []
    driver = Driver(lambda _now, events: told.extend(events))
    script = []
    for stored in store.entries:
        now = stored.stamp_us // 1000
        script.append((now, Entry(now, None, decode_command(stored.command, stored.version, stored.offset))))
    played = driver.play(script)

    assert [folded.code for folded in live] == [folded.code for folded in played]
    assert "offer_ended" in [folded.code for folded in live]
    assert list(map(event_bytes, (event for folded in live for event in folded.events))) == list(map(event_bytes, told))
    assert node.state_bytes() == state_bytes(driver.desk.snapshot())
