"""Steps that several events share: moving, entering and leaving a line, giving units back."""

from router.core import events as ev
from router.core.deadlines import OFFER
from router.core.errors import Broken
from router.core.events import Event
from router.core.ids import AgentId, LineKey, OfferId, line_key
from router.core.lifecycle import MOVES
from router.core.lines import Contact
from router.core.staff import Agent, Group
from router.core.state import DeskState


def move(contact: Contact, event: Event) -> None:
    """The next state by the table; an event that is not in it is a bug."""
    contact.state = MOVES[contact.channel][contact.state][event.__class__]


def step(contact: Contact, event: ev.ContactEvent) -> None:
    """Move, and count the event in the contact's stream."""
    if event.o != contact.o + 1:
        raise Broken(f"event {event.o} of contact {contact.id} follows event {contact.o}")
    contact.o = event.o
    contact.state = MOVES[contact.channel][contact.state][event.__class__]


def enter_line(state: DeskState, contact: Contact) -> None:
    state.lines[contact.line].queue(contact.channel).enter(contact)
    state.touched_lines[contact.line] = None


def leave_line(state: DeskState, contact: Contact) -> None:
    """Call after the contact has moved on: its queue's entry is stale now."""
    line = state.lines[contact.line]
    line.queue(contact.channel).leave()
    if line.callbacks.count or line.drained_for:
        state.touched_lines[line.key] = None


def refresh(state: DeskState, agent: Agent) -> None:
    """Bring the group's heap up to date with the agent, who may be able to take more now."""
    state.groups[agent.group].refresh(agent)
    state.touched_agents[agent.id] = None


def release(state: DeskState, contact: Contact, agent_id: AgentId) -> None:
    """Give the units held for the contact back to the agent."""
    agent = state.agents[agent_id]
    agent.units -= agent.held.pop(contact.id)
    agent.idle_since = state.now
    contact.agent_id = AgentId(0)
    contact.offer_id = OfferId(0)
    refresh(state, agent)


def forget(state: DeskState, contact: Contact) -> None:
    del state.contacts[contact.id]
    theirs = state.contacts_of[contact.asc_id]
    theirs.remove(contact.id)
    if not theirs:
        del state.contacts_of[contact.asc_id]
    if contact.number_ref:
        del state.numbers[contact.number_ref]


def take_offer(state: DeskState, contact: Contact, agent: Agent) -> None:
    """The agent accepted: the offer is over, its units stay in use."""
    del state.offers[contact.offer_id]
    state.deadlines.disarm(OFFER, contact.offer_id)
    contact.offer_id = OfferId(0)
    contact.agent_id = agent.id
    agent.no_answers = 0


def open_lines(state: DeskState, group: Group) -> None:
    """Connect a group with the lines that its skills cover."""
    keys: list[LineKey] = [line_key(product, language) for product in group.products for language in group.languages]
    group.lines = [key for key in keys if key in state.lines]
    for key in group.lines:
        state.lines[key].groups.append(group.number)
