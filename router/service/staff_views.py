"""
What is shown beside contacts: the rules, an agent's own work, the board, a line from near, and colleagues.

Read from the desk's state at the moment it is asked for; nothing is kept, nothing is decided, and what may be long is
cut. Shapes are those of docs/reference/protocol.md.
"""

from collections import Counter
from typing import Final

from router.core.deadlines import BACK_OFF, HAND_OVER, WRAP_UP
from router.core.estimates.accuracy import Accuracy, Ledger
from router.core.explain import why_not_offered, why_offered
from router.core.ids import AgentId, LineKey
from router.core.lifecycle import CASE, CONNECTED, DIALLING, OFFERED, WAITING, WRAPPING
from router.core.lines import Contact, Line
from router.core.policy import LineRules
from router.core.staff import Agent
from router.core.state import DeskState
from router.service.views import View, Views, shown_state

COLLEAGUES_SHOWN: Final = 100
LINE_SHOWN: Final = 20
"""Most contacts of a line that are shown waiting, and most that are shown with their agents."""
LOOKED_AT: Final = 4_000
"""Most pairs of contact and agent that are looked at, once a second, to say why nobody serves."""


class StaffViews:
    """Views of one desk's rules, agents and lines."""

    def __init__(self, state: DeskState, views: Views) -> None:
        self._state = state
        self._views = views

    def desk(self) -> View:
        """What everybody may know of the rules."""
        policy = self._state.policy
        return {
            "products": list(dict.fromkeys(rules.product for rules in policy.lines)),
            "languages": list(dict.fromkeys(rules.language for rules in policy.lines)),
            "lines": [rules.key for rules in policy.lines],
            "offer_timeout_ms": policy.offer_timeout_ms,
            "callbacks": policy.callbacks.enabled,
            "other_languages": {rules.key: others for rules in policy.lines if (others := _other_languages(rules))},
            "pools": list(dict.fromkeys(pool for rules in policy.lines for step in rules.steps for pool in step.pools)),
            "reason_required": policy.reason_required,
        }

    def agent(self, agent_id: AgentId) -> View | None:
        """An agent's own view; None for somebody who never signed in."""
        state = self._state
        agent = state.agents.get(agent_id)
        if agent is None:
            return None
        group = agent.group
        held = [state.contacts[contact_id] for contact_id in agent.held]
        return {
            **self._agent_line(agent),
            "reason": agent.reason,
            "next_status": agent.next_status or "",
            "pool": group.pool,
            "products": list(group.products),
            "levels": list(group.levels.values()),
            "languages": list(group.languages),
            "shift_ends": agent.shift_ends,
            "hand_over_at": state.deadlines.due_of(HAND_OVER, agent_id) or 0,
            "paused_until": state.deadlines.due_of(BACK_OFF, agent_id) or 0,
            "draining": agent.drained_for != 0,
            "offers": [self._offer(contact) for contact in held if contact.state == OFFERED],
            "contacts": [self._held(contact) for contact in held if contact.state != OFFERED],
        }

    def board(self) -> View:
        """The whole desk for supervisors: lines and agents, in a fixed order."""
        state = self._state
        connected = dict.fromkeys(state.lines, 0)
        cases: dict[LineKey, list[Contact]] = {key: [] for key in state.lines}
        for contact in state.contacts.values():
            if contact.line not in connected:
                continue
            if contact.state in (CONNECTED, DIALLING):
                connected[contact.line] += 1
            if contact.channel == CASE and contact.state != WRAPPING:
                cases[contact.line].append(contact)
        ledgers = [line.ledger for line in state.lines.values()]
        return {
            "lines": [
                {
                    "line": line.key,
                    "waiting": line.waiting_count
                    - line.callback_count
                    - sum(contact.state == WAITING for contact in cases[line.key]),
                    "callbacks": line.callback_count,
                    "waiting_since": _longest_wait(line),
                    "connected": connected[line.key],
                    "open": not line.closed,
                    **_cases(cases[line.key]),
                    "told": _told([line.ledger]),
                }
                for line in state.lines.values()
            ],
            "told": _told(ledgers),
            "agents": [self._agent_line(agent) for agent in sorted(state.agents.values(), key=lambda agent: agent.id)],
        }

    def _agent_line(self, agent: Agent) -> View:
        return {
            "id": agent.id,
            "name": self._views.name_of(agent.id),
            "status": agent.status,
            "state": agent.state(self._state.contacts),
            "since": agent.since,
            "units": agent.units,
            "capacity": agent.capacity,
        }

    def _offer(self, contact: Contact) -> View:
        return {
            "offer": contact.offer_id,
            "contact": contact.id,
            "channel": contact.channel,
            "line": contact.line,
            "due": self._state.offers[contact.offer_id].due,
            "waiting_since": contact.waiting_since,
            "priority": contact.priority,
            "impact": contact.claimed_impact,
            "why": why_offered(self._state, contact),
            "clock": self._views.clock(contact),
            **self._views.intro(contact),
            **self._views.note(contact),
        }

    def _held(self, contact: Contact) -> View:
        return {
            "contact": contact.id,
            "state": contact.state,
            "channel": contact.channel,
            "asc_here": not self._state.is_gone(f"asc:{contact.asc_id}"),
            "triage": contact.triage,
            "clock": self._views.clock(contact),
            "wrap_up_by": self._state.deadlines.due_of(WRAP_UP, contact.id) or 0,
            "extensions_left": self._state.policy.max_extensions - contact.extensions,
        }

    def colleagues(self, asking: AgentId) -> View:
        """The pools that somebody is signed in to, and the other agents who would be asked."""
        state = self._state
        pools = {group.pool for group in state.groups if group.pool and group.signed_in}
        willing = [agent for agent in state.agents.values() if agent.id != asking and agent.is_willing()]
        willing.sort(key=lambda agent: (agent.units >= agent.capacity, self._views.name_of(agent.id), agent.id))
        return {
            "pools": sorted(pools),
            "more": max(0, len(willing) - COLLEAGUES_SHOWN),
            "agents": [
                {
                    "id": agent.id,
                    "name": self._views.name_of(agent.id),
                    "pool": agent.group.pool,
                    "products": list(agent.group.products),
                    "languages": list(agent.group.languages),
                    "state": agent.state(state.contacts),
                    "units": agent.units,
                    "capacity": agent.capacity,
                }
                for agent in willing[:COLLEAGUES_SHOWN]
            ],
        }

    def line(self, key: LineKey) -> View | None:
        """One line for whoever supervises it; None when there is no such line."""
        state = self._state
        line = state.lines.get(key)
        if line is None:
            return None
        standing = self._views.standing(key)
        here = [agent for agent in state.agents.values() if agent.is_here()]
        explained = min(LINE_SHOWN, max(1, LOOKED_AT // max(1, len(here))))
        held = [
            contact
            for contact in state.contacts.values()
            if contact.line == key and contact.state in (CONNECTED, DIALLING, WRAPPING)
        ]
        held.sort(key=lambda contact: (contact.state == WRAPPING, contact.waiting_since, contact.seq))
        return {
            "line": key,
            "open": not line.closed,
            "waiting": [
                self._waiting(contact, place <= explained) for place, contact in enumerate(standing[:LINE_SHOWN], 1)
            ],
            "more": max(0, len(standing) - LINE_SHOWN),
            "held": [{**self._words(contact), "agent": self._agent(contact.agent_id)} for contact in held[:LINE_SHOWN]],
            "held_more": max(0, len(held) - LINE_SHOWN),
        }

    def _waiting(self, contact: Contact, explain: bool) -> View:
        offer = self._state.offers.get(contact.offer_id) if contact.state == OFFERED else None
        return {
            **self._words(contact),
            "triage": contact.triage,
            "offered_to": None if offer is None else self._agent(offer.agent_id),
            "for_agent": self._agent(contact.for_agent),
            "pool": contact.pool,
            "why_not": self._why_not(contact) if explain and offer is None else None,
        }

    def _why_not(self, contact: Contact) -> dict[str, int]:
        """How many of the agents who are there do not serve the contact for which reason."""
        here = (agent for agent in self._state.agents.values() if agent.is_here())
        counted = Counter(why_not_offered(self._state, contact, agent) for agent in here)
        del counted[""]
        return dict(sorted(counted.items()))

    def _words(self, contact: Contact) -> View:
        return {
            "contact": contact.id,
            "channel": contact.channel,
            "state": shown_state(contact),
            "waiting_since": contact.waiting_since,
            "priority": contact.priority,
            "impact": contact.claimed_impact,
            "clock": self._views.clock(contact),
            **self._views.intro(contact),
        }

    def _agent(self, agent_id: AgentId) -> View | None:
        return {"id": agent_id, "name": self._views.name_of(agent_id)} if agent_id else None


def _other_languages(rules: LineRules) -> list[str]:
    """The languages in which a line's ASC may be served too, having agreed."""
    others = dict.fromkeys(language for step in rules.steps for language in step.languages)
    return [language for language in others if language != rules.language]


def _cases(cases: list[Contact]) -> View:
    """How many cases of a line are not answered yet, how many of them are overdue, and when the next one is due, ms."""
    due = [contact.response_due for contact in cases if contact.response_due and not contact.overdue]
    return {
        "cases": len(cases),
        "overdue": sum(contact.overdue for contact in cases),
        "response_due": min(due, default=None),
    }


def _told(ledgers: list[Ledger]) -> View:
    """How right the told waits were since the desk began: the first ones of each contact, and later ones apart."""
    first, later = Accuracy(), Accuracy()
    for ledger in ledgers:
        first, later = first.plus(ledger.first), later.plus(ledger.later)
    return {
        "first": _accuracy(first),
        "later": _accuracy(later),
        "not_kept": sum(ledger.not_kept for ledger in ledgers),
    }


def _accuracy(accuracy: Accuracy) -> View:
    return {
        "n": accuracy.n,
        "inside": accuracy.inside,
        "kept": accuracy.kept()[0],
        "dropped": accuracy.dropped,
        "served": accuracy.served,
        "mae_ms": accuracy.mae_ms(),
        "bias_ms": accuracy.mean_bias_ms(),
    }


def _longest_wait(line: Line) -> int | None:
    """Since when the first of a line waits, ms; None when nobody but cases does. Heads are the first by rank."""
    heads = [cohort.first for cohort in line.cohorts.values() if cohort.first is not None]
    everybody = (*heads, *line.reserved.values())
    return min((contact.waiting_since for contact in everybody if contact.channel != CASE), default=None)
