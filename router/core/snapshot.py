"""The whole state as plain data in a canonical order: what is hashed, compared and one day stored."""

from typing import Any

from router.core.state import DeskState

_CONTACT = (
    "id", "o", "seq", "asc_id", "company_id", "line", "channel", "state", "priority", "waiting_since", "rank",
    "agent_id", "offer_id", "attempt", "number_ref", "messages", "left_at",
)  # fmt: skip
_AGENT = (
    "id", "group", "capacity", "units", "status", "reason", "since", "idle_since", "taken_at", "no_answers",
    "not_responding", "backing_off", "lost", "drained_for",
)  # fmt: skip
_SESSION = (
    "id", "actor", "role", "node", "incarnation", "connection", "connected", "highest", "expires",
)  # fmt: skip
_POLICY = (
    "lines", "offer_timeout_ms", "agent_grace_ms", "asc_grace_ms", "wrap_up_ms", "short_abandon_ms",
    "no_answer_back_off_ms", "decline_back_off_ms", "max_no_answer", "queue_limit", "message_limit", "session_limit",
    "session_expiry_ms", "node_silence_ms", "callbacks", "priority_credit_ms",
)  # fmt: skip


def snapshot(state: DeskState) -> dict[str, Any]:
    """Dicts, lists, strings (ASCII hex for bytes), booleans and integers; entities in the order of their ids."""
    return {
        "now": state.now,
        "policy": {name: _plain(getattr(state.policy, name)) for name in _POLICY},
        "next": [state.next_seq, state.next_offer, state.next_attempt],
        "nodes": [[node.name, node.number, node.incarnation, node.live] for node in state.nodes.values()],
        "sessions": [
            {
                **{name: getattr(session, name) for name in _SESSION},
                "verdicts": [[c, body.hex(), code, contact, o] for c, body, code, contact, o in session.verdicts],
            }
            for _, session in sorted(state.sessions.items())
        ],
        "groups": [[list(group.products), list(group.languages)] for group in state.groups],
        "agents": [
            {
                **{name: getattr(agent, name) for name in _AGENT},
                "held": [[contact, units] for contact, units in agent.held.items()],
            }
            for _, agent in sorted(state.agents.items())
        ],
        "lines": [[line.key, line.drained_agent, line.drained_for] for line in state.lines.values()],
        "contacts": [
            {name: getattr(contact, name) for name in _CONTACT} for _, contact in sorted(state.contacts.items())
        ],
        "offers": [
            [offer.id, offer.contact_id, offer.agent_id, offer.due] for _, offer in sorted(state.offers.items())
        ],
        "deadlines": state.deadlines.items(),
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
