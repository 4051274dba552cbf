"""
Everything the desk knows, and `emit`, the one way to change it.

Rule 1: only `router.core.apply` writes to these fields, and only when `emit` calls it.
Rule 2: what can be derived (heaps, indexes, work lists) is rebuilt from the rest and stays out of snapshots.
"""

from collections.abc import Callable

from router.core.deadlines import Deadlines
from router.core.errors import Broken
from router.core.events import Event
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId, SessionId
from router.core.lines import Cohort, Contact, Line, Slot
from router.core.policy import EMPTY_POLICY, Policy
from router.core.records import record
from router.core.staff import Agent, Group, Profile, Room

Verdict = tuple[int, bytes, str, int, int]
"""(counter, body, code, contact_id, o) of one operation."""


@record
class Offer:
    """A contact put before exactly one agent until `due`."""

    id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    due: int


@record
class Left:
    """The place of an ASC who gave up waiting, kept until `until` (ms) for whoever asks again in the same line."""

    contact_id: ContactId
    waiting_since: int
    priority: int
    until: int


class Session:
    """One client's connection history: what is bound where, and the last verdicts."""

    __slots__ = (
        "actor",
        "connected",
        "connection",
        "expires",
        "highest",
        "id",
        "incarnation",
        "node",
        "role",
        "verdicts",
    )

    def __init__(self, session_id: SessionId, actor: str, role: str) -> None:
        self.id = session_id
        self.actor = actor
        self.role = role
        self.node = ""
        self.incarnation = 0
        self.connection = 0
        self.connected = False
        self.highest = 0
        self.verdicts: list[Verdict] = []
        self.expires = 0


class Node:
    """A process that folds the journal; `live` until silent, stopped or replaced."""

    __slots__ = ("incarnation", "live", "name", "number")

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.number = number
        self.incarnation = 0
        self.live = False


class DeskState:
    """The desk's state. Times are milliseconds of journal time."""

    def __init__(self) -> None:
        self.now = 0
        self.policy: Policy = EMPTY_POLICY
        self.contacts: dict[ContactId, Contact] = {}
        self.offers: dict[OfferId, Offer] = {}
        self.agents: dict[AgentId, Agent] = {}
        self.groups: list[Group] = []
        self.lines: dict[LineKey, Line] = {}
        self.sessions: dict[SessionId, Session] = {}
        self.nodes: dict[str, Node] = {}
        self.deadlines = Deadlines()
        self.next_seq = 1
        self.next_offer = 1
        self.next_attempt = 1
        self.last_agents: dict[AscId, AgentId] = {}
        """Who served each ASC last in lines that prefer the same agent; bounded, the least recent goes first."""
        self.left: dict[tuple[AscId, LineKey], Left] = {}
        """Who gave up waiting, and has the old place when back in time; bounded, whoever left first goes first."""
        self.slots: dict[Slot, int] = {}
        """How many callbacks are promised in each slot."""
        self.untold: dict[ContactId, None] = {}
        """Who entered a line and has not been told what to expect; while no node is alive nobody is."""
        self.in_flight: dict[ContactId, None] = {}
        """Callbacks that are offered or dialled."""
        self.draining = 0
        # Indexes, derived from the above.
        self.contacts_of: dict[AscId, list[ContactId]] = {}
        self.open_of: dict[CompanyId, int] = {}
        """How many contacts each company has on the desk, cases apart."""
        self.numbers: dict[str, ContactId] = {}
        self.sessions_of: dict[str, list[SessionId]] = {}
        self.groups_of: dict[Profile, Group] = {}
        self.room = Room()
        self.live_nodes = 0
        self.may_empty: dict[LineKey, None] = {}
        """Lines from which those who wait are sent away when they count as empty."""
        self.may_empty_by_work: list[LineKey] = []
        """Those of them that count as empty already when everybody is busy."""
        # Work lists, empty between entries.
        self.touched_cohorts: dict[Cohort, None] = {}
        self.touched_lines: dict[LineKey, None] = {}
        self.touched_agents: dict[AgentId, bool] = {}
        """Who may be able to take more; True: not only by having more room, but by what the agent may be offered."""
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        """Apply the event to the state and record it."""
        try:
            APPLIERS[event.__class__](self, event)
        except KeyError as error:
            raise Broken(f"{event!r} is not legal in this state ({error})") from error
        self.events.append(event)

    def is_gone(self, actor: str) -> bool:
        """Whether the person had sessions and none of them is connected; someone without sessions is not gone."""
        session_ids = self.sessions_of.get(actor, ())
        for session_id in session_ids:
            if self.sessions[session_id].connected:
                return False
        return bool(session_ids)


APPLIERS: dict[type, Callable[[DeskState, Event], None]] = {}
"""Event class -> the function that applies it; filled by `router.core.apply`."""
