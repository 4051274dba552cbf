"""Who is offered what: the first in line for whom somebody is free, until there is nobody; and who drains."""

from tests.core.model.people import Person, Ring, Server
from tests.core.model.places import Places


class Matching(Places):
    """Contacts by rank, cases last; agents by the line's strategy, ties by id."""

    def match(self) -> None:
        self.settle()
        if self.lives():
            while self._offer_one() or self._release_one() or self._drain_one():
                self.settle()

    def _release_one(self) -> bool:
        """Whoever drains in vain need not; all are released before anybody else drains."""
        vain = [one for one in self.servers.values() if one.drains and not self._drains_well(one, one.drains)]
        for server in vain:
            server.drains, server.drains_in = None, ""
        return bool(vain)

    def _drain_one(self) -> bool:
        return any(self._drain_for(person) for person in self.in_line())

    # --- offers

    def _offer_one(self) -> bool:
        for person in self.in_line():
            server = self._agent_for(person)
            if server is not None:
                self._offer(person, server)
                return True
        return False

    def _offer(self, person: Person, server: Server) -> None:
        ring = Ring(len(self.made) + 1, person, server, self.now + self.rules.offer_timeout_ms)
        self.made.append((ring.id, person.id, server.id, ring.due))
        self.rings[ring.id] = ring
        server.holds.append(person)
        server.taken_at, server.last_offer = self.now, ring.id
        person.state = "offered"
        if server.id in person.passed:
            self.note_passed(person, [])
        if person.channel != "callback" and self.line(person.line).auto_accept:
            self.take(ring)

    def take(self, ring: Ring) -> None:
        """The offer is accepted: a callback is dialled, anybody else is connected."""
        del self.rings[ring.id]
        person = ring.person
        ring.server.ignored = 0
        person.agent, person.pool, person.handed_on = ring.server.id, "", False
        self.note_passed(person, [])
        self.wait_for_anybody(person)
        person.state = "connected"
        if person.channel == "chat" and not person.silence:
            mute = self.now - person.seen >= self.rules.silent_idle_ms and self.rules.silent_after_ms > 0
            person.silence = "suspected" if mute else "heard"
        if person.channel == "callback":
            self.dialled += 1
            person.state, person.attempt = "dialling", self.dialled

    def _agent_for(self, person: Person) -> Server | None:
        """Whoever drains for the contact; else the best of those who are free and have not passed on it."""
        eligible = self.eligible(person)
        if person.channel == "callback" and self._is_held_back(person, eligible):
            return None
        free = [one for one in eligible if one.ready and one.has_room_for(person) and one.drains in (None, person)]
        if person.alone:
            return free[0] if free else None
        drained = [one for one in free if one.drains is person and self._drains_well(one, person)]
        if drained:
            return drained[0]
        free = [one for one in free if one.drains is None]
        free = self._others_first(person, eligible, free)
        return min(free, key=lambda one: self._order(person, one), default=None)

    def _others_first(self, person: Person, eligible: list[Server], able: list[Server]) -> list[Server]:
        """Whoever passed on the contact comes after everybody who will be asked in their turn."""
        others = any(one.willing and one.id not in person.passed for one in eligible)
        return [one for one in able if not others or one.id not in person.passed]

    def _order(self, person: Person, server: Server) -> tuple[int, ...]:
        line = self.line(person.line)
        idle = (server.units, server.idle_since, server.id)
        if line.strategy == "least_loaded":
            return (server.units * 1000 // server.capacity, server.idle_since, server.id)
        if line.strategy == "round_robin":
            return (server.last_offer, server.id)
        if line.strategy == "most_proficient":
            return (-server.levels[line.product], *idle)
        return idle

    def _enough_in_flight(self) -> bool:
        """Whether as many callbacks are offered or dialled as may be at once."""
        most = self.rules.callbacks.max_in_flight
        callbacks = [one for one in self.people.values() if one.channel == "callback"]
        return 0 < most <= len([one for one in callbacks if one.state in ("offered", "dialling")])

    def _is_held_back(self, person: Person, eligible: list[Server]) -> bool:
        """Enough are in flight; or, when idle agents only are asked, live contacts or their reserve go first."""
        rules = self.rules.callbacks
        if self._enough_in_flight():
            return True
        if rules.mode == "keep_place" or person.alone:
            return False
        live = [one for one in self.in_line(person.line) if one.channel in ("chat", "call")]
        idle = [one for one in eligible if one.ready and not one.holds and one.drains is None]
        return bool(live) or len(idle) <= rules.reserve

    # --- drains

    def _first_callback(self, line: str) -> Person | None:
        here = [one for one in self.in_line(line) if one.channel == "callback" and not one.alone]
        return here[0] if here else None

    def _drains_well(self, server: Server, person: Person) -> bool:
        """Whether the agent may serve the callback, and it is still the one that its line waits for most."""
        if not person.waits or person.line != server.drains_in or person is not self._first_callback(person.line):
            return False
        return server.ready and not self._enough_in_flight() and server in self.eligible(person)

    def _drain_for(self, person: Person) -> bool:
        """The callback at the head of its line, for which nobody drains, drains who will be free soonest."""
        rules = self.rules.callbacks
        ahead = [one for one in self.in_line(person.line) if one.channel != "case" and not one.alone]
        if person.channel != "callback" or person.alone or person is not ahead[0]:
            return False
        if rules.drain == "never" or rules.mode == "idle_only" or self._enough_in_flight():
            return False
        if rules.drain == "promise" and not (person.promise and person.promise.urgent):
            return False
        draining = [one for one in self.servers.values() if one.drains]
        if len(draining) >= rules.max_draining or any(one.drains_in == person.line for one in draining):
            return False
        eligible = self.eligible(person)
        able = [one for one in eligible if one.ready and one.holds and one.capacity > 1 and not one.drains]
        able = self._others_first(person, eligible, able)
        if able:
            soonest = min(able, key=lambda one: (len(one.holds), one.taken_at, one.id))
            soonest.drains, soonest.drains_in = person, person.line
        return bool(able)
