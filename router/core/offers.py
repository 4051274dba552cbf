"""How an offer ends: accepted, declined, timed out or withdrawn; exactly once, and a late accept is refused."""

from router.core.commands import AcceptOffer, DeclineOffer
from router.core.errors import Refused
from router.core.events import (
    AgentNotResponding,
    BackOffEnded,
    ContactConnected,
    DialStarted,
    OfferDeclined,
    OfferTimedOut,
    OfferWithdrawn,
)
from router.core.ids import AgentId, ContactId, OfferId
from router.core.lifecycle import CALLBACK
from router.core.lines import Contact
from router.core.staff import Agent
from router.core.state import DeskState, Offer


def accept_offer(state: DeskState, command: AcceptOffer) -> None:
    """A chat is connected now; for a callback the agent dials now."""
    offer = _pending(state, command.offer_id, command.agent_id)
    contact = state.contacts[offer.contact_id]
    if contact.channel == CALLBACK:
        state.emit(DialStarted(contact.id, contact.o + 1, offer.id, offer.agent_id, state.next_attempt))
    else:
        state.emit(ContactConnected(contact.id, contact.o + 1, offer.id, offer.agent_id))


def decline_offer(state: DeskState, command: DeclineOffer) -> None:
    """The contact goes back to its rank; the agent pauses, longer when the reason is `busy`."""
    offer = _pending(state, command.offer_id, command.agent_id)
    policy = state.policy
    pause = policy.busy_back_off_ms if command.reason == "busy" else policy.decline_back_off_ms
    until = state.now + pause
    state.emit(OfferDeclined(offer.id, offer.contact_id, offer.agent_id, command.reason, until))


def time_out_offer(state: DeskState, offer_id: OfferId) -> None:
    """The deadline came: the contact goes back to its rank; too many in a row and the agent is not responding."""
    offer = state.offers[offer_id]
    until = state.now + state.policy.no_answer_back_off_ms
    state.emit(OfferTimedOut(offer.id, offer.contact_id, offer.agent_id, until))
    agent = state.agents[offer.agent_id]
    if agent.no_answers >= state.policy.max_no_answer:
        state.emit(AgentNotResponding(agent.id))
        withdraw_from_agent(state, agent, "not_responding")


def withdraw_from_contact(state: DeskState, contact: Contact, cause: str) -> None:
    """End the contact's pending offer, if there is one, through no act of the agent."""
    if contact.offer_id:
        state.emit(OfferWithdrawn(contact.offer_id, contact.id, state.offers[contact.offer_id].agent_id, cause))


def withdraw_from_agent(state: DeskState, agent: Agent, cause: str) -> None:
    """End every pending offer to this agent."""
    for contact_id in list(agent.held):
        withdraw_from_contact(state, state.contacts[contact_id], cause)


def end_back_off(state: DeskState, agent_id: AgentId) -> None:
    """The pause after an ignored or declined offer is over."""
    state.emit(BackOffEnded(agent_id))


def held_contact(state: DeskState, contact_id: ContactId, agent_id: AgentId) -> Contact:
    """The contact this agent has accepted and still holds; anything else is unknown to this agent."""
    contact = state.contacts.get(contact_id)
    if contact is None or contact.agent_id != agent_id or not agent_id:
        raise Refused("unknown_contact")
    return contact


def _pending(state: DeskState, offer_id: OfferId, agent_id: AgentId) -> Offer:
    offer = state.offers.get(offer_id)
    if offer is None or offer.agent_id != agent_id:
        raise Refused("offer_ended")
    return offer
