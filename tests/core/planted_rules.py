"""Bugs that routers are known for, to be planted in the desk: of steps, pools, callbacks and supervision."""

from typing import Any

import pytest

from router.core import apply, callbacks, contacts, matching, routing, schedule, supervision
from router.core import events as ev
from router.core.lines import Contact, Line
from router.core.staff import Group
from router.core.state import DeskState
from tests.core.planted import after, agent_of, before, contact_of

Patch = pytest.MonkeyPatch


def _to_the_end(state: DeskState, event: Any) -> None:
    contact_of(state, event).rank = state.now


def widening_costs_the_place(patch: Patch) -> None:
    """Whoever moves to a wider step waits anew."""
    real = apply.routing.enter_line

    def enter_line(state: DeskState, contact: Contact) -> None:
        if contact.step:
            contact.rank = state.now
        real(state, contact)

    patch.setattr(apply.routing, "enter_line", enter_line)


def transfer_costs_the_place(patch: Patch) -> None:
    """Whoever is handed on waits anew."""
    before(patch, ev.ContactTransferred, _to_the_end)


def priority_goes_to_the_end(patch: Patch) -> None:
    """A contact that gets a priority waits from then on."""
    before(patch, ev.PrioritySet, lambda _state, event: setattr(event, "rank", event.rank + 3_600_000))


def levels_do_not_count(patch: Patch) -> None:
    """Beginners serve what only masters may."""
    real = Group.may_serve

    def may_serve(self: Group, rules: Any, step: int, agreed: bool, pool: str) -> bool:
        levels, self.levels = self.levels, dict.fromkeys(self.levels, 5)
        try:
            return real(self, rules, step, agreed, pool)
        finally:
            self.levels = levels

    patch.setattr(Group, "may_serve", may_serve)


def served_without_consent(patch: Patch) -> None:
    """An ASC gets another language without having been asked."""
    real = Group.may_serve
    patch.setattr(Group, "may_serve", lambda self, rules, step, _agreed, pool: real(self, rules, step, True, pool))


def the_same_agent_again(patch: Patch) -> None:
    """A contact is put before the agent who passed on it, although others have not been asked."""
    for kind in (ev.OfferDeclined, ev.OfferTimedOut):
        after(patch, kind, lambda state, event: contact_of(state, event).tried.clear())


def no_reserve(patch: Patch) -> None:
    """Callbacks take the last idle agent, and come before live contacts."""
    patch.setattr(matching, "is_held_back", lambda *_: False)


def overbooked(patch: Patch) -> None:
    """A slot is promised to more than there is room for."""
    real = callbacks._promise

    def promise(state: DeskState, line: Line, command: Any) -> Any:
        slots, state.slots = state.slots, {}
        try:
            return real(state, line, command)
        finally:
            state.slots = slots

    patch.setattr(callbacks, "_promise", promise)


def rung_at_night(patch: Patch) -> None:
    """Numbers are rung in their quiet hours."""
    patch.setattr(schedule, "first_dial", lambda _state, _line, _quiet, at: at)


def tried_for_ever(patch: Patch) -> None:
    """Failed attempts are not counted, so that the ladder never ends."""

    def forget(state: DeskState, event: Any) -> None:
        reservation = contact_of(state, event).reservation
        if reservation is not None:
            reservation.failures = [0, 0, 0, 0]

    after(patch, ev.AttemptFailed, forget)


def drained_without_limit(patch: Patch) -> None:
    """Every callback at the head of a line takes an agent out of the chats."""
    patch.setattr(matching, "_may_drain", lambda *_: True)


def cases_come_first(patch: Patch) -> None:
    """A case is offered by its rank alone."""
    patch.setattr(matching, "CASE", "none")


def parked_with_its_unit(patch: Patch) -> None:
    """A quiet ASC keeps the agent."""
    after(patch, ev.ContactParked, lambda state, event: setattr(agent_of(state, event), "units", 1))


def extended_for_ever(patch: Patch) -> None:
    """Wrap-up can be extended without limit."""
    after(patch, ev.WrapUpExtended, lambda state, event: setattr(contact_of(state, event), "extensions", 0))


def offers_after_the_shift(patch: Patch) -> None:
    """The end of the shift keeps no offer away."""

    def go_on(state: DeskState, event: Any) -> None:
        agent_of(state, event).ending = False
        agent_of(state, event).group.refresh(agent_of(state, event))

    after(patch, ev.ShiftEnding, go_on)


def full_lines_take_more(patch: Patch) -> None:
    """Transfers and moves fill a line without limit."""
    patch.setattr(supervision, "_refuse_overfull", lambda *_: None)


def claims_are_believed(patch: Patch) -> None:
    """Whoever says that some cannot work goes before the others."""
    before(
        patch,
        ev.ContactQueued,
        lambda _state, event: setattr(event, "rank", event.rank - 60_000 * (event.claimed_impact == "some")),
    )


def empty_lines_are_joined(patch: Patch) -> None:
    """Contacts are taken where nobody is."""
    patch.setattr(contacts, "is_empty", lambda *_: False)


def empty_lines_are_kept(patch: Patch) -> None:
    """Contacts wait on where nobody is left."""
    patch.setattr(routing, "is_empty", lambda *_: False)


RULE_BUGS = (
    widening_costs_the_place, transfer_costs_the_place, priority_goes_to_the_end, levels_do_not_count,
    served_without_consent, the_same_agent_again, no_reserve, overbooked, rung_at_night, tried_for_ever,
    drained_without_limit, cases_come_first, parked_with_its_unit, extended_for_ever, offers_after_the_shift,
    full_lines_take_more, claims_are_believed, empty_lines_are_joined, empty_lines_are_kept,
)  # fmt: skip
