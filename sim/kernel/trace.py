"""
The decision trace: who asked, was offered to whom, accepted, ended, left, was called back, and when.

A row is (time in ms, what, contact, agent, and two numbers that depend on what it is). Nothing is traced unless asked.
"""

from enum import IntEnum

from sim.compiled import part
from sim.kernel.layout import World


class Mark(IntEnum):
    """What a row says; the numbers after it are the row's last two."""

    QUEUED = 1
    """line, step"""
    OFFER_MADE = 2
    """offer"""
    OFFER_DECLINED = 3
    OFFER_TIMED_OUT = 4
    OFFER_WITHDRAWN = 5
    CONNECTED = 6
    ENDED = 7
    """latest end of wrap-up"""
    CLOSED = 8
    ABANDONED = 9
    """whether within the short limit"""
    CONVERTED = 10
    """from when, to when promised"""
    REQUESTED = 11
    """from when, to when promised"""
    SCHEDULED = 12
    """when"""
    DUE = 13
    """step"""
    URGENT = 14
    DIALLED = 15
    """attempt"""
    REACHED = 16
    """attempt"""
    FAILED = 17
    """outcome, next attempt not before"""
    UNREACHABLE = 18
    """outcome"""
    CANCELLED = 19
    EXPIRED = 20
    WIDENED = 21
    """step"""
    FORGOTTEN = 22
    SIGNED_IN = 23
    STATUS = 24
    """status"""
    NEXT_STATUS = 25
    """status"""
    NOT_RESPONDING = 26
    BACK_OFF_ENDED = 27
    DRAIN_STARTED = 28
    DRAIN_ENDED = 29


QUEUED, OFFER_MADE, OFFER_DECLINED, OFFER_TIMED_OUT, OFFER_WITHDRAWN = 1, 2, 3, 4, 5
CONNECTED, ENDED, CLOSED, ABANDONED, CONVERTED, REQUESTED, SCHEDULED, DUE, URGENT = 6, 7, 8, 9, 10, 11, 12, 13, 14
DIALLED, REACHED, FAILED, UNREACHABLE, CANCELLED, EXPIRED, WIDENED, FORGOTTEN = 15, 16, 17, 18, 19, 20, 21, 22
SIGNED_IN, STATUS, NEXT_STATUS, NOT_RESPONDING, BACK_OFF_ENDED, DRAIN_STARTED, DRAIN_ENDED = 23, 24, 25, 26, 27, 28, 29


@part
def note(w: World, mark: int, contact: int, agent: int, one: int, other: int) -> None:
    """Something has happened now."""
    desk = w.desk[0]
    desk.events += 1
    desk.told_at = desk.now
    if desk.tracing:
        row = desk.traced
        if row >= w.trace.shape[0]:
            desk.failed = 1
            return
        desk.traced = row + 1
        w.trace[row, 0], w.trace[row, 1], w.trace[row, 2] = desk.now, mark, contact
        w.trace[row, 3], w.trace[row, 4], w.trace[row, 5] = agent, one, other
