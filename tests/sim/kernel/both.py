"""The decision trace of the twin and that of the kernel, in one form."""

from typing import Any

from router.core import events as ev
from router.core.commands import DIAL_FAILURES
from router.core.events import Event
from router.core.ids import LineKey
from sim import kernel
from sim.counted import Counted
from sim.kernel.trace import Mark
from sim.model import Model
from sim.twin import Twin

Row = tuple[int, int, int, int, int, int]
"""(time in ms, mark, contact, agent, two numbers)."""

_STATUS = {"offline": 0, "available": 1, "break": 2}


def twin(model: Model, seed: int, replication: int, every: int | None = None) -> tuple[Counted, list[Row]]:
    """What the twin counted and decided."""
    rows: list[Row] = []
    lines = [line.key for line in model.rules.lines]

    def see(now: int, events: list[Event]) -> None:
        for event in events:
            row = _row(event, lines)
            if row is not None:
                rows.append((now, *row))

    counted = Twin(model, seed, replication, see, every=every).run()
    return counted, rows


def compiled(model: Model, seed: int, replication: int, every: int | None = None) -> tuple[Counted, list[Row]]:
    """What the kernel counted and decided."""
    day = kernel.run(model, seed, replication, every, traced=True)
    return day.counted, [tuple(row) for row in day.trace.tolist()]


def _row(event: Any, lines: list[LineKey]) -> tuple[int, int, int, int, int] | None:
    contact, agent = getattr(event, "contact_id", 0), getattr(event, "agent_id", 0)
    match event:
        case ev.ContactQueued():
            return Mark.QUEUED, contact, 0, lines.index(event.line), event.step
        case ev.OfferMade():
            return Mark.OFFER_MADE, contact, agent, event.offer_id, 0
        case ev.OfferDeclined():
            return Mark.OFFER_DECLINED, contact, agent, event.offer_id, 0
        case ev.OfferTimedOut():
            return Mark.OFFER_TIMED_OUT, contact, agent, event.offer_id, 0
        case ev.OfferWithdrawn():
            return Mark.OFFER_WITHDRAWN, contact, agent, event.offer_id, 0
        case ev.ContactConnected():
            return Mark.CONNECTED, contact, agent, 0, 0
        case ev.ContactEnded():
            return Mark.ENDED, contact, agent, event.wrap_up_by, 0
        case ev.ContactClosed():
            return Mark.CLOSED, contact, agent, 0, 0
        case ev.ContactAbandoned():
            return Mark.ABANDONED, contact, 0, int(event.short), 0
        case ev.ContactConverted():
            return Mark.CONVERTED, contact, 0, event.promise_from, event.promise_to
        case ev.CallbackRequested():
            return Mark.REQUESTED, contact, 0, event.promise_from, event.promise_to
        case ev.CallbackScheduled():
            return Mark.SCHEDULED, contact, 0, event.at, 0
        case ev.CallbackDue():
            return Mark.DUE, contact, 0, event.step, 0
        case ev.CallbackUrgent():
            return Mark.URGENT, contact, 0, 0, 0
        case ev.DialStarted():
            return Mark.DIALLED, contact, agent, event.attempt, 0
        case ev.CallbackReached():
            return Mark.REACHED, contact, agent, event.attempt, 0
        case ev.AttemptFailed():
            return Mark.FAILED, contact, agent, DIAL_FAILURES.index(event.failure), event.retry_at
        case ev.CallbackUnreachable():
            return Mark.UNREACHABLE, contact, agent, event.attempt, DIAL_FAILURES.index(event.failure)
        case ev.CallbackCancelled():
            return Mark.CANCELLED, contact, 0, 0, 0
        case ev.CallbackExpired():
            return Mark.EXPIRED, contact, 0, 0, 0
        case ev.StepWidened():
            return Mark.WIDENED, contact, 0, event.step, 0
        case ev.PassingForgotten():
            return Mark.FORGOTTEN, contact, 0, 0, 0
        case ev.AgentSignedIn():
            return Mark.SIGNED_IN, 0, agent, 0, 0
        case ev.AgentStatusSet():
            return Mark.STATUS, 0, agent, _STATUS[event.status], 0
        case ev.NextStatusSet():
            return Mark.NEXT_STATUS, 0, agent, _STATUS[event.status], 0
        case ev.AgentNotResponding():
            return Mark.NOT_RESPONDING, 0, agent, 0, 0
        case ev.BackOffEnded():
            return Mark.BACK_OFF_ENDED, 0, agent, 0, 0
        case ev.DrainStarted():
            return Mark.DRAIN_STARTED, contact, agent, 0, 0
        case ev.DrainEnded():
            return Mark.DRAIN_ENDED, contact, agent, 0, 0
    return None
