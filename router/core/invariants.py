"""
The laws of the desk, checked after every step in tests and, with `--check`, live.

Each law recomputes from the bare state what the indexes and heaps claim, so that a broken shortcut is found at the
entry that broke it. O(contacts + agents x lines): for checking, never for deciding.
"""

from router.core.deadlines import AGENT_GRACE, BACK_OFF, OFFER, RESUME, WRAP_UP
from router.core.errors import Broken
from router.core.lifecycle import (
    ABSENT,
    CALLBACK,
    CHAT,
    CONNECTED,
    DIALLING,
    DUE,
    MOVES,
    OFFERED,
    WAITING,
    WRAPPING,
)
from router.core.lines import Contact
from router.core.staff import Agent
from router.core.state import DeskState

_HELD_STATES = (CONNECTED, DIALLING, WRAPPING)
_LINE_STATES = {CHAT: WAITING, CALLBACK: DUE}


def check(state: DeskState) -> None:
    """Raise Broken, naming the law and the ids, when a law does not hold."""
    _need(not state.touched_lines and not state.touched_agents, "matching looked everywhere it was told to")
    for contact in state.contacts.values():
        _check_contact(state, contact)
    for agent in state.agents.values():
        _check_agent(state, agent)
    _check_offers(state)
    _check_lines(state)
    _check_indexes(state)
    if state.live_nodes:
        _check_work_conserving(state)


def _need(holds: bool, law: str, *ids: object) -> None:
    if not holds:
        raise Broken(f"{law}: {', '.join(map(str, ids))}")


def _check_contact(state: DeskState, contact: Contact) -> None:
    _need(contact.state in MOVES[contact.channel], "a contact on the desk has not ended", contact.id)
    holders = [agent.id for agent in state.agents.values() if contact.id in agent.held]
    offered = contact.state == OFFERED
    expected = 1 if offered or contact.state in _HELD_STATES else 0
    _need(len(holders) == expected, "a contact has exactly one agent from offer to close", contact.id, holders)
    _need((contact.agent_id != 0) == (contact.state in _HELD_STATES), "accepted means an agent", contact.id)
    _need((contact.offer_id != 0) == offered, "an offered contact names its offer", contact.id)
    if contact.agent_id:
        _need(holders == [contact.agent_id], "the agent named is the agent who holds it", contact.id)
    _need(contact.rank <= contact.waiting_since, "credit moves forward, never back", contact.id)
    armed = state.deadlines.due_of
    _need((armed(RESUME, contact.id) is not None) == (contact.state == ABSENT), "absent has a deadline", contact.id)
    _need((armed(WRAP_UP, contact.id) is not None) == (contact.state == WRAPPING), "wrap-up has a deadline", contact.id)
    _need((contact.number_ref != "") == (contact.channel == CALLBACK), "a callback has a number", contact.id)


def _check_agent(state: DeskState, agent: Agent) -> None:
    _need(agent.units == sum(agent.held.values()), "units in use are those of what is held", agent.id)
    for contact_id, units in agent.held.items():
        contact = state.contacts.get(contact_id)
        _need(contact is not None, "what is held is on the desk", agent.id, contact_id)
        if contact is not None and contact.channel == CALLBACK:
            _need(len(agent.held) == 1 or agent.units == units, "a callback has the whole agent", agent.id, contact_id)
    if agent.drained_for:
        line = next((line for line in state.lines.values() if line.drained_for == agent.drained_for), None)
        _need(line is not None and line.drained_agent == agent.id, "draining is known to the line", agent.id)
    due = state.deadlines.due_of
    _need((due(AGENT_GRACE, agent.id) is not None) == agent.lost, "a lost agent has a grace", agent.id)
    group = state.groups[agent.group]
    _need((agent.id in group.sharing) == (agent.capacity > 1), "a group knows who could be drained", agent.id)
    _need((due(BACK_OFF, agent.id) is not None) == agent.backing_off, "a pause has an end", agent.id)


def _check_offers(state: DeskState) -> None:
    for offer in state.offers.values():
        contact = state.contacts.get(offer.contact_id)
        _need(contact is not None and contact.offer_id == offer.id, "an offer is for an offered contact", offer.id)
        agent = state.agents[offer.agent_id]
        _need(offer.contact_id in agent.held, "an offer uses its agent's units", offer.id)
        _need(agent.may_be_offered() or agent.backing_off, "offers ring only where somebody is available", offer.id)
        _need(state.deadlines.due_of(OFFER, offer.id) == offer.due, "an offer has its deadline", offer.id)
    _need(
        len(state.offers) == sum(1 for contact in state.contacts.values() if contact.state == OFFERED),
        "each offered contact has one offer",
    )


def _check_lines(state: DeskState) -> None:
    for line in state.lines.values():
        for queue in (line.chats, line.callbacks):
            waiting = sorted(
                (contact.rank, contact.seq, contact.id)
                for contact in state.contacts.values()
                if contact.line == line.key
                and contact.channel == queue.channel
                and contact.state == _LINE_STATES[queue.channel]
            )
            listed = [(contact.rank, contact.seq, contact.id) for contact in queue.contacts()]
            _need(listed == waiting, "a line lists exactly those who wait, by rank", line.key, queue.channel)
            _need(queue.count == len(waiting), "a line counts those who wait", line.key, queue.channel)
            head = queue.head()
            _need((head.id if head else None) == (waiting[0][2] if waiting else None), "the head is first", line.key)


def _check_indexes(state: DeskState) -> None:
    theirs = {contact_id for ids in state.contacts_of.values() for contact_id in ids}
    _need(theirs == set(state.contacts), "every contact is found through its ASC")
    numbers = {c.number_ref: c.id for c in state.contacts.values() if c.number_ref}
    _need(numbers == state.numbers, "one open callback for each number")
    sessions = {session_id for ids in state.sessions_of.values() for session_id in ids}
    _need(sessions == set(state.sessions), "every session is found through its person")
    _need(state.live_nodes == sum(node.live for node in state.nodes.values()), "live nodes are counted")


def _check_work_conserving(state: DeskState) -> None:
    """No agent with free capacity is eligible for a contact that waits, named holds excepted."""
    for line in state.lines.values():
        for agent in state.agents.values():
            if agent.group not in line.groups or not agent.may_be_offered():
                continue
            free_for_chat = agent.units < agent.capacity and not agent.drained_for
            _need(not (free_for_chat and line.chats.count), "nobody waits beside a free agent", line.key, agent.id)
            whole = not agent.units and agent.drained_for in (0, line.drained_for)
            _need(not (whole and line.callbacks.count), "no callback waits beside a whole agent", line.key, agent.id)
