"""What nodes, sessions, operations and a new policy change."""

from dataclasses import replace

from router.core import events as ev
from router.core.apply.registry import applies
from router.core.apply.steps import enter_line, leave_line
from router.core.deadlines import (
    AGENT_GRACE,
    LINE_CLOSES,
    NODE_SILENT,
    RESUME,
    SESSION_EXPIRES,
    WRAP_UP,
)
from router.core.hours import extended
from router.core.lifecycle import ABSENT, WRAPPING
from router.core.lines import Line
from router.core.opening import dialling_ends, set_hours
from router.core.policy import CHANNELS
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
    _touch_everything(state)


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
            deadlines.arm(WRAP_UP, contact.id, now + policy.wrap_up_ms[CHANNELS.index(contact.channel)])


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


@applies(ev.LineOpened)
def _line_opened(state: DeskState, event: ev.LineOpened) -> None:
    state.lines[event.line].closed = not event.open


@applies(ev.PolicyAdopted)
def _policy_adopted(state: DeskState, event: ev.PolicyAdopted) -> None:
    """Lines that stay keep their people; everybody who waits is put where the new rules say."""
    waiting = [contact for contact in state.contacts.values() if contact.cohort is not None]
    for contact in waiting:
        leave_line(state, contact)
    state.policy = event.policy
    old = state.lines
    state.lines = {}
    for rules in event.policy.lines:
        line = old.get(rules.key) or Line(rules)
        line.rules = rules
        line.number = len(state.lines) + 1
        for cohort in line.cohorts.values():
            cohort.serve_by([])
        line.cohorts = {}
        state.lines[rules.key] = line
    for number in range(1, max(len(old), len(state.lines)) + 1):
        state.deadlines.disarm(LINE_CLOSES, number)
    _set_all_hours(state)
    state.may_empty = {rules.key: None for rules in event.policy.lines if rules.leave_empty != "never"}
    state.may_empty_by_work = [rules.key for rules in event.policy.lines if rules.leave_empty == "busy"]
    for contact in waiting:
        contact.step = min(contact.step, len(state.lines[contact.line].rules.steps) - 1)
        enter_line(state, contact)
    _touch_everything(state)


@applies(ev.CalendarKnown)
def _calendar_known(state: DeskState, event: ev.CalendarKnown) -> None:
    state.policy = replace(state.policy, hours=extended(state.policy.hours, event.part))
    _set_all_hours(state)


@applies(ev.DiallingEnded)
def _dialling_ended(state: DeskState, event: ev.DiallingEnded) -> None:
    if event.opens:
        _await_closing(state, state.lines[event.line], event.opens)


def _set_all_hours(state: DeskState) -> None:
    for line in state.lines.values():
        set_hours(state.policy, line)
        _await_closing(state, line, state.now)


def _await_closing(state: DeskState, line: Line, at: int) -> None:
    """Be reminded when the line stops dialling, at or after `at`."""
    ends = dialling_ends(line, at)
    if ends is not None:
        state.deadlines.arm(LINE_CLOSES, line.number, ends)


def _touch_everything(state: DeskState) -> None:
    state.touched_lines.update(dict.fromkeys(state.lines))
    for line in state.lines.values():
        state.touched_cohorts.update(dict.fromkeys(line.cohorts.values()))
    state.touched_agents.update(dict.fromkeys(state.agents, True))
