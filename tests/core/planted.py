"""
Bugs that routers are known for, to be planted in the desk: of lines, agents, sessions and time.

Each changes one thing; `tests.core.test_planted_bugs` asks for the law that finds it.
"""

from collections.abc import Callable
from typing import Any

import pytest

from router.core import agents, apply, contacts, desk, matching, offers, sessions
from router.core import commands as cmd
from router.core import events as ev
from router.core.errors import Refused
from router.core.lifecycle import ABSENT
from router.core.lines import Cohort, Contact
from router.core.staff import Agent, Group
from router.core.state import APPLIERS, DeskState

Patch = pytest.MonkeyPatch
Change = Callable[[DeskState, Any], None]


def before(patch: Patch, kind: type, change: Change) -> None:
    """Change something just before events of this kind are applied."""
    real = APPLIERS[kind]
    patch.setitem(APPLIERS, kind, lambda state, event: (change(state, event), real(state, event))[1])


def after(patch: Patch, kind: type, change: Change) -> None:
    """Change something just after events of this kind are applied."""
    real = APPLIERS[kind]
    patch.setitem(APPLIERS, kind, lambda state, event: (real(state, event), change(state, event))[0])


def contact_of(state: DeskState, event: Any) -> Contact:
    return state.contacts[event.contact_id]


def agent_of(state: DeskState, event: Any) -> Agent:
    return state.agents[event.agent_id]


def _nothing(*_args: Any) -> None:
    """Left out."""


def newest_first(patch: Patch) -> None:
    """The line is a stack."""

    def head(self: Cohort) -> Contact | None:
        waiting = self.contacts()
        return waiting[-1] if waiting else None

    patch.setattr(Cohort, "head", head)


def one_too_many(patch: Patch) -> None:
    """Capacity is off by one."""
    real = Group.reload

    def reload(self: Group, agent: Agent) -> None:
        agent.capacity += 1
        real(self, agent)
        agent.capacity -= 1

    patch.setattr(Group, "reload", reload)


def conversion_to_the_end(patch: Patch) -> None:
    """A callback waits from its conversion on."""

    def change(state: DeskState, event: Any) -> None:
        contact_of(state, event).rank = contact_of(state, event).waiting_since = state.now

    before(patch, ev.ContactConverted, change)


def ignored_to_the_end(patch: Patch) -> None:
    """A contact whose offer rang out goes to the end of the line."""

    def change(state: DeskState, event: Any) -> None:
        contact_of(state, event).seq = state.next_seq
        state.next_seq += 1

    before(patch, ev.OfferTimedOut, change)


def rings_for_nobody(patch: Patch) -> None:
    """When the ASC leaves, the offer rings on."""
    patch.setattr(contacts, "withdraw_from_contact", _nothing)


def taken_twice(patch: Patch) -> None:
    """An operation that is sent again is done again."""
    patch.setattr(sessions, "check_op", _nothing)


def body_not_compared(patch: Patch) -> None:
    """Whatever comes under a number that was used gets its verdict."""
    real = sessions.check_op

    def check_op(state: DeskState, op: cmd.Op) -> Any:
        try:
            return real(state, op)
        except Refused:
            return next(iter(kept for kept in state.sessions[op.session_id].verdicts if kept[0] == op.counter), None)

    patch.setattr(sessions, "check_op", check_op)


def shared(patch: Patch, name: str, replacement: Any) -> None:
    """Replace a step that several modules of `router.core.apply` share, in each of them."""
    for module in (
        apply.steps,
        apply.agents,
        apply.callbacks,
        apply.contacts,
        apply.offers,
        apply.routing,
        apply.service,
    ):
        if hasattr(module, name):
            patch.setattr(module, name, replacement)


def fifteen_kept(patch: Patch) -> None:
    """One verdict less than promised."""
    patch.setattr(apply.service, "KEPT_VERDICTS", 15)


def no_pause(patch: Patch) -> None:
    """Nobody backs off."""
    patch.setattr(apply.offers, "_back_off", _nothing)


def unit_kept(patch: Patch) -> None:
    """A closed contact keeps its unit."""
    after(patch, ev.ContactClosed, lambda state, event: setattr(agent_of(state, event), "units", 1))


def not_looked_again(patch: Patch) -> None:
    """A freed unit is not noticed."""
    real = apply.steps.release

    def release(state: DeskState, contact: Contact, agent_id: Any) -> None:
        touched = dict(state.touched_agents)
        real(state, contact, agent_id)
        state.touched_agents = touched

    shared(patch, "release", release)


def idle_from_the_start(patch: Patch) -> None:
    """Giving something back does not count for the order of the idle."""
    real = apply.steps.release

    def release(state: DeskState, contact: Contact, agent_id: Any) -> None:
        since = state.agents[agent_id].idle_since
        real(state, contact, agent_id)
        state.agents[agent_id].idle_since = since
        state.agents[agent_id].group.refresh(state.agents[agent_id])

    shared(patch, "release", release)


def half_an_agent(patch: Patch) -> None:
    """A callback is offered to whoever has a free unit."""
    real = matching.agent_for

    def agent_for(state: DeskState, cohort: Cohort, contact: Contact) -> Agent | None:
        anybody = (group.best(("longest_idle", False), []) for group in cohort.groups)
        return real(state, cohort, contact) or next(filter(None, anybody), None)

    patch.setattr(matching, "agent_for", agent_for)


def callback_of_one_unit(patch: Patch) -> None:
    """A callback leaves room for chats beside it."""

    def change(state: DeskState, event: Any) -> None:
        agent = agent_of(state, event)
        agent.units = sum(agent.held.values()) - agent.held[event.contact_id] + 1
        agent.held[event.contact_id] = 1
        agent.group.refresh(agent)

    after(patch, ev.OfferMade, change)


def never_drained(patch: Patch) -> None:
    """Chats may starve callbacks."""
    patch.setattr(matching, "_soonest_free", lambda *_: 0)


def drained_for_ever(patch: Patch) -> None:
    """Whoever drains is not released."""
    patch.setattr(matching, "_still_drains", lambda state, line: True)


def fewest_last(patch: Patch) -> None:
    """The agent who will be free last is drained."""

    def soonest_free(callback: Contact, *_: Any) -> Any:
        assert callback.cohort is not None
        here = [agent for group in callback.cohort.groups for agent in group.members.values()]
        able = [one for one in here if one.units and one.capacity > 1 and one.may_be_offered() and not one.drained_for]
        return max(able, key=lambda one: (len(one.held), one.taken_at, one.id)).id if able else 0

    patch.setattr(matching, "_soonest_free", soonest_free)


def late_deadlines(patch: Patch) -> None:
    """Deadlines are dated by the entry that finds them due."""
    real = desk.Desk._advance

    def advance(self: desk.Desk, now: int) -> None:
        self._at(now)
        real(self, now)

    patch.setattr(desk.Desk, "_advance", advance)


def deadlines_before_the_start(patch: Patch) -> None:
    """A node that starts again finds everybody punished."""
    real = desk.Desk.fold

    def fold(self: desk.Desk, entry: desk.Entry) -> desk.Folded:
        self._advance(entry.now)
        return real(self, entry)

    patch.setattr(desk.Desk, "fold", fold)


def rings_in_an_outage(patch: Patch) -> None:
    """With no node alive offers ring on."""
    patch.setattr(sessions, "withdraw_from_contact", _nothing)


def outage_counts(patch: Patch) -> None:
    """Graces and wrap-ups run on through an outage."""
    patch.setitem(APPLIERS, ev.DeadlinesRestarted, _nothing)


def never_not_responding(patch: Patch) -> None:
    """Ignored offers are not counted."""
    after(patch, ev.OfferTimedOut, lambda state, event: setattr(agent_of(state, event), "no_answers", 0))


def counted_for_ever(patch: Patch) -> None:
    """An answer does not end the row of ignored offers."""
    after(patch, ev.ContactConnected, lambda state, event: setattr(agent_of(state, event), "no_answers", 1))


def absent_in_line(patch: Patch) -> None:
    """The absent are still counted and offered."""
    real = apply.steps.leave_line

    def leave_line(state: DeskState, contact: Contact) -> None:
        if contact.state != ABSENT:
            real(state, contact)

    shared(patch, "leave_line", leave_line)


def back_to_the_end(patch: Patch) -> None:
    """Who returns waits anew."""

    def change(state: DeskState, event: Any) -> None:
        contact_of(state, event).rank = contact_of(state, event).waiting_since = state.now

    before(patch, ev.AscReturned, change)


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


def no_grace(patch: Patch) -> None:
    """Contacts of a lost agent are given back at once."""
    real = agents.lose_agent

    def lose_agent(state: DeskState, agent: Agent) -> None:
        was_lost = agent.lost
        real(state, agent)
        if agent.lost and not was_lost:
            state.deadlines.arm(3, agent.id, state.now + 1)

    patch.setattr(sessions, "lose_agent", lose_agent)


def any_close_counts(patch: Patch) -> None:
    """The end of an old connection is taken for the end of the present one."""
    real = desk._HANDLERS[cmd.DisconnectSession]

    def disconnect(state: DeskState, command: cmd.DisconnectSession) -> None:
        session = state.sessions.get(command.session_id)
        if session is not None:
            command = cmd.DisconnectSession(session.id, session.node, session.incarnation, session.connection)
        real(state, command)

    patch.setitem(desk._HANDLERS, cmd.DisconnectSession, disconnect)


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


def one_accept_for_two(patch: Patch) -> None:
    """Anybody may accept an offer."""
    real = offers._pending

    def pending(state: DeskState, offer_id: Any, agent_id: Any) -> Any:
        offer = state.offers.get(offer_id)
        return offer if offer is not None else real(state, offer_id, agent_id)

    patch.setattr(offers, "_pending", pending)


def deaf_to_a_break(patch: Patch) -> None:
    """Going on break leaves the offers ringing."""
    patch.setattr(agents, "withdraw_from_agent", _nothing)


BUGS = (
    newest_first, one_too_many, conversion_to_the_end, ignored_to_the_end, rings_for_nobody, taken_twice,
    body_not_compared, fifteen_kept, no_pause, unit_kept, not_looked_again, idle_from_the_start, half_an_agent,
    callback_of_one_unit, never_drained, drained_for_ever, fewest_last, late_deadlines, deadlines_before_the_start,
    rings_in_an_outage, outage_counts, never_not_responding, counted_for_ever, absent_in_line, back_to_the_end,
    number_twice, no_grace, any_close_counts, refusal_leaves_a_trace, one_accept_for_two, deaf_to_a_break,
)  # fmt: skip
