"""Handing on, and what supervisors do: transfer, priority, incident, move, pull, open and close."""

from router.core import commands as cmd
from tests.core.model.agents import Agents
from tests.core.model.people import No, Person


class Supervisors(Agents):
    """Nobody loses a place by any of this but by a lower priority."""

    def transfer(self, command: cmd.Transfer) -> None:
        person = self.held(command.contact_id, command.agent_id, "connected")
        named = [one for one in (command.line, command.pool, command.to_agent) if one]
        if len(named) != 1 or command.to_agent == command.agent_id:
            raise No("bad_value")
        line = self.line(command.line or person.line)
        self.check_room(line.key, person.channel, more_room=True)
        if person.promise and not person.promise.number:
            raise No("number_in_use")
        if command.pool and not self.is_staffed(line, 0, person.agreed, command.pool):
            raise No("nobody_there")
        receiver = self.servers.get(command.to_agent)
        if command.to_agent and not (receiver and receiver.willing):
            raise No("nobody_there")
        if person.promise:
            person.promise.lapses_at = self.now + self.rules.callbacks.lifetime_ms
        self.free(person)
        self.wait(person)
        person.line, person.pool, person.handed_on = line.key, command.pool, True
        self.note_passed(person, [command.agent_id])
        person.step = self.step_for(line, person.agreed, person.since, 0 if command.line else person.step)
        self.wait_for_anybody(person)
        if command.to_agent:
            person.alone = command.to_agent
            person.alone_until = self.now + max(line.preferred_ms, self.rules.offer_timeout_ms)
        self.put_off_if_shut(person)
        self.hold(person)

    def confirm_priority(self, command: cmd.ConfirmPriority) -> None:
        self._set_priority(self.held(command.contact_id, command.agent_id, "connected"), command.priority)

    def raise_priority(self, command: cmd.RaisePriority) -> None:
        self._set_priority(self._in_line(command.contact_id), command.priority)

    def _set_priority(self, person: Person, priority: int) -> None:
        if priority not in (1, 2, 3, 4):
            raise No("bad_value")
        self.withdraw(person)
        person.priority, person.rank = priority, person.since - self.credit(priority)
        person.triage = False
        self.reckon(person)

    def link_incident(self, command: cmd.LinkIncident) -> None:
        person = self.held(command.contact_id, command.agent_id, "connected", "wrapping")
        if not 1 <= len(command.incident) <= 64:
            raise No("bad_value")
        person.incident = command.incident

    def move_contact(self, command: cmd.MoveContact) -> None:
        person = self._in_line(command.contact_id)
        line = self.line(command.line)
        if line.key == person.line:
            raise No("unknown_line")
        self.check_room(line.key, person.channel, more_room=True)
        self.withdraw(person)
        person.line, person.pool = line.key, ""
        self.note_passed(person, [])
        person.step = self.step_for(line, person.agreed, person.since)
        self.wait_for_anybody(person)
        self.put_off_if_shut(person)

    def pull_contact(self, command: cmd.PullContact) -> None:
        person = self._find(command.contact_id)
        if person.state == "offered":
            for ring in [ring for ring in self.rings.values() if ring.person is person]:
                self.pass_on(ring)
        elif person.state in ("connected", "dialling"):
            pulled_from = person.agent
            self.requeue(person)
            self.note_passed(person, [pulled_from])
        else:
            raise No("wrong_state")

    def open_line(self, command: cmd.OpenLine) -> None:
        self.line(command.line)
        if (command.line in self.closed) != command.open:
            raise No("wrong_state")
        if command.open:
            self.closed.remove(command.line)
        else:
            self.closed.append(command.line)

    def _find(self, contact: int) -> Person:
        if contact not in self.people:
            raise No("unknown_contact")
        return self.people[contact]

    def _in_line(self, contact: int) -> Person:
        person = self._find(contact)
        if person.state not in ("waiting", "due", "offered"):
            raise No("wrong_state")
        return person
