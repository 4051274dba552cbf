"""Who and what the model knows of: a contact, a callback's promise, an agent, an offer, a node. No rules here."""

from dataclasses import dataclass, field

EXCLUSIVE = ("callback", "call")
"""Channels that take a whole agent."""


class No(Exception):
    """A command is refused; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(eq=False)
class Promise:
    """What a callback has beside a contact. Times are ms, None when there is nothing to wait for."""

    number: str
    end: int
    quiet: tuple[tuple[int, int], ...] = ()
    """When the number must not be rung."""
    slot: tuple[str, int] | None = None
    booked_with: int = 0
    from_chat: bool = False
    urgent: bool = False
    failures: dict[str, int] = field(default_factory=dict)
    due_at: int | None = None
    urgent_at: int | None = None
    lapses_at: int | None = None


@dataclass(eq=False)
class Person:
    """A contact: somebody who asked, and where that has come to."""

    id: int
    seq: int
    asc: int
    line: str
    channel: str
    since: int
    rank: int
    state: str = "waiting"
    company: int = 0
    priority: int = 3
    agreed: bool = False
    step: int = 0
    pool: str = ""
    alone: int = 0
    """The agent for whom alone the contact waits, until `alone_until`."""
    alone_until: int | None = None
    handed_on: bool = False
    passed: list[int] = field(default_factory=list)
    """Who passed on the contact since everybody had the chance; forgotten at `passed_until`."""
    passed_until: int | None = None
    agent: int = 0
    """Who has accepted the contact."""
    attempt: int = 0
    promise: Promise | None = None
    triage: bool = False
    incident: str = ""
    messages: int = 0
    quiet_at: int | None = None
    warned: bool = False
    parked_with: int = 0
    extensions: int = 0
    due: int = 0
    """When a case must have been answered; 0 when it need not, or nobody knows."""
    overdue: bool = False
    seen: int = 0
    """When the ASC gave the last sign."""
    silence: str = ""
    silent_at: int | None = None
    until: int | None = None
    """When the absent are given up, the parked are let go, or wrap-up is over."""

    @property
    def waits(self) -> bool:
        return self.state in ("waiting", "due")


@dataclass(eq=False)
class Server:
    """An agent; `holds` lists the contacts offered or accepted."""

    id: int
    pool: str = ""
    levels: dict[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    capacity: int = 0
    holds: list[Person] = field(default_factory=list)
    status: str = "offline"
    next_status: str | None = None
    shift_ends: int = 0
    shift_at: int | None = None
    hand_over_at: int | None = None
    ending: bool = False
    idle_since: int = 0
    taken_at: int = 0
    last_offer: int = 0
    ignored: int = 0
    not_responding: bool = False
    pause: int | None = None
    grace: int | None = None
    drains: Person | None = None
    drains_in: str = ""
    """The line in which the callback stood when the draining began."""

    @property
    def units(self) -> int:
        """Units in use: a call takes all there are."""
        return sum(self.capacity if one.channel in EXCLUSIVE else 1 for one in self.holds)

    @property
    def willing(self) -> bool:
        """Somebody who will be asked in their turn."""
        here = self.status == "available" and self.grace is None
        return here and not self.not_responding and not self.next_status and not self.ending

    @property
    def ready(self) -> bool:
        """Willing, and not in a pause."""
        return self.willing and self.pause is None

    def has_room_for(self, person: Person) -> bool:
        return not self.holds if person.channel in EXCLUSIVE else self.units < self.capacity


@dataclass(eq=False)
class Ring:
    """A pending offer."""

    id: int
    person: Person
    server: Server
    due: int


@dataclass(eq=False)
class Host:
    """A node."""

    number: int
    incarnation: int = 0
    live: bool = False
    silent_by: int | None = None
