"""What nodes, sessions, operations and a new policy change."""

from router.core import events as ev
from router.core.apply.registry import applies
from router.core.apply.steps import open_lines
from router.core.deadlines import AGENT_GRACE, NODE_SILENT, RESUME, SESSION_EXPIRES, WRAP_UP
from router.core.lifecycle import ABSENT, WRAPPING
from router.core.lines import Line
from router.core.state import DeskState, Node, Session

KEPT_VERDICTS = 16


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
        open_lines(state, group)
    state.touched_lines = dict.fromkeys(state.lines)
