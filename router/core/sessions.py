"""
Nodes and sessions: who is connected, what an outage changes, and which operation was answered how.

A node that (re)starts loses what its earlier life held before any deadline fires. When no node was alive nobody is
punished: pending offers are withdrawn and human deadlines run their full time again.
"""

from router.core.admission import MAX_ID
from router.core.agents import end_late_shifts, lose_agent, return_agent
from router.core.commands import ConnectSession, DisconnectSession, NodeBeat, NodeStarted, NodeStopped, Op
from router.core.contacts import lose_asc, return_asc
from router.core.deadlines import NODE_SILENT
from router.core.errors import Refused
from router.core.events import (
    DeadlinesRestarted,
    NodeHeard,
    NodeJoined,
    NodeLost,
    SessionBound,
    SessionDropped,
    SessionExpired,
    SessionKept,
)
from router.core.ids import AgentId, AscId, SessionId
from router.core.offers import withdraw_from_contact
from router.core.state import DeskState, Node, Session, Verdict


def start_node(state: DeskState, command: NodeStarted) -> None:
    """The node is alive in a new incarnation; what its earlier one held is lost now, and so are nodes silent since."""
    node = state.nodes.get(command.node)
    if node is not None and command.incarnation <= node.incarnation:
        raise Refused("stale_node")
    for other in list(state.nodes.values()):
        silent_by = state.deadlines.due_of(NODE_SILENT, other.number)
        if other is node or (silent_by is not None and silent_by <= state.now):
            lose_node(state, other)
    _join(state, command.node, command.incarnation)


def hear_node(state: DeskState, command: NodeBeat) -> None:
    """A beat; a node thought lost (a laptop that slept) is alive again."""
    node = state.nodes.get(command.node)
    if node is None or node.incarnation != command.incarnation:
        raise Refused("stale_node")
    if not node.live:
        _join(state, command.node, command.incarnation)
    state.emit(NodeHeard(command.node, state.now + state.policy.node_silence_ms))


def stop_node(state: DeskState, command: NodeStopped) -> None:
    """The node ends in good order."""
    node = state.nodes.get(command.node)
    if node is None or node.incarnation != command.incarnation or not node.live:
        raise Refused("stale_node")
    lose_node(state, node)


def silence_node(state: DeskState, number: int) -> None:
    """Three beats were missed."""
    lose_node(state, next(node for node in state.nodes.values() if node.number == number))


def lose_node(state: DeskState, node: Node) -> None:
    """The node is gone: so are its connections; with no node left, what rings stops ringing."""
    if node.live:
        state.emit(NodeLost(node.name, node.incarnation))
    for session in list(state.sessions.values()):
        if session.connected and session.node == node.name:
            _drop(state, session)
    if not state.live_nodes:
        for offer in list(state.offers.values()):
            withdraw_from_contact(state, state.contacts[offer.contact_id], "outage")


def connect_session(state: DeskState, command: ConnectSession) -> None:
    """Bind the session to a connection, make it when it is new; its person is back."""
    node = state.nodes.get(command.node)
    if node is None or node.incarnation != command.incarnation:
        raise Refused("stale_node")
    role, _, ident = command.actor.partition(":")
    if role != command.role or not ident.isdecimal() or not 0 < command.session_id <= MAX_ID:
        raise Refused("bad_value")
    session = state.sessions.get(command.session_id)
    if session is None:
        _make_room(state, command.actor)
    elif session.actor != command.actor:
        raise Refused("unknown_session")
    expires = state.now + state.policy.session_expiry_ms
    state.emit(
        SessionBound(
            command.session_id,
            command.actor,
            command.role,
            command.node,
            command.incarnation,
            command.connection,
            expires,
        )
    )
    if role == "agent":
        agent = state.agents.get(AgentId(int(ident)))
        if agent is not None:
            return_agent(state, agent)
    elif role == "asc":
        for contact_id in list(state.contacts_of.get(AscId(int(ident)), ())):
            return_asc(state, state.contacts[contact_id])


def disconnect_session(state: DeskState, command: DisconnectSession) -> None:
    """The socket is gone; of no account when the session is on another one already."""
    session = state.sessions.get(command.session_id)
    if (
        session is not None
        and session.connected
        and session.node == command.node
        and session.incarnation == command.incarnation
        and session.connection == command.connection
    ):
        _drop(state, session)


def expire_session(state: DeskState, session_id: SessionId) -> None:
    """Forget a session that was not used for a day; one in use gets a new deadline instead."""
    session = state.sessions[session_id]
    if session.connected or session.expires > state.now:
        expires = state.now + state.policy.session_expiry_ms if session.connected else session.expires
        state.emit(SessionKept(session_id, expires))
    else:
        state.emit(SessionExpired(session_id))


def check_op(state: DeskState, op: Op) -> Verdict | None:
    """
    None when the operation is new and next in its session; the kept verdict when it was answered before.

    Raises Refused `unknown_session`, `op_gap` (not final: send again from the number after the highest), `id_conflict`
    (same number, other content) or `stale_op` (answered so long ago that the verdict is gone).
    """
    session = state.sessions.get(op.session_id)
    if session is None:
        raise Refused("unknown_session")
    if op.counter == session.highest + 1:
        return None
    if op.counter > session.highest:
        raise Refused("op_gap")
    for verdict in session.verdicts:
        if verdict[0] == op.counter:
            if verdict[1] != op.body:
                raise Refused("id_conflict")
            return verdict
    raise Refused("stale_op")


def _join(state: DeskState, name: str, incarnation: int) -> None:
    was_outage = bool(state.nodes) and not state.live_nodes
    end_late_shifts(state)
    state.emit(NodeJoined(name, incarnation))
    if was_outage:
        state.emit(DeadlinesRestarted())


def _make_room(state: DeskState, actor: str) -> None:
    """A person has a bounded number of sessions; the oldest one without a connection gives way."""
    theirs = state.sessions_of.get(actor, [])
    if len(theirs) < state.policy.session_limit:
        return
    for session_id in theirs:
        if not state.sessions[session_id].connected:
            state.emit(SessionExpired(session_id))
            return
    raise Refused("too_many_sessions")


def _drop(state: DeskState, session: Session) -> None:
    state.emit(SessionDropped(session.id))
    if not state.is_gone(session.actor):
        return
    role, _, ident = session.actor.partition(":")
    if role == "agent":
        agent = state.agents.get(AgentId(int(ident)))
        if agent is not None:
            lose_agent(state, agent)
    elif role == "asc":
        for contact_id in list(state.contacts_of.get(AscId(int(ident)), ())):
            lose_asc(state, state.contacts[contact_id])
