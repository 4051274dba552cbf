"""
Who counts, and for how much, before a wait is estimated: agents shared between lines, contacts that never leave.

Nothing here looks at a line or an agent; whoever asks has counted.
"""

from collections.abc import Iterable
from typing import Final

FOREVER_MS: Final = 10**12
"""The patience of somebody who does not leave: some thirty years."""


def shared_servers_milli(groups: Iterable[tuple[int, int]]) -> int:
    """
    The contact slots that serve one line, in thousandths, where an agent shared between k lines counts 1/k.

    Each group is (its slots that are taken or free, how many of its lines have waiting contacts, this one included).
    Lines in which nobody waits take nothing away. Each group's share is rounded down. Source of the rule: the "EP" of
    Genesys Engage and the estimate of Google CCAI, which both discount agents by the lines that they share.
    """
    return sum([1_000 * slots // (lines or 1) for slots, lines in groups])


def mixed_patience_ms(patience_ms: int, ahead: int, leaving: int) -> int:
    """
    The patience to reckon with when only `leaving` of the contacts `ahead` may leave: callbacks keep their place.

    Their rate of leaving is spread over all who are ahead; rounded down. `FOREVER_MS` when none of them may leave.
    """
    return patience_ms * ahead // leaving if leaving > 0 else FOREVER_MS
