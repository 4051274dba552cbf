"""The whole state as plain data in a canonical order: what is hashed, compared and one day stored."""

from dataclasses import fields, is_dataclass
from typing import Any

from router.core.lines import Reservation
from router.core.state import DeskState

_PLAIN = (int, str, bool)
_CONTACT = (
    "id", "o", "seq", "asc_id", "company_id", "line", "channel", "state", "priority", "waiting_since", "rank",
    "agent_id", "offer_id", "attempt", "messages", "left_at", "step", "agreed", "pool", "for_agent", "handed_on",
    "claimed_impact", "taken_at", "triage", "incident", "tried", "parked_with", "warned", "extensions",
    "response_due", "overdue", "asc_seen", "silence",
)  # fmt: skip
_AGENT = (
    "id", "capacity", "units", "status", "reason", "since", "next_status", "next_reason", "shift_ends", "ending",
    "idle_since", "taken_at", "last_offer", "no_answers", "not_responding", "backing_off", "lost", "drained_for",
)  # fmt: skip
_SESSION = (
    "id", "actor", "role", "node", "incarnation", "connection", "connected", "highest", "expires",
)  # fmt: skip


def snapshot(state: DeskState) -> dict[str, Any]:
    """Dicts, lists, strings (ASCII hex for bytes), booleans and integers; entities in the order of their ids."""
    return {
        "now": state.now,
        "policy": _plain(state.policy),
        "next": [state.next_seq, state.next_offer, state.next_attempt],
        "nodes": [[node.name, node.number, node.incarnation, node.live] for node in state.nodes.values()],
        "sessions": [
            {
                **{name: getattr(session, name) for name in _SESSION},
                "verdicts": [[c, body.hex(), code, contact, o] for c, body, code, contact, o in session.verdicts],
            }
            for _, session in sorted(state.sessions.items())
        ],
        "groups": [_plain(group.profile) for group in state.groups],
        "agents": [
            {
                **{name: getattr(agent, name) for name in _AGENT},
                "group": agent.group.number,
                "held": [[contact, units] for contact, units in agent.held.items()],
            }
            for _, agent in sorted(state.agents.items())
        ],
        "lines": [
            {
                "key": line.key,
                "closed": line.closed,
                "drained": [line.drained_agent, line.drained_for],
                "rates": line.rates.plain(),
                "told": line.ledger.plain(),
            }
            for line in state.lines.values()
        ],
        "announced": [
            [contact.id, contact.announced.plain()]
            for _, contact in sorted(state.contacts.items())
            if contact.announced is not None
        ],
        "contacts": [
            {name: _plain(getattr(contact, name)) for name in _CONTACT} for _, contact in sorted(state.contacts.items())
        ],
        "offers": [
            [offer.id, offer.contact_id, offer.agent_id, offer.due] for _, offer in sorted(state.offers.items())
        ],
        "reservations": [
            [contact.id, *(_plain(getattr(contact.reservation, name)) for name in Reservation.__slots__)]
            for _, contact in sorted(state.contacts.items())
            if contact.reservation is not None
        ],
        "slots": [[*slot, count] for slot, count in sorted(state.slots.items())],
        "last_agents": [[asc, agent] for asc, agent in state.last_agents.items()],
        "left": [
            [asc, line, left.contact_id, left.waiting_since, left.priority, left.until]
            for (asc, line), left in state.left.items()
        ],
        "deadlines": state.deadlines.items(),
    }


def _plain(value: Any) -> Any:
    """Records as dicts of their fields, tuples and lists as lists, the rest as it is."""
    if value.__class__ in _PLAIN:
        return value
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value
