"""Bugs of callbacks: drained for, promised, scheduled, dialled and tried again."""

from dataclasses import replace
from typing import Any

from router.core import agent_heap, apply, callbacks, desk, dialling, matching, opening
from router.core import commands as cmd
from router.core import events as ev
from router.core.deadlines import LIFETIME, LINE_CLOSES, PREFERENCE, URGENT
from router.core.lines import Cohort, Contact, Line
from router.core.policy import Policy
from router.core.staff import Agent
from router.core.state import DeskState
from tests.core.bugs.plant import Patch, after, agent_of, before, bug, contact_of, nothing, shared, waits_from_now


@bug
def half_an_agent(patch: Patch) -> None:
    """A callback is offered to whoever has a free unit."""
    real = matching.agent_for

    def agent_for(state: DeskState, cohort: Cohort, contact: Contact) -> Agent | None:
        found = real(state, cohort, contact)
        if found is None and contact.channel == "callback" and not contact.for_agent:
            free = [group.best((cohort.heap_name[0], False), []) for group in cohort.groups]
            return next(filter(None, free), None)
        return found

    patch.setattr(matching, "agent_for", agent_for)


@bug
def callback_of_one_unit(patch: Patch) -> None:
    """A callback leaves room for chats beside it."""

    def change(state: DeskState, event: Any) -> None:
        agent = agent_of(state, event)
        agent.held[event.contact_id] = 1
        agent.units = sum(agent.held.values())
        agent.group.refresh(agent)

    after(patch, ev.OfferMade, change)


@bug
def never_drained(patch: Patch) -> None:
    """Chats may starve callbacks."""
    patch.setattr(matching, "_soonest_free", lambda callback: 0)


@bug
def drained_for_ever(patch: Patch) -> None:
    """Whoever drains is not released."""
    patch.setattr(matching, "_still_drains", lambda state, line: True)


@bug
def fewest_last(patch: Patch) -> None:
    """The agent who will be free last is drained."""
    patch.setitem(agent_heap.ORDERS, "soonest", lambda agent: (-len(agent.held), -agent.taken_at, -agent.id))


@bug
def drained_without_need(patch: Patch) -> None:
    """Promises are always in danger."""
    real = matching._may_drain

    def may_drain(state: DeskState, callback: Contact) -> bool:
        assert callback.reservation is not None
        urgent, callback.reservation.urgent = callback.reservation.urgent, True
        try:
            return real(state, callback)
        finally:
            callback.reservation.urgent = urgent

    patch.setattr(matching, "_may_drain", may_drain)


@bug
def no_promise_in_danger(patch: Patch) -> None:
    """Nobody notices that a promise will be broken."""
    patch.setitem(desk._DEADLINES, URGENT, nothing)


@bug
def drains_without_bound(patch: Patch) -> None:
    """Every line may drain an agent at once."""
    real = matching._may_drain

    def may_drain(state: DeskState, callback: Contact) -> bool:
        draining, state.draining = state.draining, 0
        try:
            return real(state, callback)
        finally:
            state.draining = draining

    patch.setattr(matching, "_may_drain", may_drain)


@bug
def any_number_in_flight(patch: Patch) -> None:
    """As many callbacks are dialled as there are agents."""
    patch.setattr(matching, "enough_in_flight", lambda state: False)


@bug
def no_reserve(patch: Patch) -> None:
    """No idle agent is kept for those who wait live."""
    real = matching.is_held_back

    def is_held_back(state: DeskState, line: Line, cohort: Cohort) -> bool:
        return real(state, line, cohort) and (line.has_live() or matching.enough_in_flight(state))

    patch.setattr(matching, "is_held_back", is_held_back)


@bug
def cases_are_live(patch: Patch) -> None:
    """A case keeps callbacks waiting."""
    patch.setattr(Line, "has_live", lambda self: self.waiting_count > self.callback_count)


@bug
def windows_ignored(patch: Patch) -> None:
    """Whoever chose a time is called at once."""
    real = callbacks.schedule
    patch.setattr(callbacks, "schedule", lambda state, contact, at, cause: real(state, contact, state.now, cause))


@bug
def slots_overbooked(patch: Patch) -> None:
    """Any number of windows is promised in one slot."""

    def convert(state: DeskState, command: Any, real: Any) -> None:
        slots, state.slots = state.slots, {}
        try:
            real(state, command)
        finally:
            for slot, count in state.slots.items():
                slots[slot] = slots.get(slot, 0) + count
            state.slots = slots

    for kind in (cmd.ConvertToCallback, cmd.RequestCallback, cmd.BookCallback):
        real = desk._HANDLERS[kind]
        patch.setitem(desk._HANDLERS, kind, lambda state, command, real=real: convert(state, command, real))


@bug
def slot_kept(patch: Patch) -> None:
    """A cancelled callback keeps its place in the slot."""

    def change(state: DeskState, event: Any) -> None:
        reservation = contact_of(state, event).reservation
        if reservation is not None and reservation.slot is not None:
            state.slots[reservation.slot] += 1

    before(patch, ev.CallbackCancelled, change)


@bug
def one_ladder(patch: Patch) -> None:
    """Every outcome climbs the ladder of nobody answering."""
    real = dialling._retry_at
    patch.setattr(
        dialling, "_retry_at", lambda state, rules, failure, failures: real(state, rules, "no_answer", failures)
    )


@bug
def first_rung_for_ever(patch: Patch) -> None:
    """Failed attempts are not counted."""

    def change(state: DeskState, event: Any) -> None:
        contact = state.contacts.get(event.contact_id)
        if contact is not None and contact.reservation is not None:
            contact.reservation.failures = [0, 0, 0, 0]

    after(patch, ev.AttemptFailed, change)


@bug
def lives_for_ever(patch: Patch) -> None:
    """A callback that cannot be completed never ends."""
    patch.setitem(desk._DEADLINES, LIFETIME, nothing)


@bug
def retried_after_its_end(patch: Patch) -> None:
    """A callback whose lifetime ended while it was dialled is dialled again, and never ends."""
    patch.setattr(dialling, "expire_if_over", lambda state, contact: False)


@bug
def reached_once_for_all(patch: Patch) -> None:
    """Whoever was reached and is handed on has no lifetime any more."""
    shared(patch, "live_again", nothing)


@bug
def promised_twice(patch: Patch) -> None:
    """A new callback on the number of an old one leaves the old one in line."""
    patch.setattr(callbacks, "_end_replaced", nothing)


@bug
def anybodys_number(patch: Patch) -> None:
    """A number of somebody else is taken over."""
    real = callbacks._own_holder

    def own_holder(state: DeskState, number_ref: str, asc_id: Any) -> Contact | None:
        holder = state.numbers.get(number_ref)
        return real(state, number_ref, asc_id if holder is None else state.contacts[holder].asc_id)

    patch.setattr(callbacks, "_own_holder", own_holder)


@bug
def waited_for_to_the_end(patch: Patch) -> None:
    """A callback booked with somebody waits for them until its promise is broken."""

    def change(state: DeskState, event: Any) -> None:
        contact = contact_of(state, event)
        if contact.for_agent and contact.reservation is not None:
            state.deadlines.arm(PREFERENCE, contact.id, max(contact.reservation.promise_to, state.now + 1))

    after(patch, ev.CallbackDue, change)


@bug
def dialled_after_closing(patch: Patch) -> None:
    """Whoever is due when the line closes is called at night."""
    patch.setitem(desk._DEADLINES, LINE_CLOSES, nothing)


@bug
def dialled_in_quiet_hours(patch: Patch) -> None:
    """Whoever is due when quiet hours begin is called all the same."""
    patch.setattr(apply.steps, "_await_quiet_hours", nothing)


@bug
def no_cut_off(patch: Patch) -> None:
    """Callbacks are begun until the line closes."""

    def set_hours(policy: Policy, line: Line) -> None:
        opening.set_hours(replace(policy, callbacks=replace(policy.callbacks, cut_off_ms=0)), line)

    patch.setattr(apply.service, "set_hours", set_hours)


@bug
def returned_at_the_end(patch: Patch) -> None:
    """Whoever chats after all waits from now on."""
    after(patch, ev.ReturnedToChat, waits_from_now)


@bug
def booked_with_anybody(patch: Patch) -> None:
    """Whoever was promised one agent is called by any."""

    def change(state: DeskState, event: Any) -> None:
        event.for_agent = 0

    before(patch, ev.CallbackRequested, change)


@bug
def rung_beside_others(patch: Patch) -> None:
    """An agent with other contacts rings an ASC."""
    real = desk._HANDLERS[cmd.RingAsc]

    def ring(state: DeskState, command: cmd.RingAsc) -> None:
        agent = state.agents.get(command.agent_id)
        held = agent.held if agent is not None else {}
        if agent is not None:
            agent.held = {key: units for key, units in held.items() if key == command.contact_id}
        try:
            real(state, command)
        finally:
            if agent is not None:
                agent.held = {**held, **agent.held}

    patch.setitem(desk._HANDLERS, cmd.RingAsc, ring)


@bug
def rings_for_ever(patch: Patch) -> None:
    """A chat from which the phone rang stays a ringing one."""

    def change(state: DeskState, event: Any) -> None:
        reservation = contact_of(state, event).reservation
        if reservation is not None:
            reservation.rang_from_chat = True

    after(patch, ev.CallbackReached, change)
