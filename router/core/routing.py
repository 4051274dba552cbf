"""Where a contact may be served: its first step, how the steps widen, and whom it may wait for alone."""

from router.core.agent_heap import heap_name
from router.core.events import AgentStatusSet, ContactSentAway, PreferenceEnded, StepWidened, TriageEscalated
from router.core.ids import AgentId, ContactId
from router.core.lifecycle import CHAT, EXCLUSIVE, LIVE
from router.core.lines import Cohort, Contact, Line, in_order
from router.core.policy import EmptyWhen
from router.core.staff import Agent, Group
from router.core.state import DeskState


def first_step(state: DeskState, line: Line, agreed: bool, since: int, at_least: int = 0) -> int:
    """The step for a contact that has waited since `since`: as wide as time says, wider while nobody is signed in."""
    steps = line.rules.steps
    step = at_least
    last = len(steps) - 1
    while step < last and (steps[step + 1].after_ms <= state.now - since or not is_staffed(state, line, step, agreed)):
        step += 1
    return step


def is_staffed(state: DeskState, line: Line, step: int, agreed: bool, pool: str = "") -> bool:
    """Whether anybody is signed in who may serve this line at this step, or in the pool that a transfer names."""
    cohort = line.cohorts.get((CHAT, step, agreed, pool, ()))
    if cohort is not None:  # It knows already who may serve.
        return is_served(cohort)
    return any(group.signed_in and group.may_serve(line.rules, step, agreed, pool) for group in state.groups)


def is_empty(state: DeskState, line: Line, when: EmptyWhen, agreed: bool, whole: bool) -> bool:
    """Whether the line counts as empty under this condition, for a contact that may need a whole agent."""
    if when == "never":
        return False
    last = len(line.rules.steps) - 1
    name = heap_name(line.rules.strategy, whole)
    for group in state.groups:
        if not group.signed_in or not group.may_serve(line.rules, last, agreed, ""):
            continue
        if when == "signed_out" or (group.willing and (when == "unavailable" or group.best(name, []) is not None)):
            return False
    return True


def is_left_empty(state: DeskState, cohort: Cohort) -> bool:
    """Whether those who wait here are to be sent away: live, for no pool that is there, in a line that is empty."""
    channel, _, agreed, pool, _ = cohort.key
    if channel not in LIVE or (pool and is_served(cohort)):
        return False
    line = state.lines[cohort.line]
    return is_empty(state, line, line.rules.leave_empty, agreed, channel in EXCLUSIVE)


def send_away(state: DeskState, cohort: Cohort) -> None:
    """Nobody serves the line any more, by its own rule: they need not wait for nothing."""
    for contact in cohort.contacts():
        state.emit(ContactSentAway(contact.id, contact.o + 1))


def widen(state: DeskState, contact_id: ContactId) -> None:
    """The time of the next step has come."""
    contact = state.contacts[contact_id]
    line = state.lines[contact.line]
    step = first_step(state, line, contact.agreed, contact.waiting_since, contact.step + 1)
    state.emit(StepWidened(contact_id, step))


def is_served(cohort: Cohort) -> bool:
    """Whether anybody is signed in who may serve those who wait here."""
    for group in cohort.groups:  # noqa: SIM110 - asked for every newcomer, and `any` costs three times as much
        if group.signed_in:
            return True
    return False


def serve_wider(state: DeskState, cohort: Cohort) -> None:
    """Nobody is signed in for those who wait here: the next step, or any pool, is theirs at once."""
    _, step, _, pool, _ = cohort.key
    if pool:
        for contact in cohort.contacts():
            end_preference(state, contact.id)
    elif step < len(state.lines[cohort.line].rules.steps) - 1:
        for contact in cohort.contacts():
            state.emit(StepWidened(contact.id, step_now(state, contact)))


def desert(state: DeskState, group: Group) -> None:
    """An agent left the group: look again, and where nobody is left escalate claims that everybody is affected."""
    for cohort in in_order(group.waiting):
        state.touched_cohorts[cohort] = None
        if not is_served(cohort):
            for contact in cohort.contacts():
                if contact.triage:
                    state.emit(TriageEscalated(contact.id))


def preferred_agent(state: DeskState, contact_line: Line, agent_id: AgentId) -> AgentId:
    """The agent, if worth waiting for alone: willing, and able to serve the line; else 0."""
    agent = state.agents.get(agent_id)
    if agent is None or not contact_line.rules.preferred_ms or not agent.is_willing():
        return AgentId(0)
    last = len(contact_line.rules.steps) - 1
    return agent_id if agent.group.may_serve(contact_line.rules, last, False, "") else AgentId(0)


def end_preference(state: DeskState, contact_id: ContactId) -> None:
    """The contact has waited long enough for one agent, or one pool, alone."""
    contact = state.contacts[contact_id]
    state.emit(PreferenceEnded(contact_id, step_now(state, contact)))


def step_now(state: DeskState, contact: Contact) -> int:
    """The step at which the contact enters its line again; never narrower than it was."""
    line = state.lines[contact.line]
    return first_step(state, line, contact.agreed, contact.waiting_since, contact.step)


def release_reserved(state: DeskState, agent: Agent) -> None:
    """The agent will not be asked for a while: those who wait for this agent alone wait for anybody."""
    if agent.is_willing():
        return
    for cohort in in_order(agent.own.values()):
        for contact in cohort.contacts():
            end_preference(state, contact.id)


def release_unable(state: DeskState, agent: Agent, old: Group) -> None:
    """The agent serves other lines than in the old group: nobody waits alone for skills that are no longer there."""
    for cohort in in_order(agent.own.values()):
        for contact in cohort.contacts():
            rules = state.lines[contact.line].rules
            last = len(rules.steps) - 1
            could, can = (group.may_serve(rules, last, contact.agreed, "") for group in (old, agent.group))
            if could and not can:
                end_preference(state, contact.id)


def settle(state: DeskState, agent: Agent) -> None:
    """What follows from an agent's change, before anybody is matched: the next status, and who waits in vain."""
    if agent.next_status and not agent.held:
        state.emit(AgentStatusSet(agent.id, agent.next_status, agent.next_reason))
    if agent.own:
        release_reserved(state, agent)
    if not agent.group.signed_in:
        desert(state, agent.group)
