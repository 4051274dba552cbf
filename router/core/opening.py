"""
When a line takes contacts and when its callbacks may be dialled: contact hours, language hours and a supervisor's word.

Work hours are not looked at here: they only say when the clock of a case runs.
"""

from router.core.hours import FOREVER, Intervals, common, is_open, next_close, next_open
from router.core.lifecycle import CHAT, LIVE
from router.core.lines import Line
from router.core.policy import Policy
from router.core.state import DeskState


def set_hours(policy: Policy, line: Line) -> None:
    """Give the line its intervals, as the policy knows them."""
    hours = policy.hours
    entry = next((entry for entry in hours.lines if entry.line == line.key), None)
    spoken = next((entry for entry in hours.languages if entry.language == line.rules.language), None)
    always: Intervals = ((0, FOREVER),)
    line.chat_hours = always if entry is None else hours.calendars[entry.chat]
    line.phone_hours = always if entry is None else hours.calendars[entry.phone]
    line.spoken_hours = always if spoken is None else hours.calendars[spoken.calendar]
    line.never_shuts = all(
        len(intervals) == 1 and intervals[0][1] >= FOREVER
        for intervals in (line.chat_hours, line.phone_hours, line.spoken_hours)
    )
    cut_off = policy.callbacks.cut_off_ms
    line.dial_hours = tuple(
        (opens, closes if closes >= FOREVER else closes - cut_off)
        for opens, closes in common(line.phone_hours, line.spoken_hours)
        if closes - cut_off > opens
    )


def why_shut(state: DeskState, line: Line, channel: str, agreed: bool) -> str:
    """
    Why a contact on this channel cannot enter the line now: a code of `REASONS`, "" when it can.

    Outside the hours of its language a contact is taken from an ASC who agreed to a language that is spoken now. Hours
    keep no case and no callback out: they wait until there is somebody.
    """
    if line.closed:
        return "line_closed"
    if line.never_shuts or channel not in LIVE:
        return ""
    if not is_open(line.chat_hours if channel == CHAT else line.phone_hours, state.now):
        return "outside_hours"
    if is_open(line.spoken_hours, state.now) or (agreed and _other_is_spoken(state, line)):
        return ""
    return "language_closed"


def _other_is_spoken(state: DeskState, line: Line) -> bool:
    hours = state.policy.hours
    others = {language for step in line.rules.steps for language in step.languages}
    known = [entry for entry in hours.languages if entry.language in others]
    return any(is_open(hours.calendars[entry.calendar], state.now) for entry in known)


def dialling_ends(line: Line, at: int) -> int | None:
    """When callbacks may no longer be dialled, from `at` (ms) on; None when they always may, or never again."""
    opens = next_open(line.dial_hours, at)
    return None if opens is None else next_close(line.dial_hours, opens)
