"""Callbacks: left, promised, scheduled, due, dialled, tried again, taken back; and ringing from a chat."""

from router.core import commands as cmd
from tests.core.model.chats import NOT_DIALLED, Chats
from tests.core.model.people import No, Person, Promise

Asks = cmd.ConvertToCallback | cmd.RequestCallback | cmd.BookCallback


class Callbacks(Chats):
    """The same contact on another channel, at the same rank."""

    # --- booking

    def convert_to_callback(self, command: cmd.ConvertToCallback) -> None:
        """A chat or call turns into a callback; a callback that nobody dials yet has another time or number."""
        person = self.of_asc(command.contact_id, command.asc_id)
        again = person.channel == "callback" and person.state in NOT_DIALLED
        if not again:
            if person.channel not in ("chat", "call") or person.state not in ("waiting", "offered"):
                raise No("wrong_state")
            if not self._is_offered(person):
                raise No("callbacks_off")
        old = self._own_holder(command.number_ref, person.asc)
        if not again:
            self.check_callbacks_of(person.asc, old)
        self._check_promise(person.line, command, person if again else old)
        self.withdraw(person)
        self.wait_for_anybody(person)
        person.triage = False
        if old is not person:
            self._replace(old)
        self._book(person, command, person.promise.booked_with if again else 0)

    def request_callback(self, command: cmd.RequestCallback) -> None:
        theirs = [one for one in self.people.values() if one.asc == command.asc_id and one.state in NOT_DIALLED]
        replaced = [one for one in theirs if one.promise and one.promise.number == command.number_ref]
        self.admit(command, "callback", False, replaced[0] if replaced else None)
        old = self._own_holder(command.number_ref, command.asc_id)
        self._check_promise(command.line, command, old)
        self._replace(old)
        self._book(self.new(command.contact_id, command.asc_id, command.company_id, command.line, "callback"), command)

    def book_callback(self, command: cmd.BookCallback) -> None:
        person = self.held(command.contact_id, command.agent_id, "connected", "wrapping")
        if not command.window_from:
            raise No("bad_value")
        self.check_id(command.new_contact_id)
        self.check_room(person.line, "callback", more_room=True)
        old = self._own_holder(command.number_ref, person.asc)
        self._check_promise(person.line, command, old)
        self._replace(old)
        new = self.new(command.new_contact_id, person.asc, person.company, person.line, "callback")
        self._book(new, command, command.agent_id if command.with_me else 0)

    def _is_offered(self, person: Person) -> bool:
        """To whom has waited long enough, or stands in a crowd; without such limits, to everybody."""
        rules = self.rules.callbacks
        if not rules.enabled:
            return False
        if not rules.offer_after_ms and not rules.offer_queue_length:
            return True
        if rules.offer_after_ms and self.now - person.since >= rules.offer_after_ms:
            return True
        return bool(rules.offer_queue_length) and len(self.in_line(person.line)) >= rules.offer_queue_length

    def _check_promise(self, line: str, command: Asks, old: Person | None) -> None:
        rules = self.rules.callbacks
        if not command.window_from:
            if command.window_to:
                raise No("bad_value")
            return
        if self.first_dial(line, command.quiet, command.window_from) != command.window_from:
            raise No("bad_window")
        if not self.now <= command.window_from < command.window_to <= self.now + rules.slot_horizon_ms:
            raise No("bad_window")
        slot = command.window_from // rules.slot_ms
        makes_room = old is not None and old.state in NOT_DIALLED and old.promise.slot == (line, slot)
        if self.promised(line, slot) - makes_room >= rules.slot_capacity:
            raise No("slot_full")

    def promised(self, line: str, slot: int) -> int:
        """How many callbacks are promised in this slot."""
        return sum(bool(one.promise and one.promise.slot == (line, slot)) for one in self.people.values())

    def _own_holder(self, number: str, asc: int) -> Person | None:
        """Whoever has this number, if it is the ASC's own and not just being dialled."""
        if not number:
            raise No("bad_value")
        found = [one for one in self.people.values() if one.promise and one.promise.number == number]
        if any(one.asc != asc or one.state == "dialling" for one in found):
            raise No("number_in_use")
        return found[0] if found else None

    def _replace(self, old: Person | None) -> None:
        """A new callback takes the number over; the old one is over, unless somebody talks or has talked already."""
        if old is not None:
            old.promise.number = ""
            if old.state in NOT_DIALLED:
                self.withdraw(old)
                self.remove(old)

    def _book(self, person: Person, command: Asks, booked_with: int = 0) -> None:
        rules = self.rules.callbacks
        end = self.told_promise if self.rules.estimates.enabled else None
        soon = self.first_dial(person.line, command.quiet, self.now) + rules.promise_ms
        promise = Promise(command.number_ref, command.window_to or end or soon)
        promise.quiet, promise.booked_with = command.quiet, booked_with
        if command.window_from:
            promise.slot = (person.line, command.window_from // rules.slot_ms)
        promise.lapses_at = promise.end + rules.lifetime_ms
        if rules.drain == "promise":
            promise.urgent_at = max(promise.end - rules.drain_lead_ms, self.now + 1)
        person.channel, person.promise = "callback", promise
        self._schedule(person, command.window_from)

    # --- when

    def _schedule(self, person: Person, at: int) -> None:
        """In line now, or not before `at`, nor while the line is shut or the number must not be rung."""
        self.put_off(person, max(at, self.now))
        if person.promise.due_at <= self.now:
            self._stand_in_line(person)

    def come_due(self, person: Person) -> None:
        """What was waited for has come; or quiet hours have."""
        person.promise.due_at = None
        if person.state == "scheduled":
            self._schedule(person, self.now)
        else:
            self.put_off_if_shut(person)

    def close_line(self, key: str) -> None:
        """Whoever is due, or rings unanswered, is called at the next opening."""
        for person in list(self.people.values()):
            if person.line == key:
                self.put_off_if_shut(person)
        opens = [max(begin, self.now) for begin, end in self.dial_spans(key) if end > self.now]
        del self.closings[key]
        if opens and (closing := self.closing_after(key, min(opens))) is not None:
            self.closings[key] = closing

    def _stand_in_line(self, person: Person) -> None:
        promise = person.promise
        self.wait(person)
        person.step = self.step_of(person)
        if promise.booked_with:
            lead_ms = self.rules.callbacks.drain_lead_ms
            person.alone, person.alone_until = promise.booked_with, max(promise.end - lead_ms, self.now + 1)

    # --- dialling

    def report_reached(self, command: cmd.ReportReached) -> None:
        person = self._dialling(command)
        person.state, person.promise.lapses_at = "connected", None
        self.hear(person)
        if person.promise.from_chat:
            person.promise.from_chat, person.promise.urgent = False, True

    def report_unreachable(self, command: cmd.ReportUnreachable) -> None:
        person = self._dialling(command)
        promise = person.promise
        if promise.from_chat:
            self.hang_up(person)
            return
        ladder = getattr(self.rules.callbacks, f"retry_{command.failure}_ms")
        failed = promise.failures.get(command.failure, 0)
        if failed >= len(ladder):
            self.remove(person)
            return
        promise.failures[command.failure] = failed + 1
        self.free(person)
        if promise.lapses_at is None:
            self.remove(person)
        else:
            self._schedule(person, self.now + ladder[failed])

    def _dialling(self, command: cmd.ReportReached | cmd.ReportUnreachable) -> Person:
        person = self.people.get(command.contact_id)
        if person is None or not person.agent or person.agent != command.agent_id:
            raise No("unknown_contact")
        if person.state != "dialling" or person.attempt != command.attempt:
            raise No("attempt_ended")
        return person

    def ring_asc(self, command: cmd.RingAsc) -> None:
        person = self.people.get(command.contact_id)
        if person is None or not command.agent_id or person.agent != command.agent_id:
            raise No("unknown_contact")
        if person.channel != "chat" or person.state != "connected":
            raise No("wrong_state")
        if len(self.servers[command.agent_id].holds) > 1:
            raise No("not_whole")
        holder = self._own_holder(command.number_ref, person.asc)
        if holder is not None and holder.state != "wrapping":
            raise No("number_in_use")
        self._replace(holder)
        self.dialled += 1
        person.channel, person.state, person.attempt = "callback", "dialling", self.dialled
        person.promise = Promise(command.number_ref, self.now, from_chat=True)
        person.warned, person.quiet_at = False, None

    # --- taken back

    def return_to_chat(self, command: cmd.ReturnToChat) -> None:
        person = self.of_asc(command.contact_id, command.asc_id)
        self._take_back(person)
        person.channel, person.state, person.promise = "chat", "waiting", None
        self.hear(person)
        self.wait_for_anybody(person)
        person.step = self.step_of(person)
        self.hold(person)

    def cancel_callback(self, command: cmd.CancelCallback) -> None:
        person = self.of_asc(command.contact_id, command.asc_id)
        self._take_back(person)
        self.remove(person)

    def drop_callback(self, command: cmd.DropCallback) -> None:
        person = self.people.get(command.contact_id)
        if person is None or command.agent_id not in self.servers:
            raise No("unknown_contact")
        self._take_back(person)
        self.remove(person)

    def _take_back(self, person: Person) -> None:
        if person.channel != "callback" or person.state not in NOT_DIALLED:
            raise No("wrong_state")
        self.withdraw(person)

    def lapse(self, person: Person) -> None:
        """The lifetime is over; a callback that somebody has accepted is decided otherwise."""
        person.promise.lapses_at = None
        if person.state in NOT_DIALLED:
            self.withdraw(person)
            self.remove(person)
