"""Who may serve whom: skills, pools, levels, languages, and the steps that widen with the wait."""

from router.core.policy import LineRules
from tests.core.model.clocks import Clocks
from tests.core.model.people import Person, Server


class Places(Clocks):
    """A later step adds agents, it never takes any away; a step at which nobody is signed in is skipped."""

    def may_serve(self, server: Server, line: LineRules, step: int, agreed: bool, pool: str) -> bool:
        level = server.levels.get(line.product, 0)
        fluent = line.language in server.languages
        if pool:
            return level > 0 and fluent and server.pool == pool
        for rule in line.steps[: step + 1]:
            in_pool = not rule.pools or server.pool in rule.pools
            understands = fluent or (agreed and any(language in server.languages for language in rule.languages))
            if level > 0 and level >= rule.min_level and in_pool and understands:
                return True
        return False

    def eligible(self, person: Person) -> list[Server]:
        """Everybody who may serve the contact where it waits now, whatever they are doing."""
        if person.alone:
            return [self.servers[person.alone]]
        line = self.line(person.line)
        return [
            server
            for server in self.servers.values()
            if self.may_serve(server, line, person.step, person.agreed, person.pool)
        ]

    def is_staffed(self, line: LineRules, step: int, agreed: bool, pool: str = "") -> bool:
        """Whether anybody is signed in who may serve at this step."""
        return any(
            server.status != "offline" and self.may_serve(server, line, step, agreed, pool)
            for server in self.servers.values()
        )

    def is_empty(self, line: LineRules, when: str, person: Person) -> bool:
        """Whether those who may ever serve this contact count as nobody."""
        last = len(line.steps) - 1
        for server in self.servers.values():
            if server.status == "offline" or not self.may_serve(server, line, last, person.agreed, ""):
                continue
            free = server.ready and server.has_room_for(person) and server.drains is None
            if {"never": True, "signed_out": True, "unavailable": server.willing, "busy": free}[when]:
                return False
        return when != "never"

    def step_for(self, line: LineRules, agreed: bool, since: int, at_least: int = 0) -> int:
        """As wide as the time says, and wider while nobody is signed in."""
        step = at_least
        while step + 1 < len(line.steps):
            is_time = since + line.steps[step + 1].after_ms <= self.now
            if not is_time and self.is_staffed(line, step, agreed):
                break
            step += 1
        return step

    def step_of(self, person: Person) -> int:
        """Where the contact enters its line again; never narrower than it was."""
        return self.step_for(self.line(person.line), person.agreed, person.since, person.step)

    def widens_at(self, person: Person) -> int | None:
        """When the next step begins for somebody who waits."""
        steps = self.line(person.line).steps
        if not person.waits or person.step + 1 >= len(steps):
            return None
        return person.since + steps[person.step + 1].after_ms

    def widen(self, person: Person) -> None:
        """The time of the next step has come."""
        line = self.line(person.line)
        person.step = self.step_for(line, person.agreed, person.since, person.step + 1)

    # --- what follows by itself

    def settle(self) -> None:
        """Before anybody is offered anything: who waits for what cannot come waits for something else."""
        for server in self.servers.values():
            if server.next_status and not server.holds:
                self.put(server, server.next_status)
        for person in self.in_line():
            if person.alone and not self.servers[person.alone].willing:
                self.wait_for_anybody(person)
                person.step = self.step_of(person)
        for person in self.in_line():
            line = self.line(person.line)
            for_pool = person.pool and self.is_staffed(line, person.step, person.agreed, person.pool)
            live = person.channel in ("chat", "call") and not person.alone
            if live and not for_pool and self.is_empty(line, line.leave_empty, person):
                self.remove(person)
        for person in self.in_line():
            line = self.line(person.line)
            if not person.alone and not self.is_staffed(line, person.step, person.agreed, person.pool):
                person.pool = ""
                person.step = self.step_of(person)

    def put(self, server: Server, status: str) -> None:
        """The agent has this status from now on; nothing but a lost connection keeps offers away any longer."""
        if status == "available" != server.status:
            server.idle_since = self.now
        server.status, server.next_status = status, None
        server.ignored, server.not_responding, server.pause = 0, False, None
        if status == "offline" and not server.holds:
            server.grace = None
        if status == "offline":
            server.ending, server.shift_at, server.hand_over_at = False, None, None
