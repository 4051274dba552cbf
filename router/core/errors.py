"""
Why the desk says no: a closed list of stable codes, each with one sentence for people.

The codes cross the wire, so they are never renamed; the sentences may improve.
"""

from typing import Final

REASONS: Final[dict[str, str]] = {
    "already_open": "This contact person already has an open contact in this line.",
    "attempt_ended": "This attempt to dial is no longer in progress.",
    "bad_value": "A value is outside what the desk accepts.",
    "bad_window": "This time cannot be promised: it is past, too far ahead, or ends before it begins.",
    "callback_limit": "This contact person already waits for as many callbacks as may be.",
    "callbacks_off": "A callback is not offered now.",
    "company_limit": "Your company has as many open contacts here as may be at once.",
    "duplicate_id": "This id is taken; draw another.",
    "id_conflict": "This operation number was used before for something else.",
    "line_empty": "Nobody serves this line now.",
    "line_closed": "This line takes no new contacts now.",
    "no_more_extensions": "Wrap-up cannot be extended again.",
    "nobody_there": "Nobody there can take this contact now.",
    "not_connected": "This contact is not in conversation with this person.",
    "not_signed_in": "This agent is not signed in.",
    "not_whole": "This needs an agent who holds nothing else.",
    "number_in_use": "This number already has an open callback.",
    "offer_ended": "This offer is no longer yours; somebody else has it or it was withdrawn.",
    "language_closed": "This language is not spoken now.",
    "other_calendar": "These calendars do not continue those that are known.",
    "outside_hours": "This line is not open now.",
    "op_gap": "An earlier operation of this session has not arrived; send again from the number told.",
    "queue_full": "This line is full now.",
    "reason_required": "State a contact reason and an outcome first.",
    "slot_full": "No more callbacks can be promised for this time; choose another.",
    "stale_node": "This node was replaced or is not known.",
    "stale_op": "This operation is too old to be answered again.",
    "too_many_messages": "This contact has reached its limit of messages.",
    "too_many_sessions": "This person has too many open connections.",
    "unknown_contact": "There is no such contact for this person.",
    "unknown_line": "There is no such line.",
    "unknown_skill": "There is no line for one of these products or languages.",
    "unknown_session": "This session has expired or never existed.",
    "would_orphan": "The new policy removes a line in which contacts still wait or talk.",
    "wrong_state": "The contact is not in a state in which this can be done.",
}


class Refused(Exception):
    """The desk refuses a command; nothing has changed. `code` is a key of `REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(REASONS[code])
        self.code = code


class Broken(Exception):
    """A law of the desk does not hold: a bug in the desk, never the caller's fault."""
