"""Bugs of lines, capacity, deadlines, operations and outages."""

from heapq import heappop, heappush
from typing import Any

from router.core import agents, apply, contacts, desk, offers, sessions
from router.core import commands as cmd
from router.core import events as ev
from router.core.agent_heap import AgentHeap
from router.core.deadlines import AGENT_GRACE
from router.core.errors import Refused
from router.core.lifecycle import ABSENT
from router.core.lines import Cohort, Contact
from router.core.staff import Agent, Group
from router.core.state import APPLIERS, DeskState
from tests.core.bugs.plant import Patch, after, agent_of, before, bug, contact_of, nothing, shared, waits_from_now


@bug
def newest_first(patch: Patch) -> None:
    """The line is a stack."""

    def enter(self: Cohort, contact: Contact) -> None:
        contact.cohort = self
        contact.ticket += 1
        self.count += 1
        heappush(self._heap, (-contact.rank, -contact.seq, contact.ticket, contact))
        while not self._is_current(self._heap[0]):
            heappop(self._heap)
        self.first = self._heap[0][3]
        if self.count == 1:
            for group in self.groups:
                group.await_by(self)

    patch.setattr(Cohort, "enter", enter)


@bug
def one_too_many(patch: Patch) -> None:
    """Capacity is off by one."""
    for name in ("refresh", "reload"):
        real = getattr(Group, name)

        def changed(self: Group, agent: Agent, real: Any = real) -> None:
            agent.capacity += 1
            real(self, agent)
            agent.capacity -= 1

        patch.setattr(Group, name, changed)

    def qualifies(self: AgentHeap, agent: Agent) -> bool:
        return agent.offerable and agent.units <= agent.capacity

    patch.setattr(AgentHeap, "_qualifies", qualifies)


@bug
def conversion_to_the_end(patch: Patch) -> None:
    """A callback waits from its conversion on."""
    after(patch, ev.ContactConverted, waits_from_now)


@bug
def ignored_to_the_end(patch: Patch) -> None:
    """A contact whose offer rang out goes to the end of the line."""

    def change(state: DeskState, event: Any) -> None:
        contact_of(state, event).seq = state.next_seq
        state.next_seq += 1

    before(patch, ev.OfferTimedOut, change)


@bug
def rings_for_nobody(patch: Patch) -> None:
    """When the ASC leaves, the offer rings on."""
    patch.setattr(contacts, "withdraw_from_contact", nothing)


@bug
def taken_twice(patch: Patch) -> None:
    """An operation that is sent again is done again."""
    patch.setattr(sessions, "check_op", nothing)


@bug
def body_not_compared(patch: Patch) -> None:
    """Whatever comes under a number that was used gets its verdict."""
    real = sessions.check_op

    def check_op(state: DeskState, op: cmd.Op) -> Any:
        try:
            return real(state, op)
        except Refused:
            return next(iter(kept for kept in state.sessions[op.session_id].verdicts if kept[0] == op.counter), None)

    patch.setattr(sessions, "check_op", check_op)


@bug
def fifteen_kept(patch: Patch) -> None:
    """One verdict less than promised."""
    patch.setattr(apply.service, "KEPT_VERDICTS", 15)


@bug
def unit_kept(patch: Patch) -> None:
    """A closed contact keeps its unit."""
    after(patch, ev.ContactClosed, lambda state, event: setattr(agent_of(state, event), "units", 1))


@bug
def not_looked_again(patch: Patch) -> None:
    """A freed unit is not noticed."""
    real = apply.steps.release

    def release(state: DeskState, contact: Contact, agent_id: Any) -> None:
        touched = dict(state.touched_agents)
        real(state, contact, agent_id)
        state.touched_agents = touched

    shared(patch, "release", release)


@bug
def idle_from_the_start(patch: Patch) -> None:
    """Giving something back does not count for the order of the idle."""
    real = apply.steps.release

    def release(state: DeskState, contact: Contact, agent_id: Any) -> None:
        agent = state.agents[agent_id]
        since = agent.idle_since
        real(state, contact, agent_id)
        agent.idle_since = since
        agent.group.refresh(agent)

    shared(patch, "release", release)


@bug
def late_deadlines(patch: Patch) -> None:
    """Deadlines are dated by the entry that finds them due."""
    real = desk.Desk._advance

    def advance(self: desk.Desk, now: int) -> None:
        self._at(now)
        real(self, now)

    patch.setattr(desk.Desk, "_advance", advance)


@bug
def deadlines_before_the_start(patch: Patch) -> None:
    """A node that starts again finds everybody punished."""
    real = desk.Desk.fold

    def fold(self: desk.Desk, entry: desk.Entry) -> desk.Folded:
        self._advance(entry.now)
        return real(self, entry)

    patch.setattr(desk.Desk, "fold", fold)


@bug
def rings_in_an_outage(patch: Patch) -> None:
    """With no node alive offers ring on."""
    patch.setattr(sessions, "withdraw_from_contact", nothing)


@bug
def outage_counts(patch: Patch) -> None:
    """Graces and wrap-ups run on through an outage."""
    patch.setitem(APPLIERS, ev.DeadlinesRestarted, nothing)


@bug
def absent_in_line(patch: Patch) -> None:
    """The absent are still counted and offered."""
    real = apply.steps.leave_line

    def leave_line(state: DeskState, contact: Contact) -> None:
        if contact.state != ABSENT:
            real(state, contact)

    shared(patch, "leave_line", leave_line)


@bug
def back_to_the_end(patch: Patch) -> None:
    """Who returns waits anew."""
    before(patch, ev.AscReturned, waits_from_now)


@bug
def number_twice(patch: Patch) -> None:
    """A number can be left twice."""
    real = desk._HANDLERS[cmd.ConvertToCallback]

    def convert(state: DeskState, command: cmd.ConvertToCallback) -> None:
        numbers, state.numbers = state.numbers, {}
        try:
            real(state, command)
        finally:
            state.numbers = numbers | state.numbers

    patch.setitem(desk._HANDLERS, cmd.ConvertToCallback, convert)


@bug
def no_grace(patch: Patch) -> None:
    """Contacts of a lost agent are given back at once."""
    real = agents.lose_agent

    def lose_agent(state: DeskState, agent: Agent) -> None:
        was_lost = agent.lost
        real(state, agent)
        if agent.lost and not was_lost:
            state.deadlines.arm(AGENT_GRACE, agent.id, state.now + 1)

    patch.setattr(sessions, "lose_agent", lose_agent)


@bug
def any_close_counts(patch: Patch) -> None:
    """The end of an old connection is taken for the end of the present one."""
    real = desk._HANDLERS[cmd.DisconnectSession]

    def disconnect(state: DeskState, command: cmd.DisconnectSession) -> None:
        session = state.sessions.get(command.session_id)
        if session is not None:
            command = cmd.DisconnectSession(session.id, session.node, session.incarnation, session.connection)
        real(state, command)

    patch.setitem(desk._HANDLERS, cmd.DisconnectSession, disconnect)


@bug
def refusal_leaves_a_trace(patch: Patch) -> None:
    """A refused command has already counted an attempt."""
    real = desk._HANDLERS[cmd.AcceptOffer]

    def accept(state: DeskState, command: cmd.AcceptOffer) -> None:
        try:
            real(state, command)
        except Refused:
            state.next_attempt += 1
            raise

    patch.setitem(desk._HANDLERS, cmd.AcceptOffer, accept)


@bug
def one_accept_for_two(patch: Patch) -> None:
    """Anybody may accept an offer."""
    real = offers._pending

    def pending(state: DeskState, offer_id: Any, agent_id: Any) -> Any:
        offer = state.offers.get(offer_id)
        return offer if offer is not None else real(state, offer_id, agent_id)

    patch.setattr(offers, "_pending", pending)
