"""A node answers only after the journal has taken and the desk has folded what was asked."""

import asyncio
from hashlib import sha256

import pytest

from router.core.commands import ConnectSession, DisconnectSession, Op, RequestChat, SetStatus, SignIn
from router.core.deadlines import NODE_SILENT
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, SessionId
from router.journal.memory import MemoryJournal, MemoryStore
from router.journal.port import NewEntry
from router.service.entries import FoldFailed
from router.service.node import Node
from router.service.replay import replay
from router.service.submissions import NodeDown, Overloaded, Submission
from router.wire.codec import event_bytes, state_bytes
from tests.service.desk import Follower, policy, real_clock, until


def chat(number: int, line: str = "expense/en") -> RequestChat:
    return RequestChat(ContactId(number), AscId(number), CompanyId(1), LineKey(line))


class SlowJournal(MemoryJournal):
    """A journal that takes batches only while its gate is open, and counts them."""

    def __init__(self, store):
        super().__init__(store)
        self.gate = asyncio.Event()
        self.gate.set()
        self.batches = []

    async def append(self, batch_number, applied, entries, keys):
        await self.gate.wait()
        self.batches.append(len(entries))
        return await super().append(batch_number, applied, entries, keys)


async def started(store, journal=None, document=None):
    node = Node(journal or MemoryJournal(store), "desk-1", document or policy(), check=True)
    node.listeners.append(Follower())
    await node.start()
    return node


async def test_nothing_is_answered_before_the_journal_has_it():
    """While the store is silent nobody gets an answer; when it speaks, everybody does."""
    store = MemoryStore(real_clock)
    journal = SlowJournal(store)
    node = await started(store, journal)

    journal.gate.clear()
    asked = [asyncio.create_task(node.submit(chat(number))) for number in range(1, 4)]
    done, _ = await asyncio.wait(asked, timeout=0.05)
    assert not done
    journal.gate.set()

    assert ["", "", ""] == [folded.code for folded in await asyncio.gather(*asked)]
    assert 3 == len(node.desk.state.contacts)
    await node.stop()


async def test_what_comes_while_an_append_is_under_way_is_one_batch():
    """One append is in flight; the next one carries all that came meanwhile."""
    store = MemoryStore(real_clock)
    journal = SlowJournal(store)
    node = await started(store, journal)
    await until(lambda: not node._inbox and not node._in_flight)

    journal.gate.clear()
    first = asyncio.create_task(node.submit(chat(1)))
    await until(lambda: node._in_flight)
    rest = [asyncio.create_task(node.submit(chat(number))) for number in range(2, 30)]
    await until(lambda: len(node._inbox) == 28)
    before = len(journal.batches)
    journal.gate.set()
    await asyncio.gather(first, *rest)

    assert [1, 28] == journal.batches[before : before + 2]
    await node.stop()


async def test_a_lost_reply_is_asked_again_and_takes_effect_once():
    """An append whose answer is lost is sent again under its number: one entry, one answer."""
    store = MemoryStore(real_clock)
    node = await started(store)

    store.lost_replies = 3
    folded = await node.submit(chat(5))

    assert "" == folded.code
    assert 1 == sum(b"RequestChat" in entry.command for entry in store.entries)
    await node.stop()


async def test_when_too_much_waits_nobody_new_comes_in_first(monkeypatch):
    """Half full, the inbox refuses new contacts; full, it refuses everything; what it took it keeps."""
    monkeypatch.setattr("router.service.node.INBOX_LIMIT", 8)
    store = MemoryStore(real_clock)
    journal = SlowJournal(store)
    node = await started(store, journal)
    await until(lambda: not node._inbox and not node._in_flight)
    journal.gate.clear()
    sign_in = SignIn(AgentId(7), ("expense",), ("en",), 1)

    for number in range(1, 5):
        node.post(Submission(chat(number)))
    with pytest.raises(Overloaded) as refused:
        node.post(Submission(chat(5)))
    for _ in range(4):
        node.post(Submission(sign_in))
    with pytest.raises(Overloaded):
        node.post(Submission(sign_in))
    journal.gate.set()
    await until(lambda: not node._inbox and not node._in_flight)

    assert refused.value.retry_ms > 0
    assert [1, 2, 3, 4] == list(node.desk.state.contacts)
    await node.stop()


async def test_time_passes_without_anybody_saying_anything():
    """A deadline fires by an entry of its own, close to its due time, and only once it has come."""
    store = MemoryStore(real_clock)
    node = await started(store, document=policy(offer_timeout="60 ms", no_answer_back_off="10 s"))
    await node.submit(SignIn(AgentId(7), ("expense",), ("en",), 1))
    await node.submit(chat(1))
    due = next(iter(node.desk.state.offers.values())).due

    await until(lambda: not node.desk.state.offers)

    passed = [entry for entry in store.entries if entry.due]
    assert [due * 1000] == [entry.due for entry in passed]
    assert 0 <= passed[0].stamp_us - passed[0].due < 1_000_000
    await node.stop()


async def test_a_deadline_that_had_passed_when_it_was_armed_is_due_now():
    """Whoever returns when the line should have widened is waited for by more at once, not when somebody speaks."""
    store = MemoryStore(real_clock)
    node = await started(store, document=policy(routing={"steps": [{}, {"after": "50 ms"}]}))
    await node.submit(SignIn(AgentId(7), ("expense",), ("en",), 1))
    await node.submit(SetStatus(AgentId(7), "break", ""))
    await node.submit(ConnectSession(SessionId(5), "asc:1", "asc", "desk-1", 1, 1))
    await node.submit(chat(1))
    await node.submit(DisconnectSession(SessionId(5), "desk-1", 1, 1))
    widens = node.desk.state.contacts[ContactId(1)].waiting_since + 50
    await until(lambda: node.now_ms() > widens)

    await node.submit(ConnectSession(SessionId(5), "asc:1", "asc", "desk-1", 1, 2))
    back = node.desk.state.now
    await until(lambda: "StepWidened" in node.listeners[0].events())

    assert node.desk.state.now - back < 1_000
    assert [entry.due > 0 for entry in store.entries].count(True) == 1
    await node.stop()


async def test_state_and_events_are_those_of_a_replay():
    """What the node holds and told is what anybody gets who folds the same journal elsewhere."""
    store = MemoryStore(real_clock)
    node = await started(store, document=policy(offer_timeout="20 ms"))
    await node.submit(SignIn(AgentId(7), ("expense",), ("en", "de"), 2))
    for number in range(1, 6):
        await node.submit(chat(number, "expense/de" if number % 2 else "expense/en"))
    await until(lambda: any(entry.due for entry in store.entries))
    await node.stop()

    replayed = replay(store.entries)
    told = sha256()
    for _, _, folded in node.listeners[0].entries:
        told.update(b"".join(map(event_bytes, folded.events)))

    assert node.state_bytes() == state_bytes(replayed.desk.snapshot())
    assert replayed.entries == len(node.listeners[0].entries) == node.applied
    assert told.hexdigest() == replayed.events


async def test_a_fresh_journal_begins_with_the_node_and_the_policy():
    """Entry 1 is the node, entry 2 the rules; a restart under the same rules does not repeat them."""
    store = MemoryStore(real_clock)

    for document in (policy(), policy(), policy(routing={"queue_limit": 7})):
        node = await started(store, document=document)
        await node.stop()
    kinds = [entry.command.split(b'"')[1] for entry in store.entries if b"Beat" not in entry.command]

    assert [
        b"NodeStarted", b"PolicyChanged", b"NodeStopped",
        b"NodeStarted", b"NodeStopped",
        b"NodeStarted", b"PolicyChanged", b"NodeStopped",
    ] == kinds  # fmt: skip
    assert 7 == replay(store.entries).desk.state.policy.lines[0].queue_limit


async def test_a_node_is_missed_from_its_start_on():
    """The first beat stands in the same batch as the start, so a node that dies right after it is noticed."""
    store = MemoryStore(real_clock)
    journal = SlowJournal(store)
    node = await started(store, journal)

    assert [3] == journal.batches[:1]
    assert b"NodeBeat" in store.entries[2].command
    assert node.desk.state.deadlines.due_of(NODE_SILENT, 1) is not None
    await node.stop()


async def test_an_entry_that_is_not_understood_stops_the_start():
    """A journal with a foreign entry is never half folded: the node does not start and names the offset."""
    store = MemoryStore(real_clock)
    node = await started(store)
    await node.stop()
    await _foreign_entry(store)

    with pytest.raises(FoldFailed, match=f"entry {store.last} of the journal") as caught:
        await started(store)

    assert store.last == caught.value.offset


async def test_a_running_node_stops_before_it_answers():
    """An entry that cannot be folded ends the node; who waited is not told *done*."""
    store = MemoryStore(real_clock)
    node = await started(store)
    await _foreign_entry(store)
    foreign = store.last

    with pytest.raises(NodeDown):
        await node.submit(chat(1))

    assert f"entry {foreign} of the journal" in str(node.ended.exception())
    assert 0 == len(node.desk.state.contacts)
    with pytest.raises(NodeDown):
        node.post(Submission(chat(2)))
    await node.stop()


async def _foreign_entry(store):
    journal = MemoryJournal(store)
    await journal.open("stranger")
    await journal.append(1, store.last, [NewEntry("", b"", "", b'["Nonsense",1]', b"", 0)], [])


async def test_an_older_life_of_the_node_is_fenced():
    """When the node was started elsewhere, this one stops by itself and takes nothing more."""
    store = MemoryStore(real_clock)
    old = await started(store)
    new = await started(store)

    with pytest.raises(NodeDown):
        await old.submit(chat(1))
    folded = await new.submit(chat(2))

    assert "" == folded.code
    await old.stop()
    await new.stop()


async def test_a_node_that_was_lost_comes_back_by_itself():
    """After a sleep the desk thinks the node lost; its next word brings it back, and it is alive again."""
    shift = [0]
    store = MemoryStore(lambda: real_clock() + shift[0])
    node = await started(store)
    await until(lambda: "NodeBeat" in node.listeners[0].commands())

    shift[0] = 60_000_000
    await node.submit(chat(1))
    await until(lambda: node.desk.state.nodes["desk-1"].live)

    assert "NodeLost" in node.listeners[0].events()
    await node.stop()


async def test_a_repeated_operation_gets_the_verdict_that_was_kept():
    """The same operation twice in one batch or later: one effect, one verdict."""
    store = MemoryStore(real_clock)
    node = await started(store)
    await node.submit(ConnectSession(SessionId(11), "asc:1", "asc", "desk-1", node.incarnation, 1))
    op = Op(SessionId(11), 1, b"x" * 16)
    first, second = await asyncio.gather(node.submit(chat(1), op), node.submit(chat(2), op))
    third = await node.submit(chat(3), op)

    assert [(1, 1, False), (1, 1, True), (1, 1, True)] == [
        (folded.contact_id, folded.o, folded.repeated) for folded in (first, second, third)
    ]
    assert [1] == list(node.desk.state.contacts)
    await node.stop()


async def test_a_stop_does_not_wait_for_ever(monkeypatch):
    """When the store is silent a stop gives up after a while; nobody is told that something was done."""
    monkeypatch.setattr("router.service.node.STOP_S", 0.05)
    store = MemoryStore(real_clock)
    journal = SlowJournal(store)
    node = await started(store, journal)
    await until(lambda: not node._inbox and not node._in_flight)

    journal.gate.clear()
    asked = asyncio.create_task(node.submit(chat(1)))
    await until(lambda: node._in_flight)
    await node.stop()

    with pytest.raises(NodeDown):
        await asked
    assert node.ended.done()
