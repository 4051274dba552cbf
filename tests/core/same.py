"""What the desk and its naive model must agree on, written the same from both."""

from typing import Any

from router.core.state import DeskState
from tests.core.model import Model

Said = dict[int, dict[str, Any]]


def people_of(model: Model) -> Said:
    """The model's contacts."""
    return {
        one.id: {
            "channel": one.channel, "state": one.state, "line": one.line, "agent": one.agent,
            "priority": one.priority, "rank": one.rank, "since": one.since, "seq": one.seq,
            "step": one.step, "agreed": one.agreed, "pool": one.pool, "alone": one.alone, "passed": one.passed,
            "handed_on": one.handed_on,
            "attempt": one.attempt if one.state == "dialling" else 0, "messages": one.messages,
            "warned": one.warned, "parked_with": one.parked_with, "triage": one.triage, "incident": one.incident,
            "extensions": one.extensions if one.state == "wrapping" else 0,
            "due": one.due, "overdue": one.overdue, "silence": one.silence,
            "promise": one.promise and (
                one.promise.number, one.promise.end, one.promise.quiet, one.promise.slot,
                one.promise.booked_with, one.promise.from_chat, one.promise.urgent, sum(one.promise.failures.values()),
            ),
        }
        for one in model.people.values()
    }  # fmt: skip


def contacts_of(state: DeskState) -> Said:
    """The desk's."""
    return {
        one.id: {
            "channel": one.channel, "state": one.state, "line": one.line, "agent": one.agent_id,
            "priority": one.priority, "rank": one.rank, "since": one.waiting_since, "seq": one.seq,
            "step": one.step, "agreed": one.agreed, "pool": one.pool, "alone": one.for_agent, "passed": one.tried,
            "handed_on": one.handed_on,
            "attempt": one.attempt if one.state == "dialling" else 0, "messages": one.messages,
            "warned": one.warned, "parked_with": one.parked_with, "triage": one.triage, "incident": one.incident,
            "extensions": one.extensions if one.state == "wrapping" else 0,
            "due": one.response_due, "overdue": one.overdue, "silence": one.silence,
            "promise": one.reservation and (
                one.reservation.number_ref, one.reservation.promise_to, one.reservation.quiet,
                one.reservation.slot, one.reservation.for_agent, one.reservation.rang_from_chat,
                one.reservation.urgent, sum(one.reservation.failures),
            ),
        }
        for one in state.contacts.values()
    }  # fmt: skip


def servers_of(model: Model) -> Said:
    """The model's agents."""
    return {
        one.id: {
            "status": one.status, "next": one.next_status, "units": one.units, "capacity": one.capacity,
            "holds": [person.id for person in one.holds], "willing": one.willing, "pause": one.pause is not None,
            "not_responding": one.not_responding, "ignored": one.ignored, "lost": one.grace is not None,
            "ending": one.ending, "idle_since": one.idle_since, "drains": one.drains.id if one.drains else 0,
        }
        for one in model.servers.values()
    }  # fmt: skip


def agents_of(state: DeskState) -> Said:
    """The desk's."""
    return {
        one.id: {
            "status": one.status, "next": one.next_status, "units": one.units, "capacity": one.capacity,
            "holds": list(one.held), "willing": one.is_willing(), "pause": one.backing_off,
            "not_responding": one.not_responding, "ignored": one.no_answers, "lost": one.lost,
            "ending": one.ending, "idle_since": one.idle_since, "drains": one.drained_for,
        }
        for one in state.agents.values()
    }  # fmt: skip
