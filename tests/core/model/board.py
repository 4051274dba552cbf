"""What the model knows, how it finds people, and the few moves that all rules share."""

from router.core.policy import LineRules, Policy
from tests.core.model.people import Host, No, Person, Ring, Server

CHANNELS = ("chat", "callback", "call", "case")
MOST = 2**53 - 1


class Board:
    """The state; every index is a scan."""

    def __init__(self, policy: Policy) -> None:
        self.now = 0
        self.rules = policy
        self.people: dict[int, Person] = {}
        self.servers: dict[int, Server] = {}
        self.rings: dict[int, Ring] = {}
        self.hosts: dict[str, Host] = {}
        self.closed: list[str] = []
        self.closings: dict[str, int] = {}
        """Line -> when it stops dialling next."""
        self.told_promise: int | None = None
        """What the desk has promised last; the model believes its estimates."""
        self.sessions: dict[int, str] = {}
        """Session -> whose it is; each person has one here."""
        self.connected: dict[str, tuple[str, int, int] | None] = {}
        """Who has come -> (node, incarnation, connection), None when that is gone."""
        self.served_last: dict[int, int] = {}
        """ASC -> the agent who talked last."""
        self.left: dict[tuple[int, str], tuple[int, int, int]] = {}
        """(ASC, line) -> (waited since, priority, until when the place is kept) of whoever gave up waiting."""
        self.made: list[tuple[int, int, int, int]] = []
        """Each offer: (number, contact, agent, due)."""
        self.asked = 0
        self.dialled = 0

    # --- finding

    def line(self, key: str) -> LineRules:
        found = [line for line in self.rules.lines if line.key == key]
        if not found:
            raise No("unknown_line")
        return found[0]

    def lives(self) -> bool:
        return any(host.live for host in self.hosts.values())

    def in_line(self, key: str | None = None) -> list[Person]:
        """Who waits, everywhere or in one line, in the order in which they are looked at."""
        waits = [one for one in self.people.values() if one.waits and key in (None, one.line)]
        return sorted(waits, key=lambda one: (self.turn(one), one.rank, one.seq))

    def turn(self, person: Person) -> int:
        """Cases come after everybody; callbacks before them, where they are for idle agents only; then ranks count."""
        idle_only = person.channel == "callback" and self.rules.callbacks.mode == "idle_only"
        return 2 if person.channel == "case" else int(idle_only)

    def of_asc(self, contact: int, asc: int) -> Person:
        """The contact, if it is this ASC's."""
        person = self.people.get(contact)
        if person is None or person.asc != asc:
            raise No("unknown_contact")
        return person

    def held(self, contact: int, agent: int, *states: str) -> Person:
        """The contact, if this agent has accepted it and it is in one of these states."""
        person = self.people.get(contact)
        if person is None or not agent or person.agent != agent:
            raise No("unknown_contact")
        if person.state not in states:
            raise No("wrong_state")
        return person

    def server(self, agent: int) -> Server:
        if agent not in self.servers:
            raise No("not_signed_in")
        return self.servers[agent]

    def ring_of(self, offer: int, agent: int) -> Ring:
        ring = self.rings.get(offer)
        if ring is None or ring.server.id != agent:
            raise No("offer_ended")
        return ring

    def is_gone(self, actor: str) -> bool:
        return self.connected.get(actor, ()) is None

    def credit(self, priority: int) -> int:
        return self.rules.priority_credit_ms[priority - 1]

    # --- moves that many rules share

    def free(self, person: Person) -> None:
        """Nobody holds the contact any more; whoever did has been idle since now."""
        for server in self.servers.values():
            if person in server.holds:
                server.holds.remove(person)
                server.idle_since = self.now
        person.agent = person.attempt = 0
        person.warned, person.quiet_at = False, None

    def remove(self, person: Person) -> None:
        """The contact has come to its end."""
        self.free(person)
        del self.people[person.id]
        person.state = "gone"

    def wait(self, person: Person) -> None:
        """In line, at the rank there was; a callback until its number may not be rung any more."""
        person.state = "waiting"
        if person.promise:
            person.state = "due"
            person.promise.due_at = next((begin for begin, end in person.promise.quiet if end > self.now), None)

    def hang_up(self, person: Person) -> None:
        """Nobody answers the phone; the chat from which it rang goes on."""
        person.channel, person.state, person.attempt, person.promise = "chat", "connected", 0, None

    def return_to_line(self, ring: Ring) -> None:
        """The offer is over, unaccepted: the contact stands where it stood."""
        del self.rings[ring.id]
        self.free(ring.person)
        self.wait(ring.person)

    def withdraw(self, person: Person) -> None:
        for ring in [ring for ring in self.rings.values() if ring.person is person]:
            self.return_to_line(ring)

    def withdraw_from(self, server: Server) -> None:
        for ring in [ring for ring in self.rings.values() if ring.server is server]:
            self.return_to_line(ring)

    def wait_for_anybody(self, person: Person) -> None:
        person.alone, person.alone_until = 0, None

    def note_passed(self, person: Person, passed: list[int]) -> None:
        """Others are asked before these, for so long and no longer."""
        person.passed = passed
        person.passed_until = self.now + self.rules.passed_hold_ms if passed else None

    def hold(self, person: Person) -> None:
        """A chat that waits while its ASC is gone is absent."""
        if person.channel == "chat" and person.state in ("waiting", "offered") and self.is_gone(f"asc:{person.asc}"):
            self.withdraw(person)
            person.state, person.until = "absent", self.now + self.rules.asc_grace_ms
