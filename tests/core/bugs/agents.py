"""Bugs of what agents choose, pass on, hold and leave."""

from typing import Any

from router.core import agents, apply, desk, matching, quiet
from router.core import commands as cmd
from router.core import events as ev
from router.core.deadlines import HAND_OVER, PASSED, QUIET, WRAP_UP
from router.core.lifecycle import CALLBACK
from router.core.state import APPLIERS, DeskState
from tests.core.bugs.plant import Patch, after, agent_of, before, bug, contact_of, nothing, waits_from_now


@bug
def no_pause(patch: Patch) -> None:
    """Nobody backs off."""
    patch.setattr(apply.offers, "_back_off", nothing)


@bug
def never_not_responding(patch: Patch) -> None:
    """Ignored offers are not counted."""
    after(patch, ev.OfferTimedOut, lambda state, event: setattr(agent_of(state, event), "no_answers", 0))


@bug
def counted_for_ever(patch: Patch) -> None:
    """An answer does not end the row of ignored offers."""
    after(patch, ev.ContactConnected, lambda state, event: setattr(agent_of(state, event), "no_answers", 1))


@bug
def deaf_to_a_break(patch: Patch) -> None:
    """Going on break leaves the offers ringing."""
    patch.setattr(agents, "withdraw_from_agent", nothing)


@bug
def busy_is_declined(patch: Patch) -> None:
    """Whoever is busy pauses no longer than others who decline."""

    def change(state: DeskState, event: Any) -> None:
        event.back_off_until = state.now + state.policy.decline_back_off_ms

    before(patch, ev.OfferDeclined, change)


@bug
def asked_again(patch: Patch) -> None:
    """Whoever has declined is asked again before the others."""
    patch.setattr(matching, "_anybody_else", lambda cohort, tried: False)


@bug
def never_asked_again(patch: Patch) -> None:
    """Whoever has declined is not asked again, though nobody else is there."""
    patch.setattr(matching, "_anybody_else", lambda cohort, tried: True)


@bug
def others_first_for_ever(patch: Patch) -> None:
    """Whoever passed on a contact is not asked while anybody else is there, however long they stay busy."""
    patch.setitem(desk._DEADLINES, PASSED, nothing)


@bug
def pulled_and_back(patch: Patch) -> None:
    """What a supervisor pulls from an agent may ring straight back there."""
    before(patch, ev.OfferWithdrawn, lambda state, event: setattr(event, "cause", ""))
    before(patch, ev.ContactRequeued, lambda state, event: setattr(event, "cause", ""))


@bug
def offered_at_the_end(patch: Patch) -> None:
    """Whoever signs in when no new work comes any more is offered some."""
    patch.setattr(agents, "end_shift_soon", nothing)


@bug
def next_status_at_once(patch: Patch) -> None:
    """The next status does not wait until nothing is held."""
    real = desk._HANDLERS[cmd.SetStatus]

    def set_status(state: DeskState, command: cmd.SetStatus) -> None:
        real(state, cmd.SetStatus(command.agent_id, command.status, command.reason))

    patch.setitem(desk._HANDLERS, cmd.SetStatus, set_status)


@bug
def works_until_the_end(patch: Patch) -> None:
    """New work comes although the shift is about to end."""

    def change(state: DeskState, event: Any) -> None:
        agent = agent_of(state, event)
        agent.ending = False
        agent.group.refresh(agent)

    after(patch, ev.ShiftEnding, change)


@bug
def shift_without_end(patch: Patch) -> None:
    """What is held at the end of the shift is held for ever."""
    patch.setitem(desk._DEADLINES, HAND_OVER, nothing)


@bug
def forced_back(patch: Patch) -> None:
    """A status that a supervisor sets makes a lost agent present for a moment."""
    before(patch, ev.AgentStatusSet, lambda state, event: setattr(agent_of(state, event), "lost", False))


@bug
def extension_from_now(patch: Patch) -> None:
    """An extension of wrap-up counts from the moment of asking."""

    def change(state: DeskState, event: Any) -> None:
        state.deadlines.arm(WRAP_UP, event.contact_id, state.now + state.policy.wrap_up_extension_ms)

    after(patch, ev.WrapUpExtended, change)


@bug
def extended_for_ever(patch: Patch) -> None:
    """Extensions are not counted."""
    after(patch, ev.WrapUpExtended, lambda state, event: setattr(contact_of(state, event), "extensions", 0))


@bug
def one_wrap_up(patch: Patch) -> None:
    """Every channel has the wrap-up of a chat."""

    def change(state: DeskState, event: Any) -> None:
        event.wrap_up_by = state.now + state.policy.wrap_up_ms[0]

    before(patch, ev.ContactEnded, change)


@bug
def no_reason(patch: Patch) -> None:
    """Wrap-up can be finished without a reason where one is required."""
    real = desk._HANDLERS[cmd.FinishWrapUp]
    patch.setitem(
        desk._HANDLERS,
        cmd.FinishWrapUp,
        lambda state, command: real(state, cmd.FinishWrapUp(command.agent_id, command.contact_id, "some", "thing")),
    )


@bug
def parked_without_warning(patch: Patch) -> None:
    """A quiet ASC is parked at the time of the warning."""
    real = quiet.note_quiet

    def note_quiet(state: DeskState, contact_id: Any) -> None:
        state.contacts[contact_id].warned = True
        real(state, contact_id)

    patch.setitem(desk._DEADLINES, QUIET, note_quiet)


@bug
def parked_with_its_unit(patch: Patch) -> None:
    """A quiet ASC keeps the agent's unit."""

    def change(state: DeskState, event: Any) -> None:
        agent = agent_of(state, event)
        agent.held[event.contact_id] = 1
        agent.units += 1
        agent.group.refresh(agent)

    after(patch, ev.ContactParked, change)


@bug
def resumed_at_the_end(patch: Patch) -> None:
    """Whoever was parked waits from now on."""
    before(patch, ev.ContactResumed, waits_from_now)


@bug
def warned_though_answering(patch: Patch) -> None:
    """An answer does not end the silence."""
    real = APPLIERS[ev.MessagePosted]

    def posted(state: DeskState, event: Any) -> None:
        due = state.deadlines.due_of(QUIET, event.contact_id)
        real(state, event)
        if due is not None:
            state.deadlines.arm(QUIET, event.contact_id, due)

    patch.setitem(APPLIERS, ev.MessagePosted, posted)


@bug
def quiet_on_the_phone(patch: Patch) -> None:
    """Whoever is rung from a chat owes an answer in it all the same."""
    real = APPLIERS[ev.RingStarted]

    def ring(state: DeskState, event: Any) -> None:
        due = state.deadlines.due_of(QUIET, event.contact_id)
        real(state, event)
        if due is not None:
            state.deadlines.arm(QUIET, event.contact_id, due)

    patch.setitem(APPLIERS, ev.RingStarted, ring)


@bug
def call_of_one_unit(patch: Patch) -> None:
    """A call leaves room for chats beside it."""
    patch.setattr(apply.offers, "EXCLUSIVE", (CALLBACK,))
