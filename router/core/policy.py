"""
The compiled policy: every rule a supervisor can set, as integers, defaults filled in.

The document that people write is `router.wire.policy`; only its compiler makes these records.
"""

from router.core.ids import LineKey
from router.core.records import record


@record
class Policy:
    """The desk's rules. Durations are milliseconds; credits move a contact forward by that much waiting time."""

    lines: tuple[LineKey, ...]
    offer_timeout_ms: int
    agent_grace_ms: int
    asc_grace_ms: int
    wrap_up_ms: int
    short_abandon_ms: int
    no_answer_back_off_ms: int
    decline_back_off_ms: int
    max_no_answer: int
    """Offers an agent may let pass in a row before the state `not_responding`."""
    queue_limit: int
    """Most contacts waiting in one line; the next one is refused with `queue_full`."""
    message_limit: int
    """Most messages in one contact."""
    session_limit: int
    """Most sessions of one person."""
    session_expiry_ms: int
    node_silence_ms: int
    """A node that has not been heard for this long is lost."""
    callbacks: bool
    priority_credit_ms: tuple[int, int, int, int]
    """Credit of P1, P2, P3, P4."""


EMPTY_POLICY = Policy(
    lines=(), offer_timeout_ms=20_000, agent_grace_ms=30_000, asc_grace_ms=120_000, wrap_up_ms=60_000,
    short_abandon_ms=10_000, no_answer_back_off_ms=10_000, decline_back_off_ms=10_000, max_no_answer=2,
    queue_limit=500, message_limit=2_000, session_limit=16, session_expiry_ms=86_400_000, node_silence_ms=15_000,
    callbacks=True, priority_credit_ms=(0, 0, 0, 0),
)  # fmt: skip
"""What holds before entry 2 of a journal (`PolicyChanged`): no line is open, so nobody can ask for anything."""
