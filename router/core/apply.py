"""
How each event changes the state: the one place that does.

Rule 1: no decisions and no refusals here; an event that cannot be applied is a bug. Rule 2: everything that an event
makes possible (a free unit, a new head of line) is marked as touched, so that matching looks exactly there.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from router.core import events as ev
from router.core.deadlines import AGENT_GRACE, BACK_OFF, NODE_SILENT, OFFER, RESUME, SESSION_EXPIRES, WRAP_UP
from router.core.errors import Broken
from router.core.events import Event
from router.core.ids import AgentId, ContactId, LineKey, OfferId, line_key
from router.core.lifecycle import ABSENT, AVAILABLE, CALLBACK, CHAT, MOVES, WRAPPING
from router.core.lines import Contact, Line
from router.core.staff import Agent, Group
from router.core.state import APPLIERS, DeskState, Node, Offer, Session

E = TypeVar("E")
KEPT_VERDICTS = 16


def applies(kind: type[E]) -> Callable[[Callable[[DeskState, E], None]], Callable[[DeskState, E], None]]:
    """Register the decorated function as the one that applies events of this class."""

    def register(function: Callable[[DeskState, E], None]) -> Callable[[DeskState, E], None]:
        APPLIERS[kind] = cast("Callable[[DeskState, Event], None]", function)
        return function

    return register


# --- steps that several events share


def _move(contact: Contact, event: Event) -> None:
    """The next state by the table; an event that is not in it is a bug."""
    contact.state = MOVES[contact.channel][contact.state][event.__class__]


def _step(contact: Contact, event: ev.ContactEvent) -> None:
    """Move, and count the event in the contact's stream."""
    if event.o != contact.o + 1:
        raise Broken(f"event {event.o} of contact {contact.id} follows event {contact.o}")
    contact.o = event.o
    contact.state = MOVES[contact.channel][contact.state][event.__class__]


def _enter_line(state: DeskState, contact: Contact) -> None:
    state.lines[contact.line].queue(contact.channel).enter(contact)
    state.touched_lines[contact.line] = None


def _leave_line(state: DeskState, contact: Contact) -> None:
    """Call after the contact has moved on: its queue's entry is stale now."""
    line = state.lines[contact.line]
    line.queue(contact.channel).leave()
    if line.callbacks.count or line.drained_for:
        state.touched_lines[line.key] = None


def _refresh(state: DeskState, agent: Agent) -> None:
    """Bring the group's heap up to date with the agent, who may be able to take more now."""
    state.groups[agent.group].refresh(agent)
    state.touched_agents[agent.id] = None


def _release(state: DeskState, contact: Contact, agent_id: AgentId) -> None:
    """Give the units held for the contact back to the agent."""
    agent = state.agents[agent_id]
    agent.units -= agent.held.pop(contact.id)
    agent.idle_since = state.now
    contact.agent_id = AgentId(0)
    contact.offer_id = OfferId(0)
    _refresh(state, agent)


def _forget(state: DeskState, contact: Contact) -> None:
    del state.contacts[contact.id]
    theirs = state.contacts_of[contact.asc_id]
    theirs.remove(contact.id)
    if not theirs:
        del state.contacts_of[contact.asc_id]
    if contact.number_ref:
        del state.numbers[contact.number_ref]


def _take_offer(state: DeskState, contact: Contact, agent: Agent) -> None:
    """The agent accepted: the offer is over, its units stay in use."""
    del state.offers[contact.offer_id]
    state.deadlines.disarm(OFFER, contact.offer_id)
    contact.offer_id = OfferId(0)
    contact.agent_id = agent.id
    agent.no_answers = 0


def _end_offer(state: DeskState, event: ev.OfferDeclined | ev.OfferTimedOut | ev.OfferWithdrawn) -> Agent:
    """The offer ended unaccepted: the contact is back in line, the units are free."""
    contact = state.contacts[event.contact_id]
    _move(contact, event)
    del state.offers[event.offer_id]
    state.deadlines.disarm(OFFER, event.offer_id)
    _release(state, contact, event.agent_id)
    _enter_line(state, contact)
    return state.agents[event.agent_id]


def _back_off(state: DeskState, agent: Agent, until: int) -> None:
    if until > state.now:
        agent.backing_off = True
        state.deadlines.arm(BACK_OFF, agent.id, until)
        _refresh(state, agent)


def _set_capacity(state: DeskState, agent: Agent, capacity: int) -> None:
    """Lowering it drops nothing; whatever needs the whole agent goes on doing so."""
    agent.capacity = capacity
    for contact_id in agent.held:
        contact = state.contacts[contact_id]
        if contact.channel == CALLBACK:
            agent.held[contact_id] = capacity
    agent.units = sum(agent.held.values())


def _end_all_pauses(state: DeskState, agent: Agent) -> None:
    """Whoever chooses a status is here: nothing that kept offers away holds any longer."""
    agent.lost = False
    state.deadlines.disarm(AGENT_GRACE, agent.id)
    agent.no_answers = 0
    agent.not_responding = False
    agent.backing_off = False
    state.deadlines.disarm(BACK_OFF, agent.id)


# --- contacts


@applies(ev.ContactQueued)
def _contact_queued(state: DeskState, event: ev.ContactQueued) -> None:
    contact = Contact(
        event.contact_id,
        state.next_seq,
        event.asc_id,
        event.company_id,
        event.line,
        event.priority,
        event.waiting_since,
        event.rank,
    )
    state.next_seq += 1
    contact.o = 1
    state.contacts[contact.id] = contact
    state.contacts_of.setdefault(contact.asc_id, []).append(contact.id)
    _enter_line(state, contact)


@applies(ev.ContactConnected)
def _contact_connected(state: DeskState, event: ev.ContactConnected) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)
    _take_offer(state, contact, state.agents[event.agent_id])


@applies(ev.MessagePosted)
def _message_posted(state: DeskState, event: ev.MessagePosted) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)
    contact.messages += 1


@applies(ev.AscLeft)
def _asc_left(state: DeskState, event: ev.AscLeft) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)
    _leave_line(state, contact)
    contact.left_at = state.now
    state.deadlines.arm(RESUME, contact.id, event.resume_by)


@applies(ev.AscReturned)
def _asc_returned(state: DeskState, event: ev.AscReturned) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)
    state.deadlines.disarm(RESUME, contact.id)
    _enter_line(state, contact)


@applies(ev.ContactAbandoned)
def _contact_abandoned(state: DeskState, event: ev.ContactAbandoned) -> None:
    contact = state.contacts[event.contact_id]
    was_absent = contact.state == ABSENT
    _step(contact, event)
    if was_absent:
        state.deadlines.disarm(RESUME, contact.id)
    else:
        _leave_line(state, contact)
    _forget(state, contact)


@applies(ev.ContactEnded)
def _contact_ended(state: DeskState, event: ev.ContactEnded) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)
    state.deadlines.arm(WRAP_UP, contact.id, event.wrap_up_by)


@applies(ev.ContactClosed)
def _contact_closed(state: DeskState, event: ev.ContactClosed) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)
    state.deadlines.disarm(WRAP_UP, contact.id)
    _release(state, contact, event.agent_id)
    _forget(state, contact)


@applies(ev.ContactRequeued)
def _contact_requeued(state: DeskState, event: ev.ContactRequeued) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)
    _release(state, contact, event.agent_id)
    contact.attempt = 0
    _enter_line(state, contact)


# --- callbacks


@applies(ev.ContactConverted)
def _contact_converted(state: DeskState, event: ev.ContactConverted) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)
    _leave_line(state, contact)
    contact.channel = CALLBACK
    contact.number_ref = event.number_ref
    state.numbers[event.number_ref] = contact.id
    _enter_line(state, contact)


@applies(ev.CallbackCancelled)
def _callback_cancelled(state: DeskState, event: ev.CallbackCancelled) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)
    _leave_line(state, contact)
    _forget(state, contact)


@applies(ev.DialStarted)
def _dial_started(state: DeskState, event: ev.DialStarted) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)
    _take_offer(state, contact, state.agents[event.agent_id])
    contact.attempt = event.attempt
    state.next_attempt = event.attempt + 1


@applies(ev.CallbackReached)
def _callback_reached(state: DeskState, event: ev.CallbackReached) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)


@applies(ev.CallbackUnreachable)
def _callback_unreachable(state: DeskState, event: ev.CallbackUnreachable) -> None:
    contact = state.contacts[event.contact_id]
    _step(contact, event)
    _release(state, contact, event.agent_id)
    _forget(state, contact)


# --- offers


@applies(ev.OfferMade)
def _offer_made(state: DeskState, event: ev.OfferMade) -> None:
    contact = state.contacts[event.contact_id]
    agent = state.agents[event.agent_id]
    _move(contact, event)
    _leave_line(state, contact)
    contact.offer_id = event.offer_id
    units = 1 if contact.channel == CHAT else agent.capacity
    agent.held[contact.id] = units
    agent.units += units
    agent.taken_at = state.now
    state.groups[agent.group].refresh(agent)
    state.offers[event.offer_id] = Offer(event.offer_id, event.contact_id, event.agent_id, event.due)
    state.next_offer = event.offer_id + 1
    state.deadlines.arm(OFFER, event.offer_id, event.due)


@applies(ev.OfferDeclined)
def _offer_declined(state: DeskState, event: ev.OfferDeclined) -> None:
    agent = _end_offer(state, event)
    agent.no_answers = 0
    _back_off(state, agent, event.back_off_until)


@applies(ev.OfferTimedOut)
def _offer_timed_out(state: DeskState, event: ev.OfferTimedOut) -> None:
    agent = _end_offer(state, event)
    agent.no_answers += 1
    _back_off(state, agent, event.back_off_until)


@applies(ev.OfferWithdrawn)
def _offer_withdrawn(state: DeskState, event: ev.OfferWithdrawn) -> None:
    _end_offer(state, event)


# --- agents


@applies(ev.AgentSignedIn)
def _agent_signed_in(state: DeskState, event: ev.AgentSignedIn) -> None:
    agent = state.agents.get(event.agent_id)
    if agent is None:
        agent = state.agents[event.agent_id] = Agent(event.agent_id)
    else:
        del state.groups[agent.group].members[agent.id]
    agent.key = None
    agent.group = _group_for(state, event.products, event.languages).number
    state.groups[agent.group].members[agent.id] = agent
    _set_capacity(state, agent, event.capacity)
    agent.status = AVAILABLE
    agent.reason = ""
    agent.since = agent.idle_since = state.now
    _end_all_pauses(state, agent)
    _refresh(state, agent)


@applies(ev.AgentStatusSet)
def _agent_status_set(state: DeskState, event: ev.AgentStatusSet) -> None:
    agent = state.agents[event.agent_id]
    if event.status == AVAILABLE and agent.status != AVAILABLE:
        agent.idle_since = state.now
    agent.status = event.status
    agent.reason = event.reason
    agent.since = state.now
    _end_all_pauses(state, agent)
    _refresh(state, agent)


@applies(ev.AgentNotResponding)
def _agent_not_responding(state: DeskState, event: ev.AgentNotResponding) -> None:
    agent = state.agents[event.agent_id]
    agent.not_responding = True
    _refresh(state, agent)


@applies(ev.AgentLost)
def _agent_lost(state: DeskState, event: ev.AgentLost) -> None:
    agent = state.agents[event.agent_id]
    agent.lost = True
    state.deadlines.arm(AGENT_GRACE, agent.id, event.grace_until)
    _refresh(state, agent)


@applies(ev.AgentBack)
def _agent_back(state: DeskState, event: ev.AgentBack) -> None:
    agent = state.agents[event.agent_id]
    agent.lost = False
    state.deadlines.disarm(AGENT_GRACE, agent.id)
    _refresh(state, agent)


@applies(ev.BackOffEnded)
def _back_off_ended(state: DeskState, event: ev.BackOffEnded) -> None:
    agent = state.agents[event.agent_id]
    agent.backing_off = False
    state.deadlines.disarm(BACK_OFF, agent.id)
    _refresh(state, agent)


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
    _refresh(state, agent)


# --- nodes, sessions, policy


@applies(ev.NodeJoined)
def _node_joined(state: DeskState, event: ev.NodeJoined) -> None:
    node = state.nodes.get(event.node)
    if node is None:
        node = state.nodes[event.node] = Node(event.node, len(state.nodes) + 1)
    node.incarnation = event.incarnation
    node.live = True
    state.live_nodes += 1
    state.touched_lines.update(dict.fromkeys(state.lines))


@applies(ev.NodeHeard)
def _node_heard(state: DeskState, event: ev.NodeHeard) -> None:
    state.deadlines.arm(NODE_SILENT, state.nodes[event.node].number, event.silent_by)


@applies(ev.NodeLost)
def _node_lost(state: DeskState, event: ev.NodeLost) -> None:
    node = state.nodes[event.node]
    node.live = False
    state.live_nodes -= 1
    state.deadlines.disarm(NODE_SILENT, node.number)


@applies(ev.DeadlinesRestarted)
def _deadlines_restarted(state: DeskState, _event: ev.DeadlinesRestarted) -> None:
    policy, now, deadlines = state.policy, state.now, state.deadlines
    for agent in state.agents.values():
        if agent.lost:
            deadlines.arm(AGENT_GRACE, agent.id, now + policy.agent_grace_ms)
    for contact in state.contacts.values():
        if contact.state == ABSENT:
            deadlines.arm(RESUME, contact.id, now + policy.asc_grace_ms)
        elif contact.state == WRAPPING:
            deadlines.arm(WRAP_UP, contact.id, now + policy.wrap_up_ms)


@applies(ev.SessionBound)
def _session_bound(state: DeskState, event: ev.SessionBound) -> None:
    session = state.sessions.get(event.session_id)
    if session is None:
        session = state.sessions[event.session_id] = Session(event.session_id, event.actor, event.role)
        state.sessions_of.setdefault(event.actor, []).append(event.session_id)
        state.deadlines.arm(SESSION_EXPIRES, event.session_id, event.expires)
    session.node = event.node
    session.incarnation = event.incarnation
    session.connection = event.connection
    session.connected = True
    session.expires = event.expires


@applies(ev.SessionDropped)
def _session_dropped(state: DeskState, event: ev.SessionDropped) -> None:
    state.sessions[event.session_id].connected = False


@applies(ev.SessionKept)
def _session_kept(state: DeskState, event: ev.SessionKept) -> None:
    state.sessions[event.session_id].expires = event.expires
    state.deadlines.arm(SESSION_EXPIRES, event.session_id, event.expires)


@applies(ev.SessionExpired)
def _session_expired(state: DeskState, event: ev.SessionExpired) -> None:
    session = state.sessions.pop(event.session_id)
    theirs = state.sessions_of[session.actor]
    theirs.remove(session.id)
    if not theirs:
        del state.sessions_of[session.actor]
    state.deadlines.disarm(SESSION_EXPIRES, session.id)


@applies(ev.OpRecorded)
def _op_recorded(state: DeskState, event: ev.OpRecorded) -> None:
    session = state.sessions[event.session_id]
    session.highest = event.counter
    session.verdicts.append((event.counter, event.body, event.code, event.contact_id, event.o))
    if len(session.verdicts) > KEPT_VERDICTS:
        del session.verdicts[0]
    session.expires = state.now + state.policy.session_expiry_ms


@applies(ev.PolicyAdopted)
def _policy_adopted(state: DeskState, event: ev.PolicyAdopted) -> None:
    state.policy = event.policy
    state.lines = {key: state.lines.get(key) or Line(key) for key in event.policy.lines}
    for line in state.lines.values():
        line.groups = []
    for group in state.groups:
        _open_lines(state, group)
    state.touched_lines.update(dict.fromkeys(state.lines))


def _group_for(state: DeskState, products: tuple[str, ...], languages: tuple[str, ...]) -> Group:
    """The group of agents with exactly these skills, made when it is new."""
    for group in state.groups:
        if group.products == products and group.languages == languages:
            return group
    group = Group(len(state.groups), products, languages)
    state.groups.append(group)
    _open_lines(state, group)
    return group


def _open_lines(state: DeskState, group: Group) -> None:
    """Connect a group with the lines that its skills cover."""
    keys: list[LineKey] = [line_key(product, language) for product in group.products for language in group.languages]
    group.lines = [key for key in keys if key in state.lines]
    for key in group.lines:
        state.lines[key].groups.append(group.number)
