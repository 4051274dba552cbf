"""When a callback stands in line: not before its window, while its line is shut, or in its number's quiet hours."""

from router.core.deadlines import LIFETIME
from router.core.events import CallbackDue, CallbackExpired, CallbackScheduled
from router.core.hours import Intervals, is_open, next_open
from router.core.lifecycle import CALLBACK, DUE, OFFERED
from router.core.lines import Contact, Line, reservation_of
from router.core.offers import withdraw_from_contact
from router.core.routing import step_now
from router.core.state import DeskState

ASK_AGAIN_MS = 3_600_000


def schedule(state: DeskState, contact: Contact, at: int, cause: str) -> None:
    """Let the callback stand in line now, or say when it will: not before `at`, not in quiet hours."""
    when = first_dial(state, state.lines[contact.line], reservation_of(contact).quiet, max(at, state.now))
    if when > state.now:
        state.emit(CallbackScheduled(contact.id, contact.o + 1, when, cause if when == at else "hours"))
    else:
        state.emit(CallbackDue(contact.id, contact.o + 1, step_now(state, contact)))


def first_dial(state: DeskState, line: Line, quiet: Intervals, at: int) -> int:
    """The first moment (ms) not before `at` at which the line is open and the number may be rung."""
    while True:
        when = next_open(line.dial_hours, at)
        if when is None:  # No opening is known; ask again when more may be.
            return max(at + ASK_AGAIN_MS, state.policy.hours.horizon_ms)
        for begin, end in quiet:
            if begin <= when < end:
                when = end
        if when == at:
            return at
        at = when


def may_dial(state: DeskState, contact: Contact) -> bool:
    """Whether the callback's line is open now and its number may be rung."""
    now = state.now
    quiet = any(begin <= now < end for begin, end in reservation_of(contact).quiet)
    return not quiet and is_open(state.lines[contact.line].dial_hours, now)


def expire_if_over(state: DeskState, contact: Contact) -> bool:
    """
    End a callback that was dialled in vain while its lifetime ended; True when it was one.

    Nothing cuts a dial or a talk short, so a lifetime that ends meanwhile is only no longer armed. Whoever was reached
    has another one from the moment of standing in line again.
    """
    if contact.reservation is None or state.deadlines.due_of(LIFETIME, contact.id) is not None:
        return False
    state.emit(CallbackExpired(contact.id, contact.o + 1))
    return True


def defer_if_shut(state: DeskState, contact: Contact) -> None:
    """A callback that stands in line, or rings unanswered, while nobody may dial waits until somebody may."""
    if contact.channel == CALLBACK and contact.state in (DUE, OFFERED) and not may_dial(state, contact):
        withdraw_from_contact(state, contact, "hours")
        schedule(state, contact, state.now, "hours")
