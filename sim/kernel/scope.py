"""What the kernel models: everything else is refused by name, and nothing is approximated."""

from collections.abc import Iterator

from router.core.hours import FOREVER, Intervals
from sim.model import Model

MOST_AGENTS = 10_000
"""Agents in all: more are never asked for, and an agent's number must fit into an alarm."""


class OutOfScope(ValueError):
    """The scenario asks for what only the twin models; the message says what."""


def check(model: Model) -> None:
    """Raise `OutOfScope` unless the kernel does all that this model does."""
    missing = list(out_of_scope(model))
    if missing:
        raise OutOfScope("\n".join(f"the kernel does not model {each}; use the twin" for each in missing))


def out_of_scope(model: Model) -> list[str]:
    """Each thing in the model that the kernel does not do, by the name of its key; empty when there is none."""
    return [*_of_policy(model), *_of_people(model), *_of_customers(model)]


def _of_policy(model: Model) -> Iterator[str]:
    rules = model.rules
    hours = rules.hours
    used = [calendar for entry in hours.lines for calendar in (entry.chat, entry.phone)]
    used += [entry.calendar for entry in hours.languages]
    if not all(_is_always_open(hours.calendars[calendar], model) for calendar in used):
        yield "opening hours (policy.hours)"
    if any(rules.response_target_ms):
        yield "case clocks (policy.response_target)"
    for name, is_used in (
        ("preferred_agent", any(line.preferred_ms for line in rules.lines)),
        ("auto_accept", any(line.auto_accept for line in rules.lines)),
        ("join_empty", any(line.join_empty != "never" for line in rules.lines)),
        ("leave_empty", any(line.leave_empty != "never" for line in rules.lines)),
    ):
        if is_used:
            yield f"'{name}' (policy.routing, policy.lines)"


def _is_always_open(intervals: Intervals, model: Model) -> bool:
    """Whether nobody sees these hours end: around the clock, or far beyond the end of a run that is cut off."""
    if len(intervals) == 1 and intervals[0][1] >= FOREVER:
        return True
    callbacks = model.rules.callbacks
    ladders = (callbacks.retry_no_answer_ms, callbacks.retry_busy_ms, callbacks.retry_voicemail_ms)
    latest_ms = model.horizon_ms + callbacks.cut_off_ms + max((max(one, default=0) for one in ladders), default=0)
    return bool(intervals) and not model.drain and intervals[0][0] <= 0 and intervals[0][1] > latest_ms


def _of_people(model: Model) -> Iterator[str]:
    groups = model.groups
    if any(group.loses_every_ms for group in groups):
        yield "lost connections (people.connection)"
    if any(group.hands_over for group in groups):
        yield "shifts that hand over (people.shift.end)"
    if sum(group.agents for group in groups) > MOST_AGENTS:
        yield f"more than {MOST_AGENTS:,} agents (people)"


def _of_customers(model: Model) -> Iterator[str]:
    if model.as_seen:
        yield "laws as they were seen ('empirical')"
    if model.silent:
        yield "those who leave without a word (patience.silent)"
    if model.transfers:
        yield "transfers (work.transfers)"
    if model.callback is not None and model.callback.window_share:
        yield "callbacks in a window (callback.window)"
    if model.asc_connection is not None:
        yield "ASCs who lose their connection (patience.connection)"
    if any(stream.incident for stream in model.streams):
        yield "contacts that are linked to an incident (demand.surges.incident)"
    if any(stream.numbers is not None for stream in model.streams):
        yield "hours in which numbers are not rung (policy.callbacks.quiet_hours)"
