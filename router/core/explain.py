"""
Why: how each decision came about, told from the state in which it was made.

Nothing here decides. `decision` is asked by whoever folds a journal again and looks at the state just before an offer
is applied; `why_offered` is what the agent reads while it rings. O(agents + waiting contacts): neither runs in a match.
"""

from typing import Final

from router.core.agent_heap import ORDERS
from router.core.clocks import CaseClock, read_clock
from router.core.events import OfferMade
from router.core.ids import AgentId, ContactId
from router.core.lifecycle import AVAILABLE, CALLBACK, CASE, DUE, EXCLUSIVE, WAITING
from router.core.lines import Contact
from router.core.matching import is_held_back
from router.core.records import record
from router.core.staff import Agent, Group
from router.core.state import DeskState

WHY: Final[dict[str, str]] = {
    "next_in_turn": "next in turn",
    "same_agent": "you talked before",
    "booked_with_you": "booked with you",
    "transferred_to_you": "transferred to you",
    "transferred_to_pool": "transferred to your pool",
    "triage": "says that everybody is affected",
    "priority": "higher priority",
    "promise": "a callback whose promise is about to end",
    "widened": "nobody closer was free in time",
    "case_overdue": "a case whose first response is overdue",
    "case_due": "the case that is due first, and nobody waits live",
    "no_live_contact": "a case, and nobody waits live",
}
"""Why this contact, for people; the first that holds."""

BARRIERS: Final[dict[str, str]] = {
    "offline": "is not signed in",
    "break": "is on a break",
    "lost": "has lost the connection",
    "not_responding": "does not respond",
    "next_status": "finishes and then changes status",
    "shift_ending": "is about to end the shift",
    "backing_off": "pauses after an offer that was not taken",
    "draining": "is kept free for a callback",
    "product": "does not serve this product line",
    "language": "does not speak the language",
    "pool": "is in no pool that may serve now",
    "level": "has too low a level for this step",
    "waits_for_one": "the contact waits for one agent alone",
    "tried": "passed on this contact, and others are asked first for a while",
    "whole": "holds something, and this needs the whole agent",
    "full": "has no unit free",
}
"""Why an agent was not asked, for people; the first that holds."""

HOLDS: Final[dict[str, str]] = {
    "held_back": "callbacks wait while live contacts come first, or enough are being dialled",
    "case": "a case waits for live contacts",
}
"""Why a contact that ranks ahead was not offered although its agent was free, beside the barriers."""


@record
class Decision:
    """
    An offer and what else could have been done.

    `candidates` are (agent, key) with the lowest key first: the one chosen, and who would have come next. `ruled_out`
    are (agent, key of BARRIERS). `passed` are contacts that rank ahead and were not offered to this agent: (contact,
    key of BARRIERS or HOLDS). `clock` is the case's own, None for what has none.
    """

    now: int
    offer_id: int
    contact_id: ContactId
    agent_id: AgentId
    line: str
    channel: str
    step: int
    strategy: str
    why: str
    waited_ms: int
    clock: CaseClock | None
    candidates: tuple[tuple[AgentId, tuple[int, ...]], ...]
    ruled_out: tuple[tuple[AgentId, str], ...]
    passed: tuple[tuple[ContactId, str], ...]


def decision(state: DeskState, made: OfferMade) -> Decision:
    """The offer that is about to be applied, with those who were not chosen. Call it before the event is applied."""
    contact = state.contacts[made.contact_id]
    chosen = state.agents[made.agent_id]
    rules = state.lines[contact.line].rules
    barriers = [(agent, barrier(state, contact, agent)) for _, agent in sorted(state.agents.items())]
    able = [agent for agent, why_not in barriers if not why_not]
    candidates = sorted([(_key(contact, rules.strategy, rules.product, agent), agent.id) for agent in able])
    return Decision(
        now=state.now,
        offer_id=made.offer_id,
        contact_id=contact.id,
        agent_id=chosen.id,
        line=contact.line,
        channel=contact.channel,
        step=contact.step,
        strategy=rules.strategy,
        why=why_offered(state, contact),
        waited_ms=state.now - contact.waiting_since,
        clock=read_clock(state, contact),
        candidates=tuple((agent_id, key) for key, agent_id in candidates),
        ruled_out=tuple((agent.id, why_not) for agent, why_not in barriers if why_not),
        passed=_passed(state, contact, chosen),
    )


def why_offered(state: DeskState, contact: Contact) -> str:
    """Why this contact is offered to whom it is offered: a key of WHY."""
    if contact.for_agent:
        if contact.reservation is not None and contact.reservation.for_agent == contact.for_agent:
            return "booked_with_you"
        return "transferred_to_you" if contact.handed_on else "same_agent"
    if contact.pool:
        return "transferred_to_pool"
    if contact.triage:
        return "triage"
    if contact.channel == CASE:
        if not contact.response_due:
            return "no_live_contact"
        return "case_overdue" if contact.overdue else "case_due"
    if contact.reservation is not None and contact.reservation.urgent:
        return "promise"
    credits = state.policy.priority_credit_ms
    if credits[contact.priority - 1] > credits[2]:
        return "priority"
    return "widened" if contact.step else "next_in_turn"


def barrier(state: DeskState, contact: Contact, agent: Agent) -> str:
    """Why this agent cannot be offered the contact now: a key of BARRIERS, "" when nothing is in the way."""
    own = _own_barrier(agent)
    if own:
        return own
    if agent.drained_for not in (0, contact.id):
        return "draining"
    if contact.for_agent:
        if agent.id != contact.for_agent:
            return "waits_for_one"
    else:
        skill = skill_barrier(state, contact, agent.group)
        if skill:
            return skill
    if contact.channel in EXCLUSIVE:
        if agent.units:
            return "whole"
    elif agent.units >= agent.capacity:
        return "full"
    if agent.id in contact.tried and _others(state, contact):
        return "tried"
    return ""


def skill_barrier(state: DeskState, contact: Contact, group: Group) -> str:
    """Why nobody of this group may serve the contact at its present step, or ""."""
    rules = state.lines[contact.line].rules
    if group.may_serve(rules, contact.step, contact.agreed, contact.pool):
        return ""
    level = group.levels.get(rules.product, 0)
    if not level:
        return "product"
    steps = rules.steps[: contact.step + 1]
    others = [language for step in steps for language in step.languages] if contact.agreed and not contact.pool else []
    if not any(language in group.languages for language in (rules.language, *others)):
        return "language"
    if contact.pool:
        return "pool"
    return "level" if any(not step.pools or group.pool in step.pools for step in steps) else "pool"


def _own_barrier(agent: Agent) -> str:
    """What keeps every offer away from this agent."""
    if agent.status != AVAILABLE:
        return agent.status
    for name, holds in (
        ("lost", agent.lost),
        ("not_responding", agent.not_responding),
        ("next_status", bool(agent.next_status)),
        ("shift_ending", agent.ending),
        ("backing_off", agent.backing_off),
    ):
        if holds:
            return name
    return ""


def _others(state: DeskState, contact: Contact) -> bool:
    """Whether somebody will be asked who has not passed on the contact."""
    return any(
        agent.is_willing() and agent.id not in contact.tried and not skill_barrier(state, contact, agent.group)
        for agent in state.agents.values()
    )


def _key(contact: Contact, strategy: str, product: str, agent: Agent) -> tuple[int, ...]:
    key = ORDERS[strategy](agent)
    return (-agent.group.levels[product], *key) if strategy == "most_proficient" and not contact.for_agent else key


def _passed(state: DeskState, contact: Contact, agent: Agent) -> tuple[tuple[ContactId, str], ...]:
    ahead = [
        other
        for _, other in sorted(state.contacts.items())
        if other.state in (WAITING, DUE) and (other.rank, other.seq) < (contact.rank, contact.seq)
    ]
    ahead.sort(key=lambda other: (other.rank, other.seq))
    return tuple((other.id, why_not_offered(state, other, agent)) for other in ahead)


def why_not_offered(state: DeskState, contact: Contact, agent: Agent) -> str:
    """Why a contact that waits is not offered to this agent: a key of BARRIERS or HOLDS, "" when nothing is known."""
    why_not = barrier(state, contact, agent)
    if why_not:
        return why_not
    if contact.channel == CASE:
        return "case"
    if contact.channel != CALLBACK or contact.cohort is None:
        return ""
    behind = state.policy.callbacks.mode == "idle_only"  # They come after all who wait live.
    return "held_back" if behind or is_held_back(state, state.lines[contact.line], contact.cohort) else ""
