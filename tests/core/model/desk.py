"""The model as a whole: a command in, a code out; deadlines by looking at everybody; a new policy."""

import re

from router.core import commands as cmd
from tests.core.model.nodes import Nodes
from tests.core.model.people import No

KINDS = (
    "shift", "node silent", "session expires", "grace", "absent", "offer", "wrap-up", "pause", "quiet", "parked",
    "step", "alone", "triage", "", "hand-over", "due", "urgent", "lapses", "closing", "announce", "passed",
    "owed", "silent",
)  # fmt: skip
"""What is due first of what is due at the same time."""


class Model(Nodes):
    """What the desk must do."""

    def tell(self, command: cmd.Command) -> str:
        """The code of a refusal, "" when the command was accepted; nothing is matched yet after a refusal."""
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(command).__name__).lower()
        try:
            getattr(self, name)(command)
        except No as no:
            return no.code
        self.match()
        return ""

    def time_passed(self, command: cmd.TimePassed) -> None:
        """What was due has happened."""

    def policy_changed(self, command: cmd.PolicyChanged) -> None:
        keys = [line.key for line in command.policy.lines]
        if any(person.line not in keys for person in self.people.values()):
            raise No("would_orphan")
        self.rules = command.policy
        self.closed = [key for key in self.closed if key in keys]
        for server in self.servers.values():
            if server.drains and server.drains_in not in keys:
                server.drains, server.drains_in = None, ""
        self.closings = {}
        self.await_closings()
        for person in self.people.values():
            if person.waits:
                person.step = min(person.step, len(self.line(person.line).steps) - 1)
            self.put_off_if_shut(person)
            self.reckon(person)

    def calendar_extended(self, command: cmd.CalendarExtended) -> None:
        self.know_more(command.part)
        for person in self.people.values():
            self.reckon(person)

    # --- time

    def pass_time(self, now: int) -> None:
        """Act at each deadline, the earliest first, at its own time; nothing is due while no node lives."""
        while self.lives() and (due := min(self.deadlines(), default=None)) and due[0] <= now:
            self.now = max(self.now, due[0])
            self._act(KINDS[due[1]], due[2])
            self.match()
        self.now = now

    def deadlines(self) -> list[tuple[int, int, int]]:
        """(due, number of the kind, id) of everything that somebody waits for."""
        found: list[tuple[int | None, str, int]] = []
        for host in self.hosts.values():
            found.append((host.silent_by, "node silent", host.number))
        for server in self.servers.values():
            found.append((server.grace, "grace", server.id))
            found.append((server.pause, "pause", server.id))
            found.append((server.shift_at, "shift", server.id))
            found.append((server.hand_over_at, "hand-over", server.id))
        for number, line in enumerate(self.rules.lines, 1):
            found.append((self.closings.get(line.key), "closing", number))
        for ring in self.rings.values():
            found.append((ring.due, "offer", ring.id))
        for person in self.people.values():
            kind = {"absent": "absent", "wrapping": "wrap-up", "parked": "parked"}.get(person.state)
            if kind:
                found.append((person.until, kind, person.id))
            found.append((person.quiet_at, "quiet", person.id))
            found.append((self.owed_at(person), "owed", person.id))
            found.append((person.silent_at, "silent", person.id))
            found.append((self.widens_at(person), "step", person.id))
            found.append((person.alone_until, "alone", person.id))
            found.append((person.passed_until, "passed", person.id))
            if person.promise:
                found.append((person.promise.due_at, "due", person.id))
                found.append((person.promise.urgent_at, "urgent", person.id))
                found.append((person.promise.lapses_at, "lapses", person.id))
        return [(due, KINDS.index(kind), ident) for due, kind, ident in found if due is not None]

    def _act(self, kind: str, ident: int) -> None:
        person, server = self.people.get(ident), self.servers.get(ident)
        if kind == "node silent":
            self.lose_node(next(name for name, host in self.hosts.items() if host.number == ident))
        elif kind in ("grace", "hand-over"):
            self.hand_over(server)
        elif kind in ("absent", "parked", "wrap-up"):
            self.remove(person)
        elif kind == "closing":
            self.close_line(self.rules.lines[ident - 1].key)
        elif kind == "offer":
            self.ring_out(self.rings[ident])
        elif kind == "pause":
            server.pause = None
        elif kind == "quiet":
            self.notice_quiet(person)
        elif kind == "step":
            self.widen(person)
        elif kind == "alone":
            self.wait_for_anybody(person)
            person.step = self.step_of(person)
        elif kind == "passed":
            self.note_passed(person, [])
        elif kind == "shift":
            self.end_shift_soon(server)
        elif kind == "owed":
            person.overdue = True
        elif kind == "silent":
            self.end_in_silence(person)
        elif kind == "due":
            self.come_due(person)
        elif kind == "urgent":
            person.promise.urgent, person.promise.urgent_at = True, None
        else:
            self.lapse(person)
