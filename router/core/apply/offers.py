"""What an offer and its ends change."""

from router.core import events as ev
from router.core.apply.registry import applies
from router.core.apply.steps import (
    enter_line,
    fly,
    land,
    leave_line,
    move,
    occupy,
    refresh,
    release,
    remember_passing,
    reserve,
)
from router.core.deadlines import (
    BACK_OFF,
    OFFER,
)
from router.core.ids import AgentId
from router.core.lifecycle import CALLBACK, EXCLUSIVE
from router.core.staff import Agent
from router.core.state import DeskState, Offer


@applies(ev.OfferMade)
def _offer_made(state: DeskState, event: ev.OfferMade) -> None:
    contact = state.contacts[event.contact_id]
    agent = state.agents[event.agent_id]
    move(contact, event)
    leave_line(state, contact)
    contact.offer_id = event.offer_id
    contact.taken_at = state.now
    if agent.id in contact.tried:
        remember_passing(state, contact, [])
    units = agent.capacity if contact.channel in EXCLUSIVE else 1
    if contact.channel == CALLBACK:
        fly(state, contact)
    agent.held[contact.id] = units
    agent.units += units
    agent.taken_at = state.now
    agent.last_offer = event.offer_id
    agent.group.reload(agent)
    occupy(state)
    state.offers[event.offer_id] = Offer(event.offer_id, event.contact_id, event.agent_id, event.due)
    state.next_offer = event.offer_id + 1
    state.deadlines.arm(OFFER, event.offer_id, event.due)


@applies(ev.OfferDeclined)
def _offer_declined(state: DeskState, event: ev.OfferDeclined) -> None:
    agent = _end_offer(state, event, passed=True)
    agent.no_answers = 0
    _back_off(state, agent, event.back_off_until)


@applies(ev.OfferTimedOut)
def _offer_timed_out(state: DeskState, event: ev.OfferTimedOut) -> None:
    agent = _end_offer(state, event, passed=True)
    agent.no_answers += 1
    _back_off(state, agent, event.back_off_until)


@applies(ev.OfferWithdrawn)
def _offer_withdrawn(state: DeskState, event: ev.OfferWithdrawn) -> None:
    _end_offer(state, event, passed=event.cause == "pulled")


def _end_offer(state: DeskState, event: ev.OfferDeclined | ev.OfferTimedOut | ev.OfferWithdrawn, passed: bool) -> Agent:
    """The offer ended unaccepted: back in line, units free; `passed`: others are asked before this agent."""
    contact = state.contacts[event.contact_id]
    move(contact, event)
    del state.offers[event.offer_id]
    state.deadlines.disarm(OFFER, event.offer_id)
    release(state, contact, event.agent_id)
    land(state, contact)
    if passed:
        remember_passing(state, contact, [*contact.tried, event.agent_id])
        reserve(state, contact, AgentId(0), 0)
    enter_line(state, contact)
    return state.agents[event.agent_id]


def _back_off(state: DeskState, agent: Agent, until: int) -> None:
    if until > state.now:
        agent.backing_off = True
        state.deadlines.arm(BACK_OFF, agent.id, max(until, state.deadlines.due_of(BACK_OFF, agent.id) or 0))
        refresh(state, agent)
