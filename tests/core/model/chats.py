"""Chats, calls and cases: asked for, left, talked, gone quiet, ended and wrapped up."""

from router.core import commands as cmd
from tests.core.model.board import CHANNELS, MOST
from tests.core.model.matching import Matching
from tests.core.model.people import No, Person, Server

NOT_DIALLED = ("scheduled", "due", "offered")
"""States in which a callback can be taken back."""


class Chats(Matching):
    """What ASCs ask, and what an agent does with a contact held."""

    # --- asking

    def admit(
        self, asked: cmd.RequestChat | cmd.ReportCall | cmd.OpenCase | cmd.RequestCallback, channel: str, agreed: bool,
        instead_of: Person | None = None,
    ) -> None:  # fmt: skip
        """Whether this ASC may enter the line on this channel, as if the contact that this one replaces were not."""
        self.check_id(asked.contact_id)
        asc, key = asked.asc_id, asked.line
        line = self.line(key)
        others = [one for one in self.people.values() if one.channel != "case"]
        if channel != "case":
            if any(one.asc == asc and one.line == key and one.state != "wrapping" for one in others):
                raise No("already_open")
            of_company = [one for one in others if one.company == asked.company_id and one is not instead_of]
            if self.rules.company_limit and len(of_company) >= self.rules.company_limit:
                raise No("company_limit")
        if channel == "callback":
            self.check_callbacks_of(asc, instead_of)
        comes_back = channel in ("chat", "call") and self.place_left(asc, key) is not None
        self.check_room(key, channel, more_room=comes_back or channel == "callback")
        self.check_open(line, channel, agreed)
        person = Person(0, 0, 0, key, channel, 0, 0, agreed=agreed)
        if channel in ("chat", "call") and self.is_empty(line, line.join_empty, person):
            raise No("line_empty")
        if channel == "callback" and not self.rules.callbacks.enabled:
            raise No("callbacks_off")

    def check_callbacks_of(self, asc: int, instead_of: Person | None) -> None:
        """An ASC waits for no more callbacks than may be."""
        most = self.rules.callbacks.most_per_asc
        theirs = [one for one in self.people.values() if one.asc == asc and one is not instead_of]
        open_still = [one for one in theirs if one.state == "dialling" or (one.promise and one.state in NOT_DIALLED)]
        if most and len(open_still) >= most:
            raise No("callback_limit")

    def place_left(self, asc: int, key: str) -> tuple[int, int, int] | None:
        """Since when the ASC had waited in this line before giving up, if that is not too long ago."""
        place = self.left.get((asc, key))
        return place if place and place[2] > self.now else None

    def check_id(self, contact: int) -> None:
        if not 0 < contact <= MOST:
            raise No("bad_value")
        if contact in self.people:
            raise No("duplicate_id")

    def check_room(self, key: str, channel: str, more_room: bool) -> None:
        """Cases do not count with the others, nor the others with them; promises have 20 % more room."""
        is_case = channel == "case"
        here = [one for one in self.in_line(key) if (one.channel == "case") == is_case]
        limit = self.line(key).case_limit if is_case else self.line(key).queue_limit
        if len(here) >= limit + (limit // 5 if more_room else 0):
            raise No("queue_full")

    def new(self, contact: int, asc: int, company: int, line: str, channel: str) -> Person:
        self.asked += 1
        person = Person(contact, self.asked, asc, line, channel, self.now, self.now - self.credit(3), company=company)
        self.people[contact] = person
        return person

    def request_chat(self, command: cmd.RequestChat) -> None:
        self._ask(command, "chat", command.claimed_impact, command.agreed)

    def report_call(self, command: cmd.ReportCall) -> None:
        self._ask(command, "call", command.claimed_impact, command.agreed)

    def open_case(self, command: cmd.OpenCase) -> None:
        self._ask(command, "case", "one", False)

    def _ask(self, command: cmd.RequestChat | cmd.ReportCall | cmd.OpenCase, channel: str, impact: str, agreed: bool):
        self.admit(command, channel, agreed)
        line = self.line(command.line)
        person = self.new(command.contact_id, command.asc_id, command.company_id, command.line, channel)
        place = self.place_left(command.asc_id, command.line)
        if place and channel != "case":
            person.since, person.priority, _ = self.left.pop((command.asc_id, command.line))
            person.rank = person.since - self.credit(person.priority)
        last = len(line.steps) - 1
        person.agreed = agreed
        if impact == "everybody":
            person.triage, person.step = True, last
            person.rank = person.since - max(self.credit(person.priority), self.rules.triage_credit_ms)
        else:
            person.step = self.step_for(line, agreed, person.since)
            known = self.servers.get(self.served_last.get(person.asc, 0))
            if known and line.preferred_ms and known.willing and self.may_serve(known, line, last, False, ""):
                person.alone, person.alone_until = known.id, self.now + line.preferred_ms
        person.seen = self.now
        self.reckon(person)
        self.hold(person)

    def leave_contact(self, command: cmd.LeaveContact) -> None:
        person = self.of_asc(command.contact_id, command.asc_id)
        if person.state == "connected":
            self.hear(person)
            self._end(person)
        elif person.state == "parked":
            self.remove(person)
        elif person.channel in ("chat", "call") and person.state in ("waiting", "offered", "absent"):
            self.withdraw(person)
            self.remove(person)
            until = self.now + self.rules.asc_grace_ms
            self.left[person.asc, person.line] = (person.since, person.priority, until)
        else:
            raise No("wrong_state")

    # --- talking

    def post_message(self, command: cmd.PostMessage) -> None:
        if command.party == "agent":
            person = self.people.get(command.contact_id)
            allowed = person is not None and person.state == "connected" and person.agent == command.person_id
        else:
            person = self.of_asc(command.contact_id, command.person_id)
            allowed = person.state in ("waiting", "offered", "connected", "parked")
        if person is None or not allowed or person.channel != "chat":
            raise No("not_connected")
        if person.messages >= self.rules.message_limit:
            raise No("too_many_messages")
        person.messages += 1
        if command.party == "asc":
            self.hear(person)
        elif person.silence == "suspected" and person.silent_at is None:
            person.silent_at = self.now + self.rules.silent_after_ms
        if person.state == "parked":
            self._resume(person)
        elif person.state == "connected" and self.rules.quiet_warning_ms:
            self._owes_an_answer(person, command.party)

    def _owes_an_answer(self, person: Person, party: str) -> None:
        """From the agent's first message without an answer on, the ASC owes one."""
        if party == "asc":
            person.warned, person.quiet_at = False, None
        elif person.quiet_at is None:
            person.quiet_at = self.now + self.rules.quiet_warning_ms

    def notice_quiet(self, person: Person) -> None:
        """Warned first, parked next; nobody is either who is no longer in the chat."""
        person.quiet_at = None
        if person.channel != "chat" or person.state != "connected":
            return
        if not person.warned:
            person.warned = True
            person.quiet_at = self.now + max(self.rules.quiet_parking_ms - self.rules.quiet_warning_ms, 0)
            return
        with_whom = person.agent
        self.free(person)
        person.state, person.parked_with = "parked", with_whom
        person.until = self.now + self.rules.parking_limit_ms

    def _resume(self, person: Person) -> None:
        """The same agent if free now, else the line at the rank there was."""
        server = self.servers[person.parked_with]
        person.state, person.until, person.parked_with = "waiting", None, 0
        person.step = self.step_of(person)
        if server.ready and server.has_room_for(person) and not server.drains:
            person.alone, person.alone_until = server.id, self.now + self.rules.offer_timeout_ms
        self.hold(person)

    # --- gone without a word

    def hear(self, person: Person) -> None:
        """The ASC is there."""
        person.seen = self.now
        if person.silence == "suspected":
            person.silence, person.silent_at = "heard", None

    def end_in_silence(self, person: Person) -> None:
        """Whoever has not answered by now will not any more."""
        if person.silent_at is not None:
            person.silence, person.silent_at = "gone", None

    # --- the end

    def close_contact(self, command: cmd.CloseContact) -> None:
        self._end(self.held(command.contact_id, command.agent_id, "connected"))

    def _end(self, person: Person) -> None:
        self.end_in_silence(person)
        wrap_up_ms = self.rules.wrap_up_ms[CHANNELS.index(person.channel)]
        if self.line(person.line).preferred_ms:
            self.served_last[person.asc] = person.agent
        person.state, person.until, person.extensions = "wrapping", self.now + wrap_up_ms, 0
        if not wrap_up_ms:
            self.remove(person)

    def finish_wrap_up(self, command: cmd.FinishWrapUp) -> None:
        person = self.held(command.contact_id, command.agent_id, "wrapping")
        if self.rules.reason_required and not (command.reason and command.outcome):
            raise No("reason_required")
        self.remove(person)

    def extend_wrap_up(self, command: cmd.ExtendWrapUp) -> None:
        person = self.held(command.contact_id, command.agent_id, "wrapping")
        if person.extensions >= self.rules.max_extensions:
            raise No("no_more_extensions")
        person.extensions += 1
        person.until += self.rules.wrap_up_extension_ms

    # --- given back

    def requeue(self, person: Person) -> None:
        """Back in line at the rank there was, as wide as the wait says; a chat whose ASC is being rung is a chat."""
        if person.promise and person.promise.from_chat:
            self.hang_up(person)
        if person.promise and person.state == "connected":
            person.promise.lapses_at = self.now + self.rules.callbacks.lifetime_ms
        if person.promise and (person.promise.lapses_at is None or not person.promise.number):
            self.remove(person)  # Its time is over, or there is another callback under its number.
            return
        self.free(person)
        self.wait(person)
        person.step = self.step_of(person)
        self.put_off_if_shut(person)
        self.hold(person)

    def hand_over(self, server: Server) -> None:
        """Whatever the agent still holds is somebody else's affair."""
        for person in list(server.holds):
            if person.state == "wrapping":
                self.remove(person)
            else:
                self.requeue(person)
        self.put(server, "offline")
