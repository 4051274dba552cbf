"""
Waiting lines: two heaps a line (chats, callbacks) on the static key (rank, seq).

A contact's rank never changes while it waits, so nothing is re-sorted. Entries of contacts that left are dropped
when they surface, or when they outnumber the waiting.
"""

from heapq import heapify, heappop, heappush

from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId
from router.core.lifecycle import CALLBACK, CHAT, DUE, WAITING

_SLACK = 64


class Contact:
    """One customer request over its life; keeps its id when it turns from chat into callback."""

    __slots__ = (
        "agent_id",
        "asc_id",
        "attempt",
        "channel",
        "company_id",
        "id",
        "left_at",
        "line",
        "messages",
        "number_ref",
        "o",
        "offer_id",
        "priority",
        "queued_in",
        "rank",
        "seq",
        "state",
        "waiting_since",
    )

    def __init__(
        self,
        contact_id: ContactId,
        seq: int,
        asc_id: AscId,
        company_id: CompanyId,
        line: LineKey,
        priority: int,
        waiting_since: int,
        rank: int,
    ) -> None:
        self.id = contact_id
        self.seq = seq
        self.asc_id = asc_id
        self.company_id = company_id
        self.line = line
        self.priority = priority
        self.waiting_since = waiting_since
        self.rank = rank
        self.channel = CHAT
        self.state = WAITING
        self.o = 0
        self.agent_id = AgentId(0)
        self.offer_id = OfferId(0)
        self.attempt = 0
        self.number_ref = ""
        self.left_at = 0
        """When the absent ASC's connection was lost."""
        self.messages = 0
        self.queued_in = 0
        """Bits of the queues whose heaps hold an entry for this contact, current or not; no part of the state."""


class Queue:
    """The contacts of one channel that wait in one line, first by (rank, seq)."""

    __slots__ = ("_bit", "_heap", "channel", "count", "line", "wanted")

    def __init__(self, line: LineKey, channel: str) -> None:
        self.line = line
        self.channel = channel
        self.wanted = WAITING if channel == CHAT else DUE
        self._bit = 1 if channel == CHAT else 2
        self.count = 0
        """How many wait, without stale entries."""
        self._heap: list[tuple[int, int, Contact]] = []

    def enter(self, contact: Contact) -> None:
        """Count the contact as waiting here; its old entry, if still in the heap, serves again."""
        self.count += 1
        if not contact.queued_in & self._bit:
            contact.queued_in |= self._bit
            heappush(self._heap, (contact.rank, contact.seq, contact))

    def leave(self) -> None:
        """One contact less waits here; its entry goes when it surfaces."""
        self.count -= 1
        if len(self._heap) > _SLACK + 2 * self.count:
            for _, _, contact in self._heap:
                if not self._is_current(contact):
                    contact.queued_in &= ~self._bit
            self._heap = [entry for entry in self._heap if entry[2].queued_in & self._bit]
            heapify(self._heap)

    def head(self) -> Contact | None:
        """The contact that is first in rank, or None when nobody waits."""
        heap = self._heap
        while heap:
            contact = heap[0][2]
            if self._is_current(contact):
                return contact
            contact.queued_in &= ~self._bit
            heappop(heap)
        return None

    def _is_current(self, contact: Contact) -> bool:
        return contact.state == self.wanted and contact.channel == self.channel

    def contacts(self) -> list[Contact]:
        """Everybody who waits here, by rank; O(n log n), for views and checks, not for decisions."""
        return [entry[2] for entry in sorted(self._heap, key=lambda e: e[:2]) if self._is_current(entry[2])]


class Line:
    """One product line in one language."""

    __slots__ = ("callbacks", "chats", "drained_agent", "drained_for", "groups", "key")

    def __init__(self, key: LineKey) -> None:
        self.key = key
        self.chats = Queue(key, CHAT)
        self.callbacks = Queue(key, CALLBACK)
        self.groups: list[int] = []
        """Numbers of the agent groups that may serve this line."""
        self.drained_agent = AgentId(0)
        self.drained_for = ContactId(0)

    def queue(self, channel: str) -> Queue:
        """The queue of one channel."""
        return self.chats if channel == CHAT else self.callbacks

    def waiting(self) -> list[Contact]:
        """Everybody who waits, chats and callbacks, by rank."""
        return sorted(self.chats.contacts() + self.callbacks.contacts(), key=lambda c: (c.rank, c.seq))
