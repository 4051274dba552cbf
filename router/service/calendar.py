"""
The policy's calendars in a node's life: compiled when it starts, extended long before they end.

What is compiled depends on the day on which it is done, so a node that starts again compiles for the stretch of time
that the journal knows: only another document, or another table of holidays, makes another policy.
"""

from collections.abc import Sequence
from typing import Final

from router.core.commands import CalendarExtended
from router.core.ids import LineKey
from router.core.policy import Policy
from router.wire.hours.compile import extend_hours
from router.wire.policy import KNOWN_MS, PolicyDocument, compile_policy

_DAY_MS: Final = 86_400_000


def policy_for(document: PolicyDocument, known: Policy, same_document: bool, now_ms: int) -> Policy:
    """The document compiled: for the stretch that is known if it is the same document, else from yesterday on."""
    if same_document and known.lines:
        return compile_policy(document, known.hours.from_ms, known.hours.horizon_ms)
    today = now_ms // _DAY_MS * _DAY_MS
    return compile_policy(document, max(today - _DAY_MS, 0), today + KNOWN_MS)


def is_short(policy: Policy, now_ms: int) -> bool:
    """Whether less than half of what should be known of the calendars lies ahead."""
    return policy.hours.horizon_ms - now_ms < KNOWN_MS // 2


def extension(document: PolicyDocument, policy: Policy, now_ms: int) -> CalendarExtended:
    """What comes after the calendars of the policy that holds, up to full length. ValueError for another document."""
    today = now_ms // _DAY_MS * _DAY_MS
    lines: Sequence[LineKey] = [line.key for line in policy.lines]
    return CalendarExtended(extend_hours(document.hours, lines, document.languages, policy.hours, today + KNOWN_MS))
