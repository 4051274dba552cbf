"""
From a client's frame to what the journal is given: who may say it, which command it is, what is sealed beside it.

Ids of people come from the signed-in person, never from the frame; contact ids are drawn here. Nothing is decided:
whether the desk accepts is known only after the fold.
"""

import secrets
from collections.abc import Callable
from typing import Any, Final

from router.core import commands as cmd
from router.core.hours import Intervals
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId, SessionId, line_key
from router.core.lifecycle import CALL
from router.core.state import DeskState
from router.service.auth import Person, Role
from router.service.submissions import Submission
from router.service.transcripts import Transcripts
from router.wire import frames as fr
from router.wire.fingerprint import Fingerprint
from router.wire.phones import BadNumber, parse_number
from router.wire.sealing import DeskKeys

_WithWindow = fr.CallbackRequest | fr.CallbackAsk | fr.CallbackBook | fr.CallCallback | fr.CallAskCallback
_WithNumber = _WithWindow | fr.DialRing
_When = tuple[str, int, int, Intervals]


class NotAllowed(Exception):
    """This role may not ask for this at all."""


def draw_id() -> int:
    """A fresh id that JavaScript holds exactly; 53 bits of chance, never 0."""
    return secrets.randbelow(2**53 - 1) + 1


class Operations:
    """
    Turns the frames of one desk's clients into submissions.

    `region`: where national numbers are at home. `quiet`: when a number must not be rung, for a window that ends then.
    """

    def __init__(
        self,
        state: DeskState,
        transcripts: Transcripts,
        keys: DeskKeys,
        region: str | None,
        quiet: Callable[[str, int], Intervals],
    ) -> None:
        self._state = state
        self._quiet = quiet
        self._transcripts = transcripts
        self._keys = keys
        self._region = region
        self._fingerprint = Fingerprint(keys.hmac_key)

    def submission(self, person: Person, session_id: SessionId, frame: fr.Operation) -> Submission:
        """What the journal is to be given for this frame of this person. Raises NotAllowed."""
        if frame.__class__ is fr.MsgSend:
            return self._post_message(person, session_id, frame)
        roles, build = _RULES[frame.__class__]
        if person.role not in roles:
            raise NotAllowed(f"{frame.t} is not for role {person.role}")
        op = cmd.Op(session_id, frame.id, self._fingerprint.of(fr.canonical_bytes(frame)))
        return build(self, person, op, frame)

    def explain(self, frame: fr.Operation) -> str | None:
        """Why the desk found a value bad, where it can be said better than the desk says it."""
        if isinstance(frame, _WithNumber):
            try:
                parse_number(frame.number, frame.region or self._region)
            except BadNumber as error:
                return str(error)
        return None

    # --- what an ASC asks

    def _request_chat(self, person: Person, op: cmd.Op, frame: fr.ChatRequest) -> Submission:
        contact_id, line = ContactId(draw_id()), line_key(frame.product, frame.language)
        asc_id, company_id = AscId(person.id), CompanyId(person.company_id)
        command = cmd.RequestChat(contact_id, asc_id, company_id, line, frame.impact, frame.other_language)
        return self._opening(person, op, command, self._intro(person, frame.topic))

    def _ask_callback(self, person: Person, op: cmd.Op, frame: fr.CallbackAsk) -> Submission:
        contact_id, line = ContactId(draw_id()), line_key(frame.product, frame.language)
        number = self._number(frame)
        command = cmd.RequestCallback(
            contact_id, AscId(person.id), CompanyId(person.company_id), line, *self._when(frame, number)
        )
        return self._opening(person, op, command, {**self._intro(person, frame.topic), "number": number})

    def _open_case(self, person: Person, op: cmd.Op, frame: fr.CaseOpen) -> Submission:
        line = line_key(frame.product, frame.language)
        command = cmd.OpenCase(ContactId(draw_id()), AscId(person.id), CompanyId(person.company_id), line)
        return self._opening(person, op, command, self._intro(person, frame.topic))

    def _opening(
        self,
        person: Person,
        op: cmd.Op,
        command: cmd.RequestChat | cmd.RequestCallback | cmd.OpenCase | cmd.ReportCall,
        words: dict[str, str],
    ) -> Submission:
        """A new contact with a key of its own; one asked for before needs none: its answer names that one."""
        if self._was_asked(op):
            return Submission(command, op, person.actor)
        key = self._transcripts.new_key(command.contact_id)
        return Submission(command, op, person.actor, self._transcripts.seal(command.contact_id, words), (key,))

    def _was_asked(self, op: cmd.Op) -> bool:
        session = self._state.sessions.get(op.session_id)
        return session is not None and op.counter <= session.highest

    def _intro(self, person: Person, topic: str) -> dict[str, str]:
        return {"name": person.name, "company": person.company, "topic": topic}

    def _leave(self, person: Person, op: cmd.Op, frame: fr.ChatLeave) -> Submission:
        return Submission(cmd.LeaveContact(ContactId(frame.contact), AscId(person.id)), op, person.actor)

    def _request_callback(self, person: Person, op: cmd.Op, frame: fr.CallbackRequest) -> Submission:
        number = self._number(frame)
        command = cmd.ConvertToCallback(ContactId(frame.contact), AscId(person.id), *self._when(frame, number))
        return Submission(command, op, person.actor, self._seal_number(frame.contact, number))

    def _number(self, frame: _WithNumber) -> str:
        """The number in E.164, or "": the desk refuses that one, so that the verdict is kept like any other."""
        try:
            return parse_number(frame.number, frame.region or self._region)
        except BadNumber:
            return ""

    def _when(self, frame: _WithWindow, number: str) -> _When:
        """The number's reference, the window, and when this number must not be rung."""
        if not number:
            return "", frame.window_from, frame.window_to, ()
        return self._keys.number_ref(number), frame.window_from, frame.window_to, self._quiet(number, frame.window_to)

    def _seal_number(self, contact_id: int, number: str) -> bytes:
        return self._transcripts.seal(contact_id, {"number": number}) if number else b""

    def _return(self, person: Person, op: cmd.Op, frame: fr.CallbackReturn) -> Submission:
        return Submission(cmd.ReturnToChat(ContactId(frame.contact), AscId(person.id)), op, person.actor)

    def _cancel_callback(self, person: Person, op: cmd.Op, frame: fr.CallbackCancel) -> Submission:
        return Submission(cmd.CancelCallback(ContactId(frame.contact), AscId(person.id)), op, person.actor)

    def _post_message(self, person: Person, session_id: SessionId, frame: fr.MsgSend) -> Submission:
        """Most operations are messages: the text is made JSON once, for the fingerprint and for what is sealed."""
        role = person.role
        if role != "asc" and role != "agent":
            raise NotAllowed(f"{frame.t} is not for role {role}")
        text = fr.encode(frame.text)
        op = cmd.Op(session_id, frame.id, self._fingerprint.of(fr.canonical_message(frame, text)))
        command = cmd.PostMessage(ContactId(frame.contact), role, person.id)
        # Sealed whoever asks: the person may come to hold the contact by an operation that is still on its way.
        words = b'{"name":%b,"text":%b}' % (person.name_json, text)
        return Submission(command, op, person.actor, self._transcripts.seal_json(frame.contact, words))

    # --- what an agent does

    def _sign_in(self, person: Person, op: cmd.Op, frame: fr.AgentSignIn) -> Submission:
        command = cmd.SignIn(
            AgentId(person.id),
            frame.products,
            frame.languages,
            frame.capacity,
            frame.pool,
            frame.levels,
            frame.shift_ends,
        )
        return Submission(command, op, person.actor)

    def _set_status(self, person: Person, op: cmd.Op, frame: fr.AgentStatus) -> Submission:
        command = cmd.SetStatus(AgentId(person.id), frame.status, frame.reason, frame.when_free)
        return Submission(command, op, person.actor)

    def _accept(self, person: Person, op: cmd.Op, frame: fr.OfferAccept) -> Submission:
        offer = self._state.offers.get(OfferId(frame.offer))
        sealed = b""
        if offer is not None and offer.agent_id == person.id:
            # The agent's name belongs to the contact from now on, and goes when its key is erased.
            sealed = self._transcripts.seal(offer.contact_id, {"name": person.name})
        return Submission(cmd.AcceptOffer(AgentId(person.id), OfferId(frame.offer)), op, person.actor, sealed)

    def _decline(self, person: Person, op: cmd.Op, frame: fr.OfferDecline) -> Submission:
        command = cmd.DeclineOffer(AgentId(person.id), OfferId(frame.offer), frame.reason)
        return Submission(command, op, person.actor)

    def _close(self, person: Person, op: cmd.Op, frame: fr.ContactClose) -> Submission:
        return Submission(cmd.CloseContact(AgentId(person.id), ContactId(frame.contact)), op, person.actor)

    def _transfer(self, person: Person, op: cmd.Op, frame: fr.ContactTransfer) -> Submission:
        command = cmd.Transfer(
            AgentId(person.id),
            ContactId(frame.contact),
            LineKey(frame.line or ""),
            frame.pool or "",
            AgentId(frame.agent or 0),
        )
        words = {"name": person.name, "note": frame.note}
        return Submission(command, op, person.actor, self._transcripts.seal(frame.contact, words))

    def _finish(self, person: Person, op: cmd.Op, frame: fr.WrapupFinish) -> Submission:
        command = cmd.FinishWrapUp(AgentId(person.id), ContactId(frame.contact), frame.reason, frame.outcome)
        return Submission(command, op, person.actor)

    def _extend(self, person: Person, op: cmd.Op, frame: fr.WrapupExtend) -> Submission:
        return Submission(cmd.ExtendWrapUp(AgentId(person.id), ContactId(frame.contact)), op, person.actor)

    def _confirm(self, person: Person, op: cmd.Op, frame: fr.PriorityConfirm) -> Submission:
        command = cmd.ConfirmPriority(AgentId(person.id), ContactId(frame.contact), frame.priority)
        return Submission(command, op, person.actor)

    def _link(self, person: Person, op: cmd.Op, frame: fr.IncidentLink) -> Submission:
        command = cmd.LinkIncident(AgentId(person.id), ContactId(frame.contact), frame.incident)
        return Submission(command, op, person.actor)

    def _ring(self, person: Person, op: cmd.Op, frame: fr.DialRing) -> Submission:
        number = self._number(frame)
        number_ref = self._keys.number_ref(number) if number else ""
        command = cmd.RingAsc(AgentId(person.id), ContactId(frame.contact), number_ref)
        return Submission(command, op, person.actor, self._seal_number(frame.contact, number))

    def _book(self, person: Person, op: cmd.Op, frame: fr.CallbackBook) -> Submission:
        """Another contact for the same ASC: its words are those of the one that the agent holds, under its own key."""
        number, new_id = self._number(frame), ContactId(draw_id())
        command = cmd.BookCallback(
            AgentId(person.id), ContactId(frame.contact), new_id, *self._when(frame, number), frame.with_me
        )
        transcript = self._transcripts.find(frame.contact)
        if transcript is None or transcript.agent_id != person.id or self._was_asked(op):
            return Submission(command, op, person.actor)
        key = self._transcripts.new_key(new_id)
        words = {**self._transcripts.open(frame.contact, transcript.intro), "number": number}
        return Submission(command, op, person.actor, self._transcripts.seal(new_id, words), (key,))

    def _drop(self, person: Person, op: cmd.Op, frame: fr.CallbackDrop) -> Submission:
        command = cmd.DropCallback(AgentId(person.id), ContactId(frame.contact), frame.reason)
        return Submission(command, op, person.actor)

    def _reached(self, person: Person, op: cmd.Op, frame: fr.DialReached) -> Submission:
        command = cmd.ReportReached(AgentId(person.id), ContactId(frame.contact), frame.attempt)
        return Submission(command, op, person.actor)

    def _failed(self, person: Person, op: cmd.Op, frame: fr.DialFailed) -> Submission:
        contact_id = ContactId(frame.contact)
        command = cmd.ReportUnreachable(AgentId(person.id), contact_id, frame.attempt, frame.failure)
        return Submission(command, op, person.actor)

    # --- what a supervisor or a telephone switch says

    def _move(self, person: Person, op: cmd.Op, frame: fr.ContactMove) -> Submission:
        command = cmd.MoveContact(person.id, ContactId(frame.contact), LineKey(frame.line))
        return Submission(command, op, person.actor)

    def _pull(self, person: Person, op: cmd.Op, frame: fr.ContactPull) -> Submission:
        return Submission(cmd.PullContact(person.id, ContactId(frame.contact)), op, person.actor)

    def _prioritise(self, person: Person, op: cmd.Op, frame: fr.ContactPrioritise) -> Submission:
        command = cmd.RaisePriority(person.id, ContactId(frame.contact), frame.priority)
        return Submission(command, op, person.actor)

    def _open_line(self, person: Person, op: cmd.Op, frame: fr.LineOpen) -> Submission:
        return Submission(cmd.OpenLine(person.id, LineKey(frame.line), frame.open), op, person.actor)

    def _force(self, person: Person, op: cmd.Op, frame: fr.AgentForce) -> Submission:
        command = cmd.ForceStatus(person.id, AgentId(frame.agent), frame.status, frame.reason)
        return Submission(command, op, person.actor)

    def _report_call(self, person: Person, op: cmd.Op, frame: fr.CallReport) -> Submission:
        line = line_key(frame.product, frame.language)
        command = cmd.ReportCall(
            ContactId(draw_id()),
            AscId(frame.asc),
            CompanyId(frame.company_id),
            line,
            frame.impact,
            frame.other_language,
        )
        return self._opening(person, op, command, self._caller(frame))

    def _caller(self, frame: fr.CallReport | fr.CallAskCallback) -> dict[str, str]:
        return {"name": frame.name, "company": frame.company, "topic": frame.topic}

    def _caller_id(self, contact_id: int) -> AscId:
        """The ASC who calls; nobody's when there is no such call any more, so that the desk refuses it."""
        contact = self._state.contacts.get(ContactId(contact_id))
        return contact.asc_id if contact is not None and contact.channel == CALL else AscId(0)

    def _convert_call(self, person: Person, op: cmd.Op, frame: fr.CallCallback) -> Submission:
        number = self._number(frame)
        asc_id = self._caller_id(frame.contact)
        command = cmd.ConvertToCallback(ContactId(frame.contact), asc_id, *self._when(frame, number))
        return Submission(command, op, person.actor, self._seal_number(frame.contact, number))

    def _ask_call_back(self, person: Person, op: cmd.Op, frame: fr.CallAskCallback) -> Submission:
        number, line = self._number(frame), line_key(frame.product, frame.language)
        command = cmd.RequestCallback(
            ContactId(draw_id()), AscId(frame.asc), CompanyId(frame.company_id), line, *self._when(frame, number)
        )
        return self._opening(person, op, command, {**self._caller(frame), "number": number})

    def _end_call(self, person: Person, op: cmd.Op, frame: fr.CallEnd) -> Submission:
        command = cmd.LeaveContact(ContactId(frame.contact), self._caller_id(frame.contact))
        return Submission(command, op, person.actor)


_RULES: Final[dict[type, tuple[tuple[Role, ...], Callable[[Operations, Person, cmd.Op, Any], Submission]]]] = {
    fr.ChatRequest: (("asc",), Operations._request_chat),
    fr.ChatLeave: (("asc",), Operations._leave),
    fr.CallbackRequest: (("asc",), Operations._request_callback),
    fr.CallbackAsk: (("asc",), Operations._ask_callback),
    fr.CallbackReturn: (("asc",), Operations._return),
    fr.CallbackCancel: (("asc",), Operations._cancel_callback),
    fr.CaseOpen: (("asc",), Operations._open_case),
    fr.AgentSignIn: (("agent",), Operations._sign_in),
    fr.AgentStatus: (("agent",), Operations._set_status),
    fr.OfferAccept: (("agent",), Operations._accept),
    fr.OfferDecline: (("agent",), Operations._decline),
    fr.ContactClose: (("agent",), Operations._close),
    fr.ContactTransfer: (("agent",), Operations._transfer),
    fr.WrapupFinish: (("agent",), Operations._finish),
    fr.WrapupExtend: (("agent",), Operations._extend),
    fr.PriorityConfirm: (("agent",), Operations._confirm),
    fr.IncidentLink: (("agent",), Operations._link),
    fr.DialRing: (("agent",), Operations._ring),
    fr.DialReached: (("agent",), Operations._reached),
    fr.DialFailed: (("agent",), Operations._failed),
    fr.CallbackBook: (("agent",), Operations._book),
    fr.CallbackDrop: (("agent",), Operations._drop),
    fr.ContactMove: (("supervisor",), Operations._move),
    fr.ContactPull: (("supervisor",), Operations._pull),
    fr.ContactPrioritise: (("supervisor",), Operations._prioritise),
    fr.LineOpen: (("supervisor",), Operations._open_line),
    fr.AgentForce: (("supervisor",), Operations._force),
    fr.CallReport: (("switch",), Operations._report_call),
    fr.CallCallback: (("switch",), Operations._convert_call),
    fr.CallAskCallback: (("switch",), Operations._ask_call_back),
    fr.CallEnd: (("switch",), Operations._end_call),
}
"""Who may say a frame, and what it becomes. Whether the contact is this person's is for the desk to judge."""
