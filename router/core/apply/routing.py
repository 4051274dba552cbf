"""What changes when a contact goes on to somebody else: requeued, transferred, moved, widened, prioritised."""

from router.core import events as ev
from router.core.apply.registry import applies
from router.core.apply.steps import (
    enter_line,
    land,
    leave_line,
    live_again,
    release,
    remember_passing,
    reserve,
    settle_told,
    step,
    wait_elsewhere,
)
from router.core.deadlines import (
    ANNOUNCE,
    TRIAGE,
)
from router.core.ids import AgentId
from router.core.lifecycle import CONNECTED
from router.core.state import DeskState


@applies(ev.ContactRequeued)
def _contact_requeued(state: DeskState, event: ev.ContactRequeued) -> None:
    contact = state.contacts[event.contact_id]
    if contact.state == CONNECTED:
        live_again(state, contact)
    step(contact, event)
    release(state, contact, event.agent_id)
    land(state, contact)
    contact.attempt = 0
    if event.cause == "pulled":
        remember_passing(state, contact, [event.agent_id])
    enter_line(state, contact)


@applies(ev.ContactTransferred)
def _contact_transferred(state: DeskState, event: ev.ContactTransferred) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    live_again(state, contact)
    release(state, contact, event.agent_id)
    contact.line = event.line
    contact.step = event.step
    contact.pool = event.pool
    contact.handed_on = True
    remember_passing(state, contact, [event.agent_id])
    contact.attempt = 0
    reserve(state, contact, event.for_agent, event.for_agent_until)
    enter_line(state, contact)


@applies(ev.ContactMoved)
def _contact_moved(state: DeskState, event: ev.ContactMoved) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    leave_line(state, contact)
    settle_told(state, contact, False)
    contact.line = event.line
    contact.step = event.step
    contact.pool = ""
    remember_passing(state, contact, [])
    reserve(state, contact, AgentId(0), 0)
    enter_line(state, contact)


@applies(ev.PrioritySet)
def _priority_set(state: DeskState, event: ev.PrioritySet) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    waits = contact.cohort is not None
    if waits:
        leave_line(state, contact)
    contact.priority = event.priority
    contact.rank = event.rank
    contact.triage = False
    state.deadlines.disarm(TRIAGE, contact.id)
    if waits:
        enter_line(state, contact)


@applies(ev.IncidentLinked)
def _incident_linked(state: DeskState, event: ev.IncidentLinked) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    contact.incident = event.incident


@applies(ev.StepWidened)
def _step_widened(state: DeskState, event: ev.StepWidened) -> None:
    contact = state.contacts[event.contact_id]
    contact.step = event.step
    wait_elsewhere(state, contact)


@applies(ev.PreferenceEnded)
def _preference_ended(state: DeskState, event: ev.PreferenceEnded) -> None:
    contact = state.contacts[event.contact_id]
    reserve(state, contact, AgentId(0), 0)
    contact.pool = ""
    contact.step = event.step
    wait_elsewhere(state, contact)


@applies(ev.PassingForgotten)
def _passing_forgotten(state: DeskState, event: ev.PassingForgotten) -> None:
    contact = state.contacts[event.contact_id]
    remember_passing(state, contact, [])
    wait_elsewhere(state, contact)


@applies(ev.WaitTold)
def _wait_told(state: DeskState, event: ev.WaitTold) -> None:
    contact = state.contacts[event.contact_id]
    contact.announced = event.said
    state.lines[contact.line].ledger.tell(contact.id, event.said)
    state.deadlines.arm(ANNOUNCE, contact.id, event.again_at)


@applies(ev.WaitReviewed)
def _wait_reviewed(state: DeskState, event: ev.WaitReviewed) -> None:
    state.deadlines.arm(ANNOUNCE, event.contact_id, event.again_at)


@applies(ev.TriageEscalated)
def _triage_escalated(state: DeskState, event: ev.TriageEscalated) -> None:
    state.deadlines.disarm(TRIAGE, event.contact_id)
