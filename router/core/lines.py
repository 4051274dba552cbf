"""
Waiting lines. Those whom the same agents may serve now form a cohort: one heap on the static key (rank, seq).

A line (product x language) has a cohort for each step of widening, each consent to another language, each pool that
somebody was transferred to and each list of agents who passed; an agent has one for each channel on which somebody
waits for that agent alone. A contact's rank never changes while it waits, so nothing is re-sorted; moving to a wider
step is leaving one heap and entering another. Whoever is not first in a cohort never has to be looked at.
"""

from bisect import bisect_left
from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from router.core.agent_heap import heap_name
from router.core.estimates.accuracy import Ledger
from router.core.estimates.announcements import Announced
from router.core.estimates.rates import Rates
from router.core.events import CallbackRequested, ContactBegin
from router.core.hours import Intervals
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId
from router.core.lifecycle import BLOCKED, CALLBACK, EXCLUSIVE, LIVE, WAITING
from router.core.policy import LineRules

if TYPE_CHECKING:
    from router.core.staff import Group

_SLACK = 64

CohortKey = tuple[str, int, bool, str, tuple[AgentId, ...]]
"""(channel, step, agreed to other languages, pool transferred to or "", who passed on the contact)."""


Slot = tuple[LineKey, int]
"""(line, number of the slot since 1970)."""


class Reservation:
    """What a callback has beside a contact: its number, promise and attempts. Times are ms."""

    __slots__ = (
        "booked_by",
        "failures",
        "for_agent",
        "number_ref",
        "promise_from",
        "promise_to",
        "quiet",
        "rang_from_chat",
        "slot",
        "urgent",
    )

    def __init__(self, number_ref: str, promise_from: int, promise_to: int, quiet: Intervals) -> None:
        self.number_ref = number_ref
        """"" when the ASC was reached and another callback has been booked under the number since."""
        self.slot: Slot | None = None
        """The slot that was booked, if one was."""
        self.promise_from = promise_from
        self.promise_to = promise_to
        self.quiet = quiet
        """When the number must not be rung: (begin, end) in order, ms."""
        self.failures: list[int] = [0, 0, 0, 0]
        """Failed attempts by outcome, in the order of `DIAL_FAILURES`."""
        self.urgent = False
        """Whether the promise is in danger."""
        self.for_agent = AgentId(0)
        """With whom the callback was booked."""
        self.booked_by = AgentId(0)
        self.rang_from_chat = False
        """Whether an agent in a chat dials, and the chat goes on when nobody answers."""


class Contact:
    """One customer request over its life; keeps its id when it turns from chat into callback."""

    __slots__ = (
        "agent_id",
        "agreed",
        "announced",
        "asc_id",
        "asc_seen",
        "attempt",
        "channel",
        "claimed_impact",
        "cohort",
        "company_id",
        "extensions",
        "for_agent",
        "handed_on",
        "id",
        "incident",
        "left_at",
        "line",
        "messages",
        "o",
        "offer_id",
        "overdue",
        "parked_with",
        "pool",
        "priority",
        "rank",
        "reservation",
        "response_due",
        "seq",
        "silence",
        "state",
        "step",
        "taken_at",
        "ticket",
        "triage",
        "tried",
        "waiting_since",
        "warned",
    )

    def __init__(
        self,
        contact_id: ContactId,
        seq: int,
        asc_id: AscId,
        company_id: CompanyId,
        line: LineKey,
        channel: str,
        waiting_since: int,
    ) -> None:
        self.id = contact_id
        self.seq = seq
        self.asc_id = asc_id
        self.company_id = company_id
        self.line = line
        self.waiting_since = waiting_since
        self.channel = channel
        self.rank = waiting_since
        self.priority = 3
        self.claimed_impact = "one"
        self.triage = False
        """Whether the claim that everybody is affected still waits to be confirmed."""
        self.agreed = False
        """Whether the ASC agreed to be served in another language."""
        self.incident = ""
        self.state = WAITING
        self.o = 0
        self.step = 0
        self.pool = ""
        self.for_agent = AgentId(0)
        """The agent for whom alone the contact waits."""
        self.handed_on = False
        """Whether an agent transferred the contact, and nobody has taken it since."""
        self.tried: list[AgentId] = []
        """Who passed on this contact since everybody had the chance."""
        self.agent_id = AgentId(0)
        self.offer_id = OfferId(0)
        self.parked_with = AgentId(0)
        """Who talked when the ASC fell silent."""
        self.attempt = 0
        self.reservation: Reservation | None = None
        """The callback's own part; None on other channels."""
        self.left_at = 0
        """When the absent ASC's connection was lost."""
        self.announced: Announced | None = None
        """What the ASC was told about the wait last."""
        self.taken_at = 0
        """When the latest offer was made: from then on the contact holds a slot."""
        self.messages = 0
        self.warned = False
        """Whether the quiet ASC has been warned."""
        self.response_due = 0
        """When the case must have had its first response, ms; 0 when it has no clock, or when that is not known yet."""
        self.overdue = False
        """Whether that has passed without one."""
        self.asc_seen = waiting_since
        """When the ASC gave the last sign before the first accept."""
        self.silence = ""
        """What is known of an ASC who may be gone, "" before the first accept; else a word of `router.core.silence`."""
        self.extensions = 0
        self.cohort: Cohort | None = None
        """Where the contact waits now, if it does; derived, no part of the state."""
        self.ticket = 0
        """Counts the entries into heaps; derived."""


def begun(contacts: dict[ContactId, Contact], event: ContactBegin) -> Contact:
    """
    The contact that an entry's event began, for those who follow the desk: its own, or what it was if it left at once.

    It leaves within the entry where a line by its rules lets somebody in and, empty, keeps nobody waiting.
    """
    known = contacts.get(event.contact_id)
    if known is not None or isinstance(event, CallbackRequested):
        return contacts[event.contact_id]
    contact = Contact(
        event.contact_id, 0, event.asc_id, event.company_id, event.line, event.channel, event.waiting_since
    )
    contact.rank = event.rank
    contact.priority = event.priority
    contact.claimed_impact = event.claimed_impact
    contact.agreed = event.agreed
    contact.step = event.step
    contact.state = BLOCKED
    contact.o = event.o + 1
    return contact


class Cohort:
    """Contacts of one channel that the same agents may serve now, first by (rank, seq)."""

    __slots__ = (
        "_heap",
        "count",
        "first",
        "groups",
        "heap_name",
        "key",
        "line",
        "servers_milli",
        "servers_version",
        "whole",
    )

    def __init__(self, line: LineKey, key: CohortKey, strategy: str) -> None:
        self.line = line
        self.key = key
        self.whole = key[0] in EXCLUSIVE
        """Whether these contacts need a whole agent."""
        self.heap_name = heap_name(strategy, self.whole)
        """In which of a group's heaps they look for one."""
        self.groups: list[Group] = []
        """Who may serve; kept up to date when groups are made or rules change."""
        self.servers_milli = 0
        """The slots that serve those who wait here, as counted at `servers_version` of the desk's room; derived."""
        self.servers_version = -1
        self.count = 0
        """How many wait, without stale entries."""
        self.first: Contact | None = None
        """Who is first in rank; None when nobody waits. Derived."""
        self._heap: list[tuple[int, int, int, Contact]] = []

    def enter(self, contact: Contact) -> None:
        """The contact waits here from now on."""
        contact.cohort = self
        contact.ticket += 1
        self.count += 1
        heappush(self._heap, (contact.rank, contact.seq, contact.ticket, contact))
        if self.count == 1:
            self.first = contact
            for group in self.groups:
                group.await_by(self)
        else:
            first = self.first
            assert first is not None  # Somebody waits here.
            if (contact.rank, contact.seq) < (first.rank, first.seq):
                self.first = contact

    def leave(self, contact: Contact) -> None:
        """The contact no longer waits here; its entry goes when it surfaces."""
        contact.cohort = None
        self.count -= 1
        if not self.count:
            self._heap.clear()
            self.first = None
            for group in self.groups:
                group.await_no_more(self)
            return
        if len(self._heap) > _SLACK + 2 * self.count:
            self._heap = [entry for entry in self._heap if self._is_current(entry)]
            heapify(self._heap)
        if contact is self.first:
            while not self._is_current(self._heap[0]):
                heappop(self._heap)
            self.first = self._heap[0][3]

    def serve_by(self, groups: "list[Group]") -> None:
        """Change who may serve this cohort."""
        for group in self.groups:
            group.await_no_more(self)
        self.groups = groups
        self.servers_version = -1
        if self.count:
            for group in groups:
                group.await_by(self)

    def contacts(self) -> list[Contact]:
        """Everybody who waits here, by rank; O(n log n), for views and checks, not for decisions."""
        return [entry[3] for entry in sorted(self._heap, key=lambda e: e[:2]) if self._is_current(entry)]

    def _is_current(self, entry: tuple[int, int, int, Contact]) -> bool:
        return entry[3].cohort is self and entry[3].ticket == entry[2]


class Line:
    """One product line in one language."""

    __slots__ = (
        "callback_cohorts",
        "callback_count",
        "chat_hours",
        "closed",
        "cohorts",
        "dial_hours",
        "drained_agent",
        "drained_for",
        "key",
        "ledger",
        "live_cohorts",
        "never_shuts",
        "number",
        "order",
        "phone_hours",
        "rates",
        "reserved",
        "rules",
        "spoken_hours",
        "urgent_count",
        "waiting_count",
    )

    def __init__(self, rules: LineRules) -> None:
        self.key = rules.key
        self.number = 0
        """Its place in the policy, from 1."""
        self.never_shuts = True
        """Whether every one of its hours is around the clock."""
        self.chat_hours: Intervals = ()
        self.phone_hours: Intervals = ()
        self.spoken_hours: Intervals = ()
        """The hours of its language."""
        self.dial_hours: Intervals = ()
        """When callbacks may be dialled: phone hours in which the language is spoken, less the cut-off. All derived."""
        self.rules = rules
        self.closed = False
        """Whether a supervisor closed the line for new contacts."""
        self.rates = Rates()
        """What the line has learnt of handle times and patience."""
        self.ledger = Ledger()
        """What was told about waits, and how right it was."""
        self.order: list[tuple[int, int]] = []
        """(rank, seq) of everybody but cases who waits here, sorted; derived. Newcomers are appended, mostly."""
        self.cohorts: dict[CohortKey, Cohort] = {}
        self.live_cohorts: dict[Cohort, None] = {}
        """Those of them in which a chat or a call waits; derived, in no order that means anything."""
        self.callback_cohorts: dict[Cohort, None] = {}
        """The same of callbacks."""
        self.waiting_count = 0
        """How many wait in this line, for whomever."""
        self.callback_count = 0
        """How many of them are callbacks."""
        self.urgent_count = 0
        """How many of these have a promise that is in danger; derived."""
        self.reserved: dict[ContactId, Contact] = {}
        """Those who wait for one agent alone."""
        self.drained_agent = AgentId(0)
        self.drained_for = ContactId(0)

    def ahead_of(self, contact: Contact) -> int:
        """How many who wait in this line rank before the contact; O(log n)."""
        return bisect_left(self.order, (contact.rank, contact.seq))

    def callbacks(self) -> list[Cohort]:
        """Where callbacks wait, for whomever."""
        reserved = [one.cohort for one in self.reserved.values() if one.channel == CALLBACK and one.cohort is not None]
        return [*self.callback_cohorts, *dict.fromkeys(reserved)]

    def first_callback(self) -> Contact | None:
        """The callback that is first of those who wait for any agent of the line."""
        return _first(self.callback_cohorts)

    def is_behind_live(self, callback: Contact) -> bool:
        """Whether a chat or a call that waits for any agent of the line goes before this callback."""
        live = _first(self.live_cohorts)
        return live is not None and (live.rank, live.seq) < (callback.rank, callback.seq)

    def has_live(self) -> bool:
        """Whether a chat or a call waits in this line, for whomever."""
        return bool(self.live_cohorts) or any(contact.channel in LIVE for contact in self.reserved.values())

    def note_occupied(self, cohort: Cohort) -> None:
        """Somebody waits in this cohort of the line."""
        if cohort.key[0] in LIVE:
            self.live_cohorts[cohort] = None
        elif cohort.key[0] == CALLBACK:
            self.callback_cohorts[cohort] = None

    def note_empty(self, cohort: Cohort) -> None:
        """Nobody waits in it any more."""
        self.live_cohorts.pop(cohort, None)
        self.callback_cohorts.pop(cohort, None)

    def waiting(self) -> list[Contact]:
        """Everybody who waits in this line, by rank; for views."""
        everybody = [contact for cohort in self.cohorts.values() for contact in cohort.contacts()]
        everybody += self.reserved.values()
        return sorted(everybody, key=_place)


def in_order(cohorts: Iterable[Cohort]) -> list[Cohort]:
    """By line and key: an order that every node has, whenever it came to know of whom."""
    return sorted(cohorts, key=lambda cohort: (cohort.line, cohort.key))


def _first(cohorts: Iterable[Cohort]) -> Contact | None:
    """Who is first in rank of all who wait in these cohorts."""
    first: Contact | None = None
    for cohort in cohorts:
        head = cohort.first
        if head is not None and (first is None or (head.rank, head.seq) < (first.rank, first.seq)):
            first = head
    return first


def _place(contact: Contact) -> tuple[int, int]:
    return contact.rank, contact.seq


def reservation_of(contact: Contact) -> Reservation:
    """The callback's own part; anything else has none, which is a bug of the caller."""
    assert contact.reservation is not None
    return contact.reservation
