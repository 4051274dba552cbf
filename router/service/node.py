"""
A node: appends what it is given to the journal, folds what the journal returns, and answers after that.

Rule 1: nothing is answered before it is durable and folded. Rule 2: one append is in flight; what comes meanwhile is
the next batch. Rule 3: a fault while folding stops the node before the answer, for the state behind it can no longer be
trusted. No routing decision is made here. Entries of other nodes arrive with the answers to our own, at the latest with
the next beat.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from typing import Final

import structlog

from router.core.commands import (
    Command,
    NodeBeat,
    NodeStarted,
    NodeStopped,
    Op,
    OpenCase,
    PolicyChanged,
    RequestCallback,
    RequestChat,
    TimePassed,
)
from router.core.desk import Desk, Entry, Folded
from router.core.invariants import check as check_laws
from router.core.version import CORE_VERSION
from router.journal.fail_points import reach
from router.journal.port import Appended, Journal, JournalError, NewEntry, Opened, StoredEntry, Uncertain
from router.journal.reading import read_ahead
from router.journal.snapshots import Snapshots
from router.service.calendar import policy_for
from router.service.collector import spare_the_collector
from router.service.entries import FoldFailed, OtherRules, check_rules, decided_by, read_entry
from router.service.heartbeat import Heartbeat, clock_ms
from router.service.past import Past, newest_past
from router.service.submissions import Listener, NodeDown, Overloaded, Submission
from router.service.timer import DeadlineTimer
from router.wire.codec import state_bytes
from router.wire.policy import PolicyDocument

BATCH_LIMIT: Final = 512
"""Entries in one append."""
INBOX_LIMIT: Final = 8_192
"""Entries waiting for the journal. Beyond half of it nobody new may open a contact; beyond it nothing is taken."""
SLOW_S: Final = 2.0
"""An append that takes longer than this counts as trouble with the store."""
STOP_S: Final = 5.0
"""How long a stop waits for the journal to take the last entries."""
FOLD_S: Final = 0.005
"""How long entries are folded at a stretch: then the loop comes to its sockets, and goes on folding after that."""

_OPENS: Final = frozenset({RequestChat, RequestCallback, OpenCase})

log = structlog.get_logger(__name__)


class Node:
    """One process's life with the desk. `ended` is done when it is over, with the reason when nobody asked for it."""

    def __init__(self, journal: Journal, name: str, policy: PolicyDocument, check: bool = False) -> None:
        self.name = name
        self.desk = Desk()
        self.applied = 0
        self.epoch = ""
        self.incarnation = 0
        self.policy_source = ""
        """The document of the policy that holds, as it stands in the journal."""
        self.listeners: list[Listener] = []
        self._journal = journal
        self._opened: Opened | None = None
        self._policy = policy
        self._check = check
        self.running = False
        """Whether submissions are taken."""
        self._inbox: deque[Submission] = deque()
        self._in_flight: deque[Submission] = deque()
        self._batch_number = 0
        self._asked_at = 0.0
        self._wake = asyncio.Event()
        self._stopping = False
        self._heartbeat = Heartbeat(self.desk, policy, self._holds_policy, self.post_always)
        self._timer = DeadlineTimer(asyncio.get_running_loop(), self._deadline_came)
        self._task: asyncio.Task[None] | None = None
        self._waiting: dict[asyncio.Future[Folded], None] = {}
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # --- for those who ask

    @property
    def slow_store(self) -> bool:
        """Whether the journal leaves an append unanswered for longer than it should."""
        return self._asked_at > 0 and asyncio.get_running_loop().time() - self._asked_at > SLOW_S

    def now_ms(self) -> int:
        """Journal time as far as this node can tell, milliseconds."""
        return self._timer.now_us() // 1000

    def state_bytes(self) -> bytes:
        """The canonical bytes of the desk's state."""
        return state_bytes(self.desk.snapshot())

    def post(self, submission: Submission) -> None:
        """Bring a submission into the journal; `answer` is called once it is folded. Raises Overloaded, NodeDown."""
        if not self.running:
            raise NodeDown("the node has stopped")
        waiting = len(self._inbox)
        if waiting >= INBOX_LIMIT:
            raise Overloaded(retry_ms=2_000)
        if submission.command.__class__ in _OPENS and (waiting >= INBOX_LIMIT // 2 or self.slow_store):
            raise Overloaded(retry_ms=5_000)
        self._put(submission)

    async def submit(
        self,
        command: Command,
        op: Op | None = None,
        actor: str = "",
        sealed: bytes = b"",
        keys: tuple[tuple[int, bytes], ...] = (),
    ) -> Folded:
        """Post and wait for the verdict. Raises Overloaded, or NodeDown when the node stops before it is known."""
        result: asyncio.Future[Folded] = asyncio.get_running_loop().create_future()

        def answer(folded: Folded, _now: int) -> None:
            if not result.done():
                result.set_result(folded)

        self.post(Submission(command, op, actor, sealed, keys, answer=answer))
        return await self._answered(result)

    def post_always(self, command: Command, actor: str = "") -> None:
        """Post an entry of the node's own, whatever waits; there are few of them. Nothing happens on a stopped node."""
        if self.running:
            self._put(Submission(command, actor=actor))

    # --- life

    async def open(self, snapshots: Snapshots, wanted: Sequence[str] | None = ()) -> Past:
        """
        Open the journal and go on from the newest snapshot that fits, if there is one; then add listeners, and `start`.

        `wanted` names read models that must find what they kept; None folds everything. Returns what listeners take.
        """
        self._opened = await self._journal.open(self.name)
        past = await newest_past(self._journal, self._opened, snapshots, wanted, may_upgrade=True)
        if past.offset:
            log.info("the desk goes on from a snapshot", offset=past.offset, last=self._opened.last)
        # The desk stays the one that others hold already; only what it knows is another.
        self.desk.state, self.applied, self.policy_source = past.desk.state, past.offset, past.policy_source
        return past

    async def start(self) -> None:
        """Fold the journal, join the desk, bring in the policy if it is another. Raises JournalError, FoldFailed."""
        opened = self._opened or await self._journal.open(self.name)
        self.epoch, self.incarnation = opened.epoch, opened.incarnation
        spare_the_collector()
        async with aclosing(read_ahead(self._journal, self.applied, opened.last)) as batches:
            async for entries in batches:
                await self._fold(entries)
                await asyncio.sleep(0)  # the next batch comes in meanwhile
        spare_the_collector()
        self._task = asyncio.create_task(self._run(), name=f"node {self.name}")
        self.running = True
        started = asyncio.ensure_future(self._first_entries())
        await asyncio.wait({started, self.ended}, return_when=asyncio.FIRST_COMPLETED)
        if self.ended.done():
            started.cancel()
            await self.ended
        await started
        self._heartbeat.start(NodeBeat(self.name, self.incarnation))

    async def stop(self) -> None:
        """Say NodeStopped, fold all that was asked before, close the journal. Nothing when it stopped already."""
        if self.running:
            self._put(Submission(NodeStopped(self.name, self.incarnation)))
            self.running = False
            self._stopping = True
        if self._task is not None:
            _, silent = await asyncio.wait({self._task}, timeout=STOP_S)
            if silent:
                log.warning("the journal does not answer; what was not acknowledged may be there or not")
                self._task.cancel()
                await asyncio.wait({self._task})
        await self._journal.close()

    async def _first_entries(self) -> None:
        same = self._holds_policy()
        known = self.desk.state.policy
        policy = await asyncio.to_thread(policy_for, self._policy, known, same, clock_ms())
        commands: list[Command] = [NodeStarted(self.name, self.incarnation)]
        if not same or policy != known:
            commands.append(PolicyChanged(policy, self._policy.model_dump_json()))
        # The first beat goes with them: only a beat sets the deadline by which a dead node is noticed.
        commands.append(NodeBeat(self.name, self.incarnation))
        first, *rest = commands
        started, *others = await asyncio.gather(
            self.submit(first, actor=decided_by(CORE_VERSION)), *map(self.submit, rest)
        )
        if started.code:
            raise NodeDown(f"the desk does not take this node: {started.code}")
        if len(others) == 2 and others[0].code:
            log.warning("policy refused, the old one holds", code=others[0].code)

    def _holds_policy(self) -> bool:
        return self._policy.model_dump_json() == self.policy_source

    def _put(self, submission: Submission) -> None:
        if not self._inbox:
            self._wake.set()
        self._inbox.append(submission)

    def _deadline_came(self, due_us: int) -> None:
        if self.running:
            self._put(Submission(TimePassed(), due=due_us))

    async def _answered(self, result: asyncio.Future[Folded]) -> Folded:
        self._waiting[result] = None
        try:
            return await result
        finally:
            del self._waiting[result]

    # --- the loop

    async def _run(self) -> None:
        reason: Exception | None = None
        try:
            while self._inbox or not self._stopping:
                if not self._inbox:
                    self._wake.clear()
                    await self._wake.wait()
                    continue
                await self._commit()
        except (JournalError, FoldFailed) as error:
            reason = error
            log.error("node stopped", reason=str(error), applied=self.applied)
        except Exception as error:
            reason = error
            log.exception("node stopped by a bug", applied=self.applied)
        finally:
            self._end(reason)

    def _end(self, reason: Exception | None) -> None:
        self.running = False
        self._timer.disarm()
        self._heartbeat.stop()
        self._inbox.clear()
        self._in_flight.clear()
        for result in list(self._waiting):
            if not result.done():
                result.set_exception(NodeDown("the node stopped before the answer was known"))
        if reason is None:
            self.ended.set_result(None)
        else:
            self.ended.set_exception(reason)
            self.ended.exception()  # Whoever cares asks `ended`; it must not be reported as forgotten.

    async def _commit(self) -> None:
        """Append the next batch, as often as it takes, and fold until nothing that the journal holds is left."""
        inbox, in_flight = self._inbox, self._in_flight
        while inbox and len(in_flight) < BATCH_LIMIT:
            in_flight.append(inbox.popleft())
        self._batch_number += 1
        reach("before append")
        appended = await self._append(
            [submission.entry for submission in in_flight],
            [key for submission in in_flight for key in submission.keys],
        )
        reach("appended")
        await self._fold(appended.entries)
        reach("folded")  # the last verdicts lie in the outboxes; nobody has been sent one of them
        while self.applied < appended.last:
            appended = await self._append([], [])
            await self._fold(appended.entries)
        in_flight.clear()  # What is left is a TimePassed that came too early or too late.
        self._timer.arm(self.desk.next_deadline())
        self._look_for_ourselves()

    async def _append(self, entries: Sequence[NewEntry], keys: Sequence[tuple[int, bytes]]) -> Appended:
        self._asked_at = asyncio.get_running_loop().time()
        while True:
            try:
                appended = await self._journal.append(self._batch_number, self.applied, entries, keys)
            except Uncertain as error:
                log.warning("the journal does not answer, asking again", reason=str(error))
            else:
                self._asked_at = 0.0
                self._timer.disarm()
                self._timer.stamp(appended.stamp_us)
                return appended

    async def _fold(self, entries: list[StoredEntry]) -> None:
        left = iter(entries)
        while self._fold_for_a_while(left):
            await asyncio.sleep(0)

    def _fold_for_a_while(self, entries: Iterator[StoredEntry]) -> bool:
        """Fold the next of these entries; returns whether there may be more."""
        desk, clock = self.desk, asyncio.get_running_loop().time
        told = [listener.on_entry for listener in self.listeners]
        enough = clock() + FOLD_S
        more = False
        for stored in entries:
            try:
                submission = self._own(stored)
                if submission is None:
                    check_rules(stored)
                now = stored.stamp_us // 1000
                entry = Entry(now, submission.op, submission.command) if submission else read_entry(stored)
                folded = desk.fold(entry)
                if self._check:
                    check_laws(desk.state)
                self.applied = stored.offset
                if entry.command.__class__ is PolicyChanged and not folded.code:
                    self.policy_source = entry.command.source
                for tell in told:
                    tell(stored, entry, folded)
                if submission is not None and submission.answer is not None:
                    submission.answer(folded, now)
            except OtherRules:
                raise
            except Exception as error:
                raise FoldFailed(stored.offset, error) from error
            if clock() > enough:
                more = True
                break
        for listener in self.listeners:
            listener.on_settled()
        return more

    def _own(self, stored: StoredEntry) -> Submission | None:
        """The submission that became this entry, if it is one of the batch in flight; they come in the order asked."""
        if stored.incarnation != self.incarnation or stored.node != self.name:
            return None
        while self._in_flight:
            submission = self._in_flight.popleft()
            asked = submission.entry
            if stored.command == asked.command and stored.op == asked.op and stored.due == asked.due:
                return submission
            if not asked.due:
                raise ValueError("the journal returned our entries in another order")
        return None

    def _look_for_ourselves(self) -> None:
        """The desk lost sight of us (we slept, or the store did): say at once that we are alive."""
        known = self.desk.state.nodes.get(self.name)
        if known is not None and known.incarnation == self.incarnation and not known.live:
            self.post_always(NodeBeat(self.name, self.incarnation))
