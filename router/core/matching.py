"""
Who is offered what: looks where something changed, until nothing more can be offered.

The law it keeps: no agent with free capacity is eligible for a contact that waits, except for a named hold (no node
alive, agent backing off or draining, ASC absent). Among contacts the lowest (rank, seq) goes first; among agents the
one who holds least, then idle longest, then the lowest id.
"""

from router.core.events import DrainEnded, DrainStarted, OfferMade
from router.core.ids import AgentId, ContactId, LineKey, OfferId
from router.core.lifecycle import CHAT
from router.core.lines import Contact, Line, Queue
from router.core.staff import Agent
from router.core.state import DeskState


def match(state: DeskState) -> None:
    """Make every offer that is possible now; with no node alive none is, and a node's return looks everywhere."""
    while state.touched_lines or state.touched_agents:
        lines = _take_touched(state)
        if not state.live_nodes:
            continue
        if lines:
            _offer(state, lines)
            with_callbacks = [line for line in lines if line.callbacks.count or line.drained_for]
            if with_callbacks:
                _review_drains(state, with_callbacks)


def _take_touched(state: DeskState) -> list[Line]:
    """The lines in which something may be possible now; empties the work lists."""
    all_lines = state.lines
    keys: dict[LineKey, None] = state.touched_lines
    if state.touched_agents:
        for agent_id in state.touched_agents:
            for key in state.groups[state.agents[agent_id].group].lines:
                line = all_lines[key]
                if line.chats.count or line.callbacks.count or line.drained_agent == agent_id:
                    keys[key] = None
        state.touched_agents = {}
    state.touched_lines = {}
    return [all_lines[key] for key in keys]


def _offer(state: DeskState, lines: list[Line]) -> None:
    """Offer the contacts that wait in these lines, the lowest rank first, while somebody is free for them."""
    queues: list[Queue] = []
    for line in lines:
        if line.chats.count:
            queues.append(line.chats)
        if line.callbacks.count:
            queues.append(line.callbacks)
    due = state.now + state.policy.offer_timeout_ms
    while queues:
        first = queues[0]
        contact = first.head()
        if len(queues) > 1:
            first, contact = _lowest_rank(queues)
        agent = None if contact is None else _agent_for(state, contact)
        if contact is None or agent is None:
            queues.remove(first)
        else:
            state.emit(OfferMade(OfferId(state.next_offer), contact.id, agent.id, due))


def _lowest_rank(queues: list[Queue]) -> tuple[Queue, Contact | None]:
    """The queue whose head goes first; one that turns out to be empty is returned at once, to be dropped."""
    first, chosen = queues[0], None
    for queue in queues:
        head = queue.head()
        if head is None:
            return queue, None
        if chosen is None or head.rank < chosen.rank or (head.rank == chosen.rank and head.seq < chosen.seq):
            first, chosen = queue, head
    return first, chosen


def _agent_for(state: DeskState, contact: Contact) -> Agent | None:
    """The agent who gets this contact now; a callback needs a whole agent, its drained one before any other."""
    line = state.lines[contact.line]
    whole = contact.channel != CHAT
    if whole and line.drained_for == contact.id:
        drained = state.agents[line.drained_agent]
        if not drained.units and _still_drains(state, line):
            return drained
    chosen: Agent | None = None
    for number in line.groups:
        agent = state.groups[number].best()
        if agent is None or (whole and agent.units):
            continue
        if chosen is None or _order(agent) < _order(chosen):
            chosen = agent
    return chosen


def _order(agent: Agent) -> tuple[int, int, int]:
    return agent.units, agent.idle_since, agent.id


def _review_drains(state: DeskState, lines: list[Line]) -> None:
    """
    Keep one agent draining for the callback at the head of each line, so that chats cannot starve it.

    Who drains in vain is released first, and everything is looked at again; then the lowest rank has the first claim.
    """
    in_vain = [line for line in lines if line.drained_for and not _still_drains(state, line)]
    for line in in_vain:
        state.emit(DrainEnded(line.drained_agent, line.drained_for))
    if in_vain:
        state.touched_lines.update(dict.fromkeys([line.key for line in lines]))
        return
    heads = [head for line in lines if not line.drained_for and (head := line.callbacks.head())]
    for callback in sorted(heads, key=_place):
        line = state.lines[callback.line]
        chat = line.chats.head()
        if chat is None or _place(callback) < _place(chat):
            agent_id = _soonest_free(state, line)
            if agent_id:
                state.emit(DrainStarted(agent_id, callback.id))


def _place(contact: Contact) -> tuple[int, int]:
    return contact.rank, contact.seq


def _still_drains(state: DeskState, line: Line) -> bool:
    """Whether the callback is still first in line and its agent could still take it."""
    agent = state.agents[line.drained_agent]
    callback = line.callbacks.head()
    return (
        callback is not None
        and callback.id == line.drained_for
        and agent.may_be_offered()
        and agent.group in line.groups
    )  # fmt: skip


def _soonest_free(state: DeskState, line: Line) -> AgentId:
    """
    Whom to drain: who holds fewest contacts, of these the one who was given the latest of them the longest ago.

    An agent with one unit is whole whenever free, so draining would only cost other lines their rank. 0 when nobody
    qualifies. Looks at each agent with several units in the line's groups.
    """
    best: tuple[int, int, AgentId] | None = None
    for number in line.groups:
        for agent in state.groups[number].sharing.values():
            if agent.units and not agent.drained_for and agent.may_be_offered():
                key = (len(agent.held), agent.taken_at, agent.id)
                if best is None or key < best:
                    best = key
    return best[2] if best else AgentId(0)


def positions(state: DeskState, key: LineKey) -> dict[ContactId, int]:
    """Place in line (from 1) of everybody who waits in this line; O(n log n), for views."""
    return {contact.id: place for place, contact in enumerate(state.lines[key].waiting(), 1)}
