"""What the events of a callback change, and the draining of an agent for one."""

from router.core import events as ev
from router.core.apply.registry import applies
from router.core.apply.steps import enter_line, forget, leave_line, refresh, release, step, take_offer
from router.core.ids import AgentId, ContactId
from router.core.lifecycle import CALLBACK
from router.core.state import DeskState


@applies(ev.ContactConverted)
def _contact_converted(state: DeskState, event: ev.ContactConverted) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    leave_line(state, contact)
    contact.channel = CALLBACK
    contact.number_ref = event.number_ref
    state.numbers[event.number_ref] = contact.id
    enter_line(state, contact)


@applies(ev.CallbackCancelled)
def _callback_cancelled(state: DeskState, event: ev.CallbackCancelled) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    leave_line(state, contact)
    forget(state, contact)


@applies(ev.DialStarted)
def _dial_started(state: DeskState, event: ev.DialStarted) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    take_offer(state, contact, state.agents[event.agent_id])
    contact.attempt = event.attempt
    state.next_attempt = event.attempt + 1


@applies(ev.CallbackReached)
def _callback_reached(state: DeskState, event: ev.CallbackReached) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)


@applies(ev.CallbackUnreachable)
def _callback_unreachable(state: DeskState, event: ev.CallbackUnreachable) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    release(state, contact, event.agent_id)
    forget(state, contact)


@applies(ev.DrainStarted)
def _drain_started(state: DeskState, event: ev.DrainStarted) -> None:
    agent = state.agents[event.agent_id]
    agent.drained_for = event.contact_id
    line = state.lines[state.contacts[event.contact_id].line]
    line.drained_agent = agent.id
    line.drained_for = event.contact_id
    state.groups[agent.group].refresh(agent)


@applies(ev.DrainEnded)
def _drain_ended(state: DeskState, event: ev.DrainEnded) -> None:
    agent = state.agents[event.agent_id]
    for line in state.lines.values():
        if line.drained_for == event.contact_id:
            line.drained_agent = AgentId(0)
            line.drained_for = ContactId(0)
            state.touched_lines[line.key] = None
    agent.drained_for = ContactId(0)
    refresh(state, agent)
