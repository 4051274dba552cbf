"""
From a client's frame to what the journal is given: who may say it, which command it is, what is sealed beside it.

Ids of people come from the signed-in person, never from the frame; contact ids are drawn here. Nothing is decided:
whether the desk accepts is known only after the fold.
"""

import secrets
from collections.abc import Callable
from typing import Any, Final

from router.core import commands as cmd
from router.core.ids import AgentId, AscId, CompanyId, ContactId, OfferId, SessionId, line_key
from router.core.state import DeskState
from router.service.auth import Person, Role
from router.service.node import Submission
from router.service.transcripts import Transcripts
from router.wire import frames as fr
from router.wire.fingerprint import Fingerprint
from router.wire.phones import BadNumber, parse_number
from router.wire.sealing import DeskKeys


class NotAllowed(Exception):
    """This role may not ask for this at all."""


def draw_id() -> int:
    """A fresh id that JavaScript holds exactly; 53 bits of chance, never 0."""
    return secrets.randbelow(2**53 - 1) + 1


class Operations:
    """Turns the frames of one desk's clients into submissions. `region`: where national numbers are at home."""

    def __init__(self, state: DeskState, transcripts: Transcripts, keys: DeskKeys, region: str | None) -> None:
        self._state = state
        self._transcripts = transcripts
        self._keys = keys
        self._region = region
        self._fingerprint = Fingerprint(keys.hmac_key)

    def submission(self, person: Person, session_id: SessionId, frame: fr.Operation) -> Submission:
        """What the journal is to be given for this frame of this person. Raises NotAllowed."""
        roles, build = _RULES[frame.__class__]
        if person.role not in roles:
            raise NotAllowed(f"{frame.t} is not for role {person.role}")
        op = cmd.Op(session_id, frame.id, self._fingerprint.of(fr.canonical_bytes(frame)))
        return build(self, person, op, frame)

    def explain(self, frame: fr.Operation) -> str | None:
        """Why the desk found a value bad, where it can be said better than the desk says it."""
        if isinstance(frame, fr.CallbackRequest):
            try:
                parse_number(frame.number, frame.region or self._region)
            except BadNumber as error:
                return str(error)
        return None

    # --- what an ASC asks

    def _request_chat(self, person: Person, op: cmd.Op, frame: fr.ChatRequest) -> Submission:
        contact_id = draw_id()
        line = line_key(frame.product, frame.language)
        command = cmd.RequestChat(ContactId(contact_id), AscId(person.id), CompanyId(person.company_id), line)
        session = self._state.sessions.get(op.session_id)
        if session is not None and op.counter <= session.highest:
            return Submission(command, op, person.actor)  # Asked before: the answer will name the contact of then.
        key = self._transcripts.new_key(contact_id)
        words = {"name": person.name, "company": person.company, "topic": frame.topic}
        return Submission(command, op, person.actor, self._transcripts.seal(contact_id, words), (key,))

    def _leave(self, person: Person, op: cmd.Op, frame: fr.ChatLeave) -> Submission:
        return Submission(cmd.LeaveContact(ContactId(frame.contact), AscId(person.id)), op, person.actor)

    def _request_callback(self, person: Person, op: cmd.Op, frame: fr.CallbackRequest) -> Submission:
        number_ref, sealed = "", b""
        try:
            number = parse_number(frame.number, frame.region or self._region)
        except BadNumber:
            pass  # The desk refuses an empty reference, so that this verdict is kept like any other.
        else:
            number_ref = self._keys.number_ref(number)
            sealed = self._transcripts.seal(frame.contact, {"number": number})
        command = cmd.ConvertToCallback(ContactId(frame.contact), AscId(person.id), number_ref)
        return Submission(command, op, person.actor, sealed)

    def _cancel_callback(self, person: Person, op: cmd.Op, frame: fr.CallbackCancel) -> Submission:
        return Submission(cmd.CancelCallback(ContactId(frame.contact), AscId(person.id)), op, person.actor)

    def _post_message(self, person: Person, op: cmd.Op, frame: fr.MsgSend) -> Submission:
        party: cmd.Party = "agent" if person.role == "agent" else "asc"
        command = cmd.PostMessage(ContactId(frame.contact), party, person.id)
        # Sealed whoever asks: the person may come to hold the contact by an operation that is still on its way.
        sealed = self._transcripts.seal(frame.contact, {"name": person.name, "text": frame.text})
        return Submission(command, op, person.actor, sealed)

    # --- what an agent does

    def _sign_in(self, person: Person, op: cmd.Op, frame: fr.AgentSignIn) -> Submission:
        command = cmd.SignIn(AgentId(person.id), frame.products, frame.languages, frame.capacity)
        return Submission(command, op, person.actor)

    def _set_status(self, person: Person, op: cmd.Op, frame: fr.AgentStatus) -> Submission:
        return Submission(cmd.SetStatus(AgentId(person.id), frame.status, frame.reason), op, person.actor)

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

    def _finish(self, person: Person, op: cmd.Op, frame: fr.WrapupFinish) -> Submission:
        return Submission(cmd.FinishWrapUp(AgentId(person.id), ContactId(frame.contact)), op, person.actor)

    def _reached(self, person: Person, op: cmd.Op, frame: fr.DialReached) -> Submission:
        command = cmd.ReportReached(AgentId(person.id), ContactId(frame.contact), frame.attempt)
        return Submission(command, op, person.actor)

    def _failed(self, person: Person, op: cmd.Op, frame: fr.DialFailed) -> Submission:
        contact_id = ContactId(frame.contact)
        command = cmd.ReportUnreachable(AgentId(person.id), contact_id, frame.attempt, frame.failure)
        return Submission(command, op, person.actor)


_RULES: Final[dict[type, tuple[tuple[Role, ...], Callable[[Operations, Person, cmd.Op, Any], Submission]]]] = {
    fr.ChatRequest: (("asc",), Operations._request_chat),
    fr.ChatLeave: (("asc",), Operations._leave),
    fr.MsgSend: (("asc", "agent"), Operations._post_message),
    fr.CallbackRequest: (("asc",), Operations._request_callback),
    fr.CallbackCancel: (("asc",), Operations._cancel_callback),
    fr.AgentSignIn: (("agent",), Operations._sign_in),
    fr.AgentStatus: (("agent",), Operations._set_status),
    fr.OfferAccept: (("agent",), Operations._accept),
    fr.OfferDecline: (("agent",), Operations._decline),
    fr.ContactClose: (("agent",), Operations._close),
    fr.WrapupFinish: (("agent",), Operations._finish),
    fr.DialReached: (("agent",), Operations._reached),
    fr.DialFailed: (("agent",), Operations._failed),
}
"""Who may say a frame, and what it becomes. Whether the contact is this person's is for the desk to judge."""
