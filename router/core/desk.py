"""
The desk: what every life of Ringback drives, live, in replay and in the twin.

For each entry of the journal: `advance` fires each deadline that is due, at its own due time, with matching after
each; then a repeated operation is recognised; then the command is handled or refused. `fold` does all of that in this
order; `advance` and `handle` are its parts, for a driver that has no sessions.
"""

from collections.abc import Callable
from typing import Any, Final

from router.core import (
    agents,
    announcing,
    apply,
    callbacks,
    clocks,
    contacts,
    dialling,
    offers,
    quiet,
    routing,
    sessions,
    silence,
    supervision,
)
from router.core import commands as cmd
from router.core import deadlines as dl
from router.core.errors import Broken, Refused
from router.core.events import (
    CONTACT_EVENTS,
    CalendarKnown,
    DrainEnded,
    Event,
    OpRecorded,
    PassingForgotten,
    PolicyAdopted,
    TriageEscalated,
)
from router.core.hours import continues
from router.core.ids import AgentId, ContactId, OfferId, SessionId
from router.core.matching import match
from router.core.records import record
from router.core.schedule import defer_if_shut
from router.core.snapshot import snapshot
from router.core.state import DeskState

assert apply.__all__  # The appliers register themselves when they are imported.

_NOT_FINAL: Final = ("op_gap",)
_HAS_O: Final = frozenset(CONTACT_EVENTS)


@record
class Entry:
    """One journal entry as the desk sees it: when, on whose operation (None for a node's own entry), what."""

    now: int
    op: cmd.Op | None
    command: cmd.Command


@record
class Folded:
    """
    What became of an entry.

    `code` is "" when the command was accepted, else a key of `REASONS`. `contact_id` and `o` name the first event in a
    contact's stream that the command made (0 when none). `repeated` says that the operation had been answered before
    and the verdict is the kept one. `next_counter` is what the session sends next.
    """

    events: list[Event]
    code: str
    contact_id: int
    o: int
    repeated: bool
    final: bool
    next_counter: int


class Desk:
    """One routing domain. Times are integer milliseconds and never go back."""

    def __init__(self, state: DeskState | None = None) -> None:
        self.state = DeskState() if state is None else state

    @property
    def now(self) -> int:
        """The time of the last thing that happened, ms."""
        return self.state.now

    def advance(self, now: int) -> list[Event]:
        """
        Fire every deadline with `due <= now`, each at its own due time, matching after each.

        While no node is alive deadlines are held; they fire, late, once one is.
        """
        state = self.state
        if state.deadlines.may_be_due(now) or now < state.now:
            self._advance(now)
        else:
            state.now = now
        return self._take_events() if state.events else []

    def handle(self, command: cmd.Command, now: int) -> list[Event]:
        """
        Do what the command says at `now` and match; return what happened.

        Raises Refused when the desk says no: then nothing has changed. Call `advance(now)` first.
        """
        state = self.state
        if now != state.now:
            self._at(now)
        _HANDLERS[command.__class__](state, command)
        if state.touched_cohorts or state.touched_agents or state.touched_lines:
            match(state)
        if state.untold:
            announcing.tell_newcomers(state)
        events = state.events
        state.events = []
        return events

    def fold(self, entry: Entry) -> Folded:
        """Take one journal entry: deadlines, then the operation's history, then the command; refusals are verdicts."""
        if entry.command.__class__ is cmd.NodeStarted:
            code = self._try(entry.command, entry.now)
            self._advance(entry.now)
            return Folded(self._take_events(), code, 0, 0, False, True, 0)
        self._advance(entry.now)
        op = entry.op
        if op is None:
            code = self._try(entry.command, entry.now)
            return Folded(self._take_events(), code, 0, 0, False, True, 0)
        return self._fold_op(op, entry.command, entry.now)

    def next_deadline(self) -> int | None:
        """When `advance` is due next (ms), or None."""
        if not self.state.live_nodes:
            return None
        head = self.state.deadlines.earliest()
        return None if head is None else head[0]

    def snapshot(self) -> dict[str, Any]:
        """The whole state as plain dicts, lists, strings and integers, in a canonical order."""
        return snapshot(self.state)

    # --- parts

    def _fold_op(self, op: cmd.Op, command: cmd.Command, now: int) -> Folded:
        state = self.state
        try:
            kept = sessions.check_op(state, op)
        except Refused as refused:
            session = state.sessions.get(op.session_id)
            next_counter = session.highest + 1 if session else 1
            final = refused.code not in _NOT_FINAL
            return Folded(self._take_events(), refused.code, 0, 0, False, final, next_counter)
        if kept is not None:
            next_counter = state.sessions[op.session_id].highest + 1
            return Folded(self._take_events(), kept[2], kept[3], kept[4], True, True, next_counter)
        start = len(state.events)
        code = self._try(command, now)
        contact_id = o = 0
        for event in state.events[start:]:
            if event.__class__ in _HAS_O:
                contact_id, o = event.contact_id, event.o  # type: ignore[union-attr]
                break
        state.emit(OpRecorded(op.session_id, op.counter, op.body, code, contact_id, o))
        return Folded(self._take_events(), code, contact_id, o, False, True, op.counter + 1)

    def _try(self, command: cmd.Command, now: int) -> str:
        """Handle and match; the code of a refusal, or "" when there was none."""
        self._at(now)
        try:
            _HANDLERS[command.__class__](self.state, command)
        except Refused as refused:
            return refused.code
        match(self.state)
        if self.state.untold:
            announcing.tell_newcomers(self.state)
        return ""

    def _advance(self, now: int) -> None:
        state = self.state
        while state.live_nodes and (head := state.deadlines.take(now)) is not None:
            due, kind, ident = head
            if due > state.now:
                state.now = due
            _DEADLINES[kind](state, ident)
            match(state)
            if state.untold:
                announcing.tell_newcomers(state)
        self._at(now)

    def _at(self, now: int) -> None:
        if now < self.state.now:
            raise Broken(f"time went back from {self.state.now} to {now}")
        self.state.now = now

    def _take_events(self) -> list[Event]:
        events = self.state.events
        self.state.events = []
        return events


def _pass_time(_state: DeskState, _command: cmd.TimePassed) -> None:
    """Nothing to do: `advance` did it."""


def _change_policy(state: DeskState, command: cmd.PolicyChanged) -> None:
    """Adopt new rules, unless a contact would be left in a line that is no longer there."""
    kept = dict.fromkeys(rules.key for rules in command.policy.lines)
    if any(contact.line not in kept for contact in state.contacts.values()):
        raise Refused("would_orphan")
    for line in state.lines.values():
        if line.drained_for and line.key not in kept:
            state.emit(DrainEnded(line.drained_agent, line.drained_for))
    state.emit(PolicyAdopted(command.policy))
    for contact in list(state.contacts.values()):
        defer_if_shut(state, contact)
    clocks.set_all_clocks(state)


def _extend_calendar(state: DeskState, command: cmd.CalendarExtended) -> None:
    """Know the calendars further ahead; a part that another node has brought already is refused."""
    if not continues(state.policy.hours, command.part):
        raise Refused("other_calendar")
    state.emit(CalendarKnown(command.part))
    clocks.set_all_clocks(state)


_HANDLERS: Final[dict[type, Callable[[DeskState, Any], None]]] = {
    cmd.NodeStarted: sessions.start_node,
    cmd.NodeBeat: sessions.hear_node,
    cmd.NodeStopped: sessions.stop_node,
    cmd.TimePassed: _pass_time,
    cmd.PolicyChanged: _change_policy,
    cmd.CalendarExtended: _extend_calendar,
    cmd.ConnectSession: sessions.connect_session,
    cmd.DisconnectSession: sessions.disconnect_session,
    cmd.RequestChat: contacts.request_chat,
    cmd.ReportCall: contacts.report_call,
    cmd.OpenCase: contacts.open_case,
    cmd.ExtendWrapUp: contacts.extend_wrap_up,
    cmd.ConfirmPriority: supervision.confirm_priority,
    cmd.LinkIncident: supervision.link_incident,
    cmd.Transfer: supervision.transfer,
    cmd.MoveContact: supervision.move_contact,
    cmd.PullContact: supervision.pull_contact,
    cmd.RaisePriority: supervision.raise_priority,
    cmd.OpenLine: supervision.open_line,
    cmd.ForceStatus: agents.force_status,
    cmd.LeaveContact: contacts.leave_contact,
    cmd.PostMessage: contacts.post_message,
    cmd.CloseContact: contacts.close_contact,
    cmd.FinishWrapUp: contacts.finish_wrap_up,
    cmd.ConvertToCallback: callbacks.convert_to_callback,
    cmd.RequestCallback: callbacks.request_callback,
    cmd.BookCallback: callbacks.book_callback,
    cmd.RingAsc: callbacks.ring_asc,
    cmd.ReturnToChat: callbacks.return_to_chat,
    cmd.CancelCallback: callbacks.cancel_callback,
    cmd.DropCallback: callbacks.drop_callback,
    cmd.ReportReached: dialling.report_reached,
    cmd.ReportUnreachable: dialling.report_unreachable,
    cmd.SignIn: agents.sign_in,
    cmd.SetStatus: agents.set_status,
    cmd.AcceptOffer: offers.accept_offer,
    cmd.DeclineOffer: offers.decline_offer,
}

_DEADLINES: Final[dict[int, Callable[[DeskState, Any], None]]] = {
    dl.NODE_SILENT: sessions.silence_node,
    dl.SESSION_EXPIRES: lambda state, ident: sessions.expire_session(state, SessionId(ident)),
    dl.AGENT_GRACE: lambda state, ident: agents.give_up_agent(state, AgentId(ident)),
    dl.RESUME: lambda state, ident: contacts.expire_absent(state, ContactId(ident)),
    dl.OFFER: lambda state, ident: offers.time_out_offer(state, OfferId(ident)),
    dl.WRAP_UP: lambda state, ident: contacts.close_wrapped(state, ContactId(ident)),
    dl.BACK_OFF: lambda state, ident: offers.end_back_off(state, AgentId(ident)),
    dl.QUIET: lambda state, ident: quiet.note_quiet(state, ContactId(ident)),
    dl.PARKING: lambda state, ident: quiet.expire_parked(state, ContactId(ident)),
    dl.DUE_AT: lambda state, ident: callbacks.come_due(state, ContactId(ident)),
    dl.URGENT: lambda state, ident: callbacks.note_urgency(state, ContactId(ident)),
    dl.ANNOUNCE: lambda state, ident: announcing.review(state, ContactId(ident)),
    dl.LINE_CLOSES: callbacks.carry_over,
    dl.LIFETIME: lambda state, ident: callbacks.expire_callback(state, ContactId(ident)),
    dl.PASSED: lambda state, ident: state.emit(PassingForgotten(ContactId(ident))),
    dl.CASE_DUE: lambda state, ident: clocks.note_overdue(state, ContactId(ident)),
    dl.SILENT: lambda state, ident: silence.note_silence(state, ContactId(ident)),
    dl.STEP: lambda state, ident: routing.widen(state, ContactId(ident)),
    dl.PREFERENCE: lambda state, ident: routing.end_preference(state, ContactId(ident)),
    dl.TRIAGE: lambda state, ident: state.emit(TriageEscalated(ContactId(ident))),
    dl.SHIFT: lambda state, ident: agents.end_shift_soon(state, AgentId(ident)),
    dl.HAND_OVER: lambda state, ident: agents.end_shift(state, AgentId(ident)),
}
