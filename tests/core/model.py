"""
The rules of matching once more, as simply as they can be said: lists, full scans, no heaps and no work lists.

Written from the vocabulary, not from the desk's code, and told only what was accepted. It must make the same offers
in the same order, or one of the two is wrong.
"""

from dataclasses import dataclass, field

from router.core.policy import Policy


@dataclass
class Person:
    """A contact, as the line sees it."""

    id: int
    seq: int
    asc: int
    line: str
    rank: int
    channel: str = "chat"
    state: str = "waiting"
    agent: int = 0
    until: int = 0
    """When the absent are given up, or wrap-up is over."""

    @property
    def place(self) -> tuple[int, int]:
        return self.rank, self.seq


@dataclass
class Server:
    """An agent; `holds` lists the contacts offered or accepted."""

    id: int
    lines: list[str]
    capacity: int
    idle_since: int
    holds: list[Person] = field(default_factory=list)
    status: str = "available"
    taken_at: int = 0
    ignored: int = 0
    not_responding: bool = False
    pause: int | None = None
    grace: int | None = None
    drains: Person | None = None

    def present(self) -> bool:
        return self.status == "available" and not self.not_responding and self.pause is None and self.grace is None

    def can_take(self, contact: Person) -> bool:
        if not self.present() or contact.line not in self.lines:
            return False
        if contact.channel == "callback":
            return not self.holds and self.drains in (None, contact)
        calls = any(held.channel == "callback" for held in self.holds)
        return not calls and len(self.holds) < self.capacity and self.drains is None


@dataclass
class Ring:
    """A pending offer."""

    id: int
    contact: Person
    agent: Server
    due: int


@dataclass
class Host:
    """A node."""

    number: int
    live: bool = True
    silent_by: int | None = None


class Model:
    """What the desk must do, told by plain calls; `made` lists the offers as (number, contact, agent, due)."""

    def __init__(self, policy: Policy) -> None:
        self.now = 0
        self.rules = policy
        self.contacts: dict[int, Person] = {}
        self.agents: dict[int, Server] = {}
        self.rings: dict[int, Ring] = {}
        self.nodes: dict[str, Host] = {}
        self.connected: dict[tuple[str, int], str] = {}
        """(role, id) of a person who has come -> the node, "" when the connection is gone."""
        self.made: list[tuple[int, int, int, int]] = []
        self.asked = 0

    # --- time

    def pass_time(self, now: int) -> None:
        """Act at each deadline, the earliest first; nothing is due while no node lives."""
        while self._lives() and (due := min(self._deadlines(), default=None)) and due[0] <= now:
            self.now = max(self.now, due[0])
            self._act(*due[1:])
            self.match()
        self.now = now

    def _deadlines(self) -> list[tuple[int, int, int]]:
        """(due, order of the kind, id)."""
        found = [(node.silent_by, 1, node.number) for node in self.nodes.values() if node.silent_by is not None]
        found += [(agent.grace, 3, agent.id) for agent in self.agents.values() if agent.grace is not None]
        found += [(contact.until, 4, contact.id) for contact in self.contacts.values() if contact.state == "absent"]
        found += [(ring.due, 5, ring.id) for ring in self.rings.values()]
        found += [(contact.until, 6, contact.id) for contact in self.contacts.values() if contact.state == "wrapping"]
        return found + [(agent.pause, 7, agent.id) for agent in self.agents.values() if agent.pause is not None]

    def _act(self, kind: int, ident: int) -> None:
        if kind == 1:
            self._lose_node(next(name for name, node in self.nodes.items() if node.number == ident))
        elif kind == 3:
            self._give_up(self.agents[ident])
        elif kind == 4:
            self._remove(self.contacts[ident])
        elif kind == 5:
            self._ring_out(self.rings[ident])
        elif kind == 6:
            self._done(self.contacts[ident])
        else:
            self.agents[ident].pause = None

    # --- matching

    def match(self) -> None:
        """Offers first, by rank; then whoever drains in vain is released; then those at the head drain somebody."""
        if not self._lives():
            return
        while True:
            while self._offer_one():
                pass
            vain = [
                agent for agent in self.agents.values() if agent.drains and not self._drains_well(agent, agent.drains)
            ]
            for agent in vain:
                agent.drains = None
            if not vain:
                break
        for contact in self._in_line():
            self._drain_for(contact)

    def _in_line(self) -> list[Person]:
        waits = [contact for contact in self.contacts.values() if contact.state in ("waiting", "due")]
        return sorted(waits, key=lambda contact: contact.place)

    def _first(self, contact: Person) -> bool:
        """Whether nobody of the same channel stands before this contact in its line."""
        queue = [other for other in self._in_line() if (other.line, other.channel) == (contact.line, contact.channel)]
        return contact is queue[0]

    def _offer_one(self) -> bool:
        for contact in filter(self._first, self._in_line()):
            able = [agent for agent in self.agents.values() if agent.can_take(contact)]
            if able:
                own = [agent for agent in able if agent.drains is contact]
                agent = min(own or able, key=lambda one: (len(one.holds), one.idle_since, one.id))
                agent.holds.append(contact)
                agent.taken_at = self.now
                contact.state = "offered"
                ring = Ring(len(self.made) + 1, contact, agent, self.now + self.rules.offer_timeout_ms)
                self.rings[ring.id] = ring
                self.made.append((ring.id, contact.id, agent.id, ring.due))
                return True
        return False

    def _drains_well(self, agent: Server, contact: Person) -> bool:
        return contact.state == "due" and self._first(contact) and agent.present() and contact.line in agent.lines

    def _drain_for(self, contact: Person) -> None:
        """A callback that is first of its line, and for which nobody drains, drains who will be free soonest."""
        in_line = [other for other in self._in_line() if other.line == contact.line]
        if contact.channel != "callback" or contact is not in_line[0]:
            return
        if any(agent.drains is not None and agent.drains.line == contact.line for agent in self.agents.values()):
            return
        able = [
            agent
            for agent in self.agents.values()
            if agent.present() and agent.holds and agent.capacity > 1 and not agent.drains
            if contact.line in agent.lines
        ]
        if able:
            min(able, key=lambda agent: (len(agent.holds), agent.taken_at, agent.id)).drains = contact

    def adopt(self, policy: Policy) -> None:
        self.rules = policy
        for agent in self.agents.values():
            if agent.drains and agent.drains.line not in policy.lines:
                agent.drains = None

    # --- what ASCs do

    def ask(self, contact: int, asc: int, line: str) -> None:
        self.asked += 1
        rank = self.now - self.rules.priority_credit_ms[2]
        self.contacts[contact] = Person(contact, self.asked, asc, line, rank)
        if self.connected.get(("asc", asc)) == "":
            self._absent(self.contacts[contact])

    def leave(self, contact: int) -> None:
        person = self.contacts[contact]
        if person.state == "connected":
            self._end(person)
        else:
            self._withdraw(person)
            self._remove(person)

    def convert(self, contact: int) -> None:
        person = self.contacts[contact]
        self._withdraw(person)
        person.channel, person.state = "callback", "due"

    def cancel(self, contact: int) -> None:
        self._withdraw(self.contacts[contact])
        self._remove(self.contacts[contact])

    # --- what agents do

    def sign_in(self, agent: int, lines: list[str], capacity: int) -> None:
        server = self.agents.setdefault(agent, Server(agent, lines, capacity, self.now))
        server.lines, server.capacity = lines, capacity
        server.status, server.idle_since = "available", self.now
        self._here(server)

    def set_status(self, agent: int, status: str) -> None:
        server = self.agents[agent]
        if status == "available" != server.status:
            server.idle_since = self.now
        server.status = status
        self._here(server)
        if status != "available":
            self._withdraw_all(server)

    def accept(self, ring_id: int, agent: int) -> None:
        ring = self.rings.pop(ring_id)
        assert ring.agent.id == agent
        ring.agent.ignored = 0
        ring.contact.agent = ring.agent.id
        ring.contact.state = "connected" if ring.contact.channel == "chat" else "dialling"

    def decline(self, ring_id: int, agent: int) -> None:
        ring = self.rings[ring_id]
        assert ring.agent.id == agent
        self._return(ring)
        ring.agent.ignored = 0
        self._rest(ring.agent, self.rules.decline_back_off_ms)

    def close(self, contact: int) -> None:
        self._end(self.contacts[contact])

    def finish(self, contact: int) -> None:
        self._done(self.contacts[contact])

    def reach(self, contact: int) -> None:
        self.contacts[contact].state = "connected"

    def miss(self, contact: int) -> None:
        self._free(self.contacts[contact])
        self._remove(self.contacts[contact])

    # --- connections

    def connect(self, role: str, ident: int, node: str) -> None:
        self.connected[role, ident] = node
        if role == "agent" and ident in self.agents:
            self.agents[ident].grace = None
        for contact in self.contacts.values():
            if role == "asc" and contact.asc == ident and contact.state == "absent":
                contact.state = "waiting"

    def drop(self, role: str, ident: int) -> None:
        self.connected[role, ident] = ""
        if role == "agent" and ident in self.agents:
            server = self.agents[ident]
            if server.grace is None and (server.holds or server.status != "offline"):
                server.grace = self.now + self.rules.agent_grace_ms
                self._withdraw_all(server)
        for contact in self.contacts.values():
            if role == "asc" and contact.asc == ident:
                self._absent(contact)

    def start(self, node: str) -> None:
        """Its earlier life ends now, and that of all who are silent: did anybody live?"""
        for name, other in self.nodes.items():
            if name == node or (other.silent_by is not None and other.silent_by <= self.now):
                self._lose_node(name)
        self._join(node)

    def beat(self, node: str) -> None:
        if not self.nodes[node].live:
            self._join(node)
        self.nodes[node].silent_by = self.now + self.rules.node_silence_ms

    def stop(self, node: str) -> None:
        self._lose_node(node)

    # --- parts

    def _lives(self) -> bool:
        return any(node.live for node in self.nodes.values())

    def _join(self, name: str) -> None:
        outage = bool(self.nodes) and not self._lives()
        node = self.nodes.setdefault(name, Host(len(self.nodes) + 1))
        node.live = True
        if outage:
            for server in self.agents.values():
                server.grace = None if server.grace is None else self.now + self.rules.agent_grace_ms
            for contact in self.contacts.values():
                again = {"absent": self.rules.asc_grace_ms, "wrapping": self.rules.wrap_up_ms}
                contact.until = self.now + again.get(contact.state, 0)

    def _lose_node(self, name: str) -> None:
        node = self.nodes[name]
        node.live, node.silent_by = False, None
        for (role, ident), on in list(self.connected.items()):
            if on == name:
                self.drop(role, ident)
        if not self._lives():
            for ring in list(self.rings.values()):
                self._return(ring)

    def _here(self, server: Server) -> None:
        server.ignored, server.not_responding, server.pause, server.grace = 0, False, None, None

    def _rest(self, server: Server, pause_ms: int) -> None:
        if pause_ms:
            server.pause = max(server.pause or 0, self.now + pause_ms)

    def _ring_out(self, ring: Ring) -> None:
        self._return(ring)
        ring.agent.ignored += 1
        self._rest(ring.agent, self.rules.no_answer_back_off_ms)
        if ring.agent.ignored >= self.rules.max_no_answer:
            ring.agent.not_responding = True
            self._withdraw_all(ring.agent)

    def _return(self, ring: Ring) -> None:
        """The offer is over, unaccepted: the contact stands where it stood."""
        del self.rings[ring.id]
        self._free(ring.contact)
        ring.contact.state = "waiting" if ring.contact.channel == "chat" else "due"

    def _withdraw(self, contact: Person) -> None:
        for ring in [ring for ring in self.rings.values() if ring.contact is contact]:
            self._return(ring)

    def _withdraw_all(self, server: Server) -> None:
        for ring in [ring for ring in self.rings.values() if ring.agent is server]:
            self._return(ring)

    def _free(self, contact: Person) -> None:
        for server in self.agents.values():
            if contact in server.holds:
                server.holds.remove(contact)
                server.idle_since = self.now
        contact.agent = 0

    def _remove(self, contact: Person) -> None:
        del self.contacts[contact.id]
        contact.state = "gone"

    def _end(self, contact: Person) -> None:
        contact.state, contact.until = "wrapping", self.now + self.rules.wrap_up_ms
        if not self.rules.wrap_up_ms:
            self._done(contact)

    def _done(self, contact: Person) -> None:
        self._free(contact)
        self._remove(contact)

    def _absent(self, contact: Person) -> None:
        if contact.channel == "chat" and contact.state in ("waiting", "offered"):
            self._withdraw(contact)
            contact.state, contact.until = "absent", self.now + self.rules.asc_grace_ms

    def _give_up(self, server: Server) -> None:
        for contact in list(server.holds):
            if contact.state == "wrapping":
                self._done(contact)
                continue
            self._free(contact)
            contact.state = "waiting" if contact.channel == "chat" else "due"
            if self.connected.get(("asc", contact.asc)) == "":
                self._absent(contact)
        server.status = "offline"
        self._here(server)
