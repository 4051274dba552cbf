"""Agents: signing in, statuses, answers to offers, pauses, lost connections and the end of a shift."""

from router.core import commands as cmd
from tests.core.model.callbacks import Callbacks
from tests.core.model.people import No, Person, Ring, Server


class Agents(Callbacks):
    """What agents choose, and what becomes of them."""

    def sign_in(self, command: cmd.SignIn) -> None:
        levels = command.levels or (3,) * len(command.products)
        if not 1 <= command.capacity <= 20 or command.agent_id <= 0 or len(levels) != len(command.products):
            raise No("bad_value")
        if any(level not in (1, 2, 3, 4, 5) for level in levels) or 0 < command.shift_ends <= self.now:
            raise No("bad_value")
        products = [line.product for line in self.rules.lines]
        languages = [line.language for line in self.rules.lines]
        languages += [name for line in self.rules.lines for step in line.steps for name in step.languages]
        known = all(one in products for one in command.products) and all(one in languages for one in command.languages)
        if not command.products or not command.languages or not known:
            raise No("unknown_skill")
        server = self.servers.setdefault(command.agent_id, Server(command.agent_id))
        before = (server.pool, server.levels, server.languages)
        served = self._able_alone(server)
        server.pool, server.levels = command.pool, dict(zip(command.products, levels, strict=True))
        server.languages = tuple(sorted(set(command.languages)))
        server.capacity = command.capacity
        self.put(server, "available")
        server.grace = None
        server.idle_since = self.now
        server.ending, server.hand_over_at, server.shift_at = False, None, None
        server.shift_ends = command.shift_ends
        if command.shift_ends:
            server.shift_at = command.shift_ends - self.rules.shift_end_stop_ms
            if server.shift_at <= self.now:
                self.end_shift_soon(server)
        if before != (server.pool, server.levels, server.languages):
            self.withdraw_from(server)
        for person in served:
            if person.alone == server.id and person not in self._able_alone(server):
                self.wait_for_anybody(person)
                person.step = self.step_of(person)

    def _able_alone(self, server: Server) -> list[Person]:
        """Those who wait for this agent alone, or are just offered to them, and whom the agent may serve at all."""
        alone = [one for one in self.people.values() if one.alone == server.id]
        lines = [(one, self.line(one.line)) for one in alone if one.state in ("waiting", "due", "offered")]
        return [one for one, line in lines if self.may_serve(server, line, len(line.steps) - 1, one.agreed, "")]

    def set_status(self, command: cmd.SetStatus) -> None:
        server = self.server(command.agent_id)
        if command.when_free and server.holds and command.status != "available":
            server.next_status = command.status
            self.withdraw_from(server)
        else:
            server.grace = None  # Whoever chooses is here.
            self._choose(server, command.status)

    def force_status(self, command: cmd.ForceStatus) -> None:
        server = self.server(command.agent_id)
        self._choose(server, command.status)
        if self.is_gone(f"agent:{server.id}"):
            self.lose(server)

    def _choose(self, server: Server, status: str) -> None:
        self.put(server, status)
        if status != "available":
            self.withdraw_from(server)

    # --- offers

    def accept_offer(self, command: cmd.AcceptOffer) -> None:
        self.take(self.ring_of(command.offer_id, command.agent_id))

    def decline_offer(self, command: cmd.DeclineOffer) -> None:
        ring = self.ring_of(command.offer_id, command.agent_id)
        self.pass_on(ring)
        ring.server.ignored = 0
        busy = command.reason == "busy"
        self._rest(ring.server, self.rules.busy_back_off_ms if busy else self.rules.decline_back_off_ms)

    def ring_out(self, ring: Ring) -> None:
        self.pass_on(ring)
        ring.server.ignored += 1
        self._rest(ring.server, self.rules.no_answer_back_off_ms)
        if ring.server.ignored >= self.rules.max_no_answer:
            ring.server.not_responding = True
            self.withdraw_from(ring.server)

    def pass_on(self, ring: Ring) -> None:
        """The agent had the choice: others are asked first, and the contact waits for nobody alone."""
        self.return_to_line(ring)
        self.note_passed(ring.person, [*ring.person.passed, ring.server.id])
        self.wait_for_anybody(ring.person)

    def _rest(self, server: Server, pause_ms: int) -> None:
        if pause_ms:
            server.pause = max(server.pause or 0, self.now + pause_ms)

    # --- gone

    def lose(self, server: Server) -> None:
        if server.grace is None and (server.holds or server.status != "offline"):
            server.grace = self.now + self.rules.agent_grace_ms
            self.withdraw_from(server)

    def end_shift_soon(self, server: Server) -> None:
        server.shift_at, server.ending = None, True
        server.hand_over_at = max(server.shift_ends, self.now) + self.rules.shift_end_grace_ms
        self.withdraw_from(server)
