"""Steps that several events share: moving, entering and leaving a line, giving units back."""

from bisect import insort

from router.core import events as ev
from router.core.deadlines import (
    ANNOUNCE,
    CASE_DUE,
    DUE_AT,
    LIFETIME,
    OFFER,
    PASSED,
    PREFERENCE,
    QUIET,
    SILENT,
    STEP,
    TRIAGE,
    URGENT,
)
from router.core.errors import Broken
from router.core.estimates.rates import waited
from router.core.events import Event
from router.core.ids import AgentId, LineKey, OfferId
from router.core.lifecycle import CALLBACK, CASE, LIVE, MOVES
from router.core.lines import Cohort, CohortKey, Contact, Line, Reservation, reservation_of
from router.core.silence import HEARD, SUSPECTED
from router.core.staff import Agent
from router.core.state import DeskState


def make(state: DeskState, event: ev.ContactQueued | ev.CallbackRequested, channel: str) -> Contact:
    """A new contact, known to its ASC; it stands in no line yet."""
    if event.contact_id in state.contacts:
        raise Broken(f"{event!r} is not legal in this state (the contact is on the desk)")
    contact = Contact(
        event.contact_id,
        state.next_seq,
        event.asc_id,
        event.company_id,
        event.line,
        channel,
        event.waiting_since,
    )
    state.next_seq += 1
    contact.o = event.o
    contact.rank = event.rank
    contact.asc_seen = state.now
    state.contacts[contact.id] = contact
    state.contacts_of.setdefault(contact.asc_id, []).append(contact.id)
    if channel != CASE:
        state.open_of[contact.company_id] = state.open_of.get(contact.company_id, 0) + 1
    return contact


def move(contact: Contact, event: Event) -> None:
    """The next state by the table; an event that is not in it is a bug."""
    contact.state = MOVES[contact.channel][contact.state][event.__class__]


def step(contact: Contact, event: ev.ContactEvent) -> None:
    """Move, and count the event in the contact's stream."""
    if event.o != contact.o + 1:
        raise Broken(f"event {event.o} of contact {contact.id} follows event {contact.o}")
    contact.o = event.o
    contact.state = MOVES[contact.channel][contact.state][event.__class__]


def enter_line(state: DeskState, contact: Contact) -> None:
    """The contact waits: for one agent alone, or with those whom the same agents may serve."""
    line = state.lines[contact.line]
    line.waiting_count += 1
    line.callback_count += contact.channel == CALLBACK
    if contact.channel != CASE:
        insort(line.order, (contact.rank, contact.seq))
    if contact.reservation is not None:
        _await_quiet_hours(state, contact, contact.reservation)
    if contact.channel == CALLBACK:
        line.urgent_count += reservation_of(contact).urgent
        touch_callbacks(state, line)
    _join_cohort(state, line, contact)


def leave_line(state: DeskState, contact: Contact) -> None:
    """The contact waits no longer, for now or for good. Call it while the channel is still the one it waited on."""
    line = state.lines[contact.line]
    cohort = contact.cohort
    if cohort is None:
        raise Broken(f"contact {contact.id} does not wait")
    if contact.channel == CALLBACK:
        line.urgent_count -= reservation_of(contact).urgent
        touch_callbacks(state, line)
    elif line.callback_count and not line.drained_for:
        touch_callbacks(state, line)  # One of them may be first now.
    if contact.channel != CASE:
        del line.order[line.ahead_of(contact)]
        if contact.announced is not None:
            state.deadlines.disarm(ANNOUNCE, contact.id)
    line.waiting_count -= 1
    line.callback_count -= contact.channel == CALLBACK
    _quit_cohort(line, contact, cohort)
    if len(line.rules.steps) > 1:
        state.deadlines.disarm(STEP, contact.id)


def wait_elsewhere(state: DeskState, contact: Contact) -> None:
    """Others may serve the contact from now on; if it waits, it keeps its place in the line."""
    cohort = contact.cohort
    if cohort is None:
        return
    line = state.lines[contact.line]
    _quit_cohort(line, contact, cohort)
    if contact.channel == CALLBACK or (line.callback_count and not line.drained_for):
        touch_callbacks(state, line)
    if contact.announced is not None:
        state.deadlines.disarm(ANNOUNCE, contact.id)
    if 1 < len(line.rules.steps) == contact.step + 1:
        state.deadlines.disarm(STEP, contact.id)
    _join_cohort(state, line, contact)


def _join_cohort(state: DeskState, line: Line, contact: Contact) -> None:
    if contact.for_agent:
        cohort = own_cohort(state.agents[contact.for_agent], contact.channel)
        line.reserved[contact.id] = contact
        state.touched_agents.setdefault(contact.for_agent, False)
    else:
        key = (contact.channel, contact.step, contact.agreed, contact.pool, tuple(contact.tried))
        cohort = line.cohorts.get(key) or new_cohort(state, line, key)
        line.note_occupied(cohort)
    cohort.enter(contact)
    state.touched_cohorts[cohort] = None
    if state.sessions and contact.channel in LIVE and state.policy.estimates.enabled:
        _await_telling(state, contact)
    following = contact.step + 1
    if following < len(line.rules.steps):
        state.deadlines.arm(STEP, contact.id, contact.waiting_since + line.rules.steps[following].after_ms)


def _quit_cohort(line: Line, contact: Contact, cohort: Cohort) -> None:
    line.reserved.pop(contact.id, None)
    cohort.leave(contact)
    if not cohort.count and cohort.line:
        line.note_empty(cohort)
        if cohort.key[4]:
            del line.cohorts[cohort.key]


def touch_callbacks(state: DeskState, line: Line) -> None:
    """Look at the line's callbacks where somebody drains or may drain for them, or where the live go before them."""
    rules = state.policy.callbacks
    if line.drained_for or line.urgent_count or rules.drain == "always" or rules.mode != "keep_place":
        state.touched_lines[line.key] = None


def _await_telling(state: DeskState, contact: Contact) -> None:
    """Tell the ASC what to expect once it is known that nobody is free, or again when it is time."""
    told = contact.announced
    if told is None:
        state.untold[contact.id] = None
    else:
        again = told.at + state.policy.estimates.announcements.min_interval_ms
        state.deadlines.arm(ANNOUNCE, contact.id, max(again, state.now + 1))


def _await_quiet_hours(state: DeskState, contact: Contact, reservation: Reservation) -> None:
    """The callback leaves the line when its number may not be rung any more."""
    begin = next((begin for begin, end in reservation.quiet if end > state.now), None)
    if begin is not None:
        state.deadlines.arm(DUE_AT, contact.id, begin)


def settle_told(state: DeskState, contact: Contact, served: bool) -> None:
    """The wait is over: hold what was told against it."""
    if contact.announced is not None:
        state.lines[contact.line].ledger.settle(contact.id, state.now, served)
        contact.announced = None


def hear(state: DeskState, contact: Contact) -> None:
    """The ASC has shown to be there: before the first accept this is noted, after it the suspicion is over."""
    contact.asc_seen = state.now
    if contact.silence == SUSPECTED:
        contact.silence = HEARD
        state.deadlines.disarm(SILENT, contact.id)


def new_cohort(state: DeskState, line: Line, key: CohortKey) -> Cohort:
    cohort = line.cohorts[key] = Cohort(line.key, key, line.rules.strategy)
    _, step, agreed, pool, _ = key
    cohort.serve_by([group for group in state.groups if group.may_serve(line.rules, step, agreed, pool)])
    return cohort


def own_cohort(agent: Agent, channel: str) -> Cohort:
    cohort = agent.own.get(channel)
    if cohort is None:
        cohort = agent.own[channel] = Cohort(LineKey(""), (channel, 0, False, "", ()), "longest_idle")
    return cohort


def refresh(state: DeskState, agent: Agent) -> None:
    """Bring the group's heaps up to date with the agent, who may be able to take more now."""
    agent.group.refresh(agent)
    state.touched_agents[agent.id] = True


def occupy(state: DeskState) -> None:
    """An agent has less room: look at those who are sent away when everybody is busy."""
    for key in state.may_empty_by_work:
        state.touched_cohorts.update(dict.fromkeys(state.lines[key].cohorts.values()))


def release(state: DeskState, contact: Contact, agent_id: AgentId) -> None:
    """Give the units held for the contact back to the agent."""
    agent = state.agents[agent_id]
    agent.units -= agent.held.pop(contact.id)
    agent.idle_since = state.now
    contact.agent_id = AgentId(0)
    contact.offer_id = OfferId(0)
    if contact.messages:  # Only an agent's message makes the ASC owe an answer.
        contact.warned = False
        state.deadlines.disarm(QUIET, contact.id)
    agent.group.reload(agent)
    state.touched_agents.setdefault(agent.id, False)


def forget(state: DeskState, contact: Contact) -> None:
    del state.contacts[contact.id]
    theirs = state.contacts_of[contact.asc_id]
    theirs.remove(contact.id)
    if not theirs:
        del state.contacts_of[contact.asc_id]
    if contact.channel != CASE:
        left = state.open_of[contact.company_id] - 1
        if left:
            state.open_of[contact.company_id] = left
        else:
            del state.open_of[contact.company_id]
    if contact.reservation is not None:
        take_off(state, contact)
    if contact.triage:
        state.deadlines.disarm(TRIAGE, contact.id)
    if contact.response_due:
        state.deadlines.disarm(CASE_DUE, contact.id)
    if contact.silence == SUSPECTED:
        state.deadlines.disarm(SILENT, contact.id)
    if contact.for_agent:
        state.deadlines.disarm(PREFERENCE, contact.id)
    if contact.tried:
        state.deadlines.disarm(PASSED, contact.id)
    if contact.announced is not None:
        settle_told(state, contact, False)


def take_off(state: DeskState, contact: Contact) -> None:
    """The contact has no reservation any more: its number and its slot are free."""
    reservation = contact.reservation
    if reservation is None:
        raise Broken(f"contact {contact.id} has no reservation")
    if reservation.number_ref:
        del state.numbers[reservation.number_ref]
    if reservation.slot is not None:
        left = state.slots[reservation.slot] - 1
        if left:
            state.slots[reservation.slot] = left
        else:
            del state.slots[reservation.slot]
    for kind in (DUE_AT, URGENT, LIFETIME):
        state.deadlines.disarm(kind, contact.id)
    contact.reservation = None


def live_again(state: DeskState, contact: Contact) -> None:
    """Whoever was reached, and is to be called once more, has a new lifetime."""
    if contact.channel == CALLBACK:
        state.deadlines.arm(LIFETIME, contact.id, state.now + state.policy.callbacks.lifetime_ms)


def fly(state: DeskState, contact: Contact) -> None:
    """The callback is offered or dialled; if that is enough for now, nobody need drain for another."""
    state.in_flight[contact.id] = None
    if len(state.in_flight) == state.policy.callbacks.max_in_flight:
        state.touched_lines.update({key: None for key, line in state.lines.items() if line.drained_for})


def land(state: DeskState, contact: Contact) -> None:
    """The callback is neither offered nor dialled any more, so another one may be, if their number is limited."""
    if contact.id in state.in_flight:
        del state.in_flight[contact.id]
        if state.policy.callbacks.max_in_flight:
            state.touched_lines.update({key: None for key, line in state.lines.items() if line.callback_count})


def reserve(state: DeskState, contact: Contact, agent_id: AgentId, until: int) -> None:
    """Let the contact wait for one agent alone, or (0) for anybody."""
    if contact.for_agent:
        state.deadlines.disarm(PREFERENCE, contact.id)
    contact.for_agent = agent_id
    if agent_id:
        state.deadlines.arm(PREFERENCE, contact.id, until)


def remember_passing(state: DeskState, contact: Contact, tried: list[AgentId]) -> None:
    """Who passed on the contact since everybody had the chance: others are asked first, for so long and no longer."""
    contact.tried = tried
    if tried:
        state.deadlines.arm(PASSED, contact.id, state.now + state.policy.passed_hold_ms)
    else:
        state.deadlines.disarm(PASSED, contact.id)


def take_offer(state: DeskState, contact: Contact, agent: Agent) -> None:
    """The agent accepted: the offer is over, its units stay in use."""
    del state.offers[contact.offer_id]
    state.deadlines.disarm(OFFER, contact.offer_id)
    contact.offer_id = OfferId(0)
    contact.agent_id = agent.id
    if contact.tried:
        remember_passing(state, contact, [])
    contact.pool = ""
    contact.handed_on = False
    if contact.for_agent:
        reserve(state, contact, AgentId(0), 0)
    agent.no_answers = 0
    waited(state.lines[contact.line].rates, contact.taken_at - contact.waiting_since)
    if contact.announced is not None:
        settle_told(state, contact, True)
