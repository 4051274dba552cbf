"""
The laws of the desk, checked after every step in tests and, with `--check`, live.

Each law recomputes from the bare state what the indexes and heaps claim, so that a broken shortcut is found at the
entry that broke it. O(contacts + agents x lines): for checking, never for deciding.
"""

from router.core.clocks import has_clock
from router.core.deadlines import (
    AGENT_GRACE,
    ANNOUNCE,
    BACK_OFF,
    CASE_DUE,
    DUE_AT,
    HAND_OVER,
    LIFETIME,
    OFFER,
    PARKING,
    PASSED,
    PREFERENCE,
    QUIET,
    RESUME,
    SHIFT,
    SILENT,
    STEP,
    TRIAGE,
    URGENT,
    WRAP_UP,
)
from router.core.errors import Broken
from router.core.hours import FOREVER
from router.core.lifecycle import (
    ABSENT,
    CALLBACK,
    CASE,
    CONNECTED,
    DIALLING,
    DUE,
    EXCLUSIVE,
    LIVE,
    MOVES,
    OFFERED,
    PARKED,
    SCHEDULED,
    WAITING,
    WRAPPING,
)
from router.core.lines import Cohort, Contact, Line
from router.core.matching import is_held_back
from router.core.silence import SUSPECTED
from router.core.staff import Agent
from router.core.state import DeskState

_OF_CONTACTS = (
    RESUME, WRAP_UP, QUIET, PARKING, STEP, PREFERENCE, PASSED, TRIAGE, DUE_AT, URGENT, LIFETIME, ANNOUNCE, CASE_DUE,
    SILENT,
)  # fmt: skip
_OF_AGENTS = (AGENT_GRACE, BACK_OFF, SHIFT, HAND_OVER)
_HELD_STATES = (CONNECTED, DIALLING, WRAPPING)
_LINE_STATES = (WAITING, DUE)


def check(state: DeskState) -> None:
    """Raise Broken, naming the law and the ids, when a law does not hold."""
    touched = bool(state.touched_cohorts or state.touched_agents or state.touched_lines)
    _need(not touched, "matching looked everywhere it was told to")
    for contact in state.contacts.values():
        _check_contact(state, contact)
    for agent in state.agents.values():
        _check_agent(state, agent)
    _check_offers(state)
    _check_lines(state)
    _check_indexes(state)
    if state.live_nodes:
        _check_work_conserving(state)


def _need(holds: bool, law: str, *ids: object) -> None:
    if not holds:
        raise Broken(f"{law}: {', '.join(map(str, ids))}")


def _check_contact(state: DeskState, contact: Contact) -> None:
    _need(contact.state in MOVES[contact.channel], "a contact on the desk has not ended", contact.id)
    holders = [agent.id for agent in state.agents.values() if contact.id in agent.held]
    offered = contact.state == OFFERED
    expected = 1 if offered or contact.state in _HELD_STATES else 0
    _need(len(holders) == expected, "a contact has exactly one agent from offer to close", contact.id, holders)
    _need((contact.agent_id != 0) == (contact.state in _HELD_STATES), "accepted means an agent", contact.id)
    _need((contact.offer_id != 0) == offered, "an offered contact names its offer", contact.id)
    if contact.agent_id:
        _need(holders == [contact.agent_id], "the agent named is the agent who holds it", contact.id)
    armed = state.deadlines.due_of
    by_clock = has_clock(state, contact) and contact.state != WRAPPING
    forward = contact.channel == CASE or contact.rank <= contact.waiting_since
    _need(forward, "credit moves forward, never back", contact.id)
    _need(not by_clock or contact.rank == (contact.response_due or FOREVER), "cases go by their clocks", contact.id)
    ticks = contact.response_due != 0 and not contact.overdue and contact.state != WRAPPING
    _need((armed(CASE_DUE, contact.id) is not None) == ticks, "a clock that runs is watched", contact.id)
    doubted = contact.silence == SUSPECTED or armed(SILENT, contact.id) is None
    _need(doubted, "nobody is waited for who was heard", contact.id)
    _need((contact.cohort is not None) == (contact.state in _LINE_STATES), "who waits has a place", contact.id)
    _need((armed(PARKING, contact.id) is not None) == (contact.state == PARKED), "parking has an end", contact.id)
    _need((armed(PREFERENCE, contact.id) is not None) == (contact.for_agent != 0), "waiting for one ends", contact.id)
    _need((armed(PASSED, contact.id) is not None) == bool(contact.tried), "others first has an end", contact.id)
    _need((armed(RESUME, contact.id) is not None) == (contact.state == ABSENT), "absent has a deadline", contact.id)
    _need((armed(WRAP_UP, contact.id) is not None) == (contact.state == WRAPPING), "wrap-up has a deadline", contact.id)
    _need(
        (contact.reservation is not None) == (contact.channel == CALLBACK), "a callback has a reservation", contact.id
    )

    if contact.channel == CALLBACK and contact.state in (SCHEDULED, DUE, OFFERED):
        _need(armed(LIFETIME, contact.id) is not None, "a callback has a lifetime", contact.id)
        number = contact.reservation.number_ref if contact.reservation is not None else ""
        _need(bool(number), "a callback can be dialled", contact.id)


def _check_agent(state: DeskState, agent: Agent) -> None:
    _need(agent.units == sum(agent.held.values()), "units in use are those of what is held", agent.id)
    for contact_id, units in agent.held.items():
        contact = state.contacts.get(contact_id)
        _need(contact is not None, "what is held is on the desk", agent.id, contact_id)
        if contact is not None and contact.channel in EXCLUSIVE:
            _need(len(agent.held) == 1 or agent.units == units, "a call has the whole agent", agent.id, contact_id)
    _need((agent.id in agent.group.willing) == agent.is_willing(), "a group knows who is willing", agent.id)
    _need(agent.group.members.get(agent.id) is agent, "a group knows its members", agent.id)
    if agent.drained_for:
        line = next((line for line in state.lines.values() if line.drained_for == agent.drained_for), None)
        _need(line is not None and line.drained_agent == agent.id, "draining is known to the line", agent.id)
    due = state.deadlines.due_of
    _need((due(AGENT_GRACE, agent.id) is not None) == agent.lost, "a lost agent has a grace", agent.id)
    _need((due(BACK_OFF, agent.id) is not None) == agent.backing_off, "a pause has an end", agent.id)


def _check_offers(state: DeskState) -> None:
    for offer in state.offers.values():
        contact = state.contacts.get(offer.contact_id)
        _need(contact is not None and contact.offer_id == offer.id, "an offer is for an offered contact", offer.id)
        agent = state.agents[offer.agent_id]
        _need(offer.contact_id in agent.held, "an offer uses its agent's units", offer.id)
        _need(agent.is_willing(), "offers ring only where somebody is available", offer.id)
        _need(state.deadlines.due_of(OFFER, offer.id) == offer.due, "an offer has its deadline", offer.id)
        stops = state.deadlines.due_of(SHIFT, agent.id)
        _need(stops is None or stops > state.now, "nothing rings when a shift is about to end", offer.id)
    _need(
        len(state.offers) == sum(1 for contact in state.contacts.values() if contact.state == OFFERED),
        "each offered contact has one offer",
    )


def _check_lines(state: DeskState) -> None:
    for line in state.lines.values():
        here = [contact for contact in state.contacts.values() if contact.line == line.key]
        waiting = [contact for contact in here if contact.state in _LINE_STATES]
        _need(line.waiting_count == len(waiting), "a line counts those who wait", line.key)
        callbacks = sum(contact.channel == CALLBACK for contact in waiting)
        _need(line.callback_count == callbacks, "a line counts its callbacks", line.key)
        urgent = sum(contact.reservation is not None and contact.reservation.urgent for contact in waiting)
        _need(line.urgent_count == urgent, "a line counts promises in danger", line.key)
        expected = sorted((contact.rank, contact.seq, contact.id) for contact in waiting)
        listed = [(contact.rank, contact.seq, contact.id) for contact in line.waiting()]
        _need(listed == expected, "a line lists exactly those who wait, by rank", line.key)
        order = [(contact.rank, contact.seq) for contact in line.waiting() if contact.channel != CASE]
        _need(line.order == order, "a line knows who is ahead of whom", line.key)
        for cohort in line.cohorts.values():
            _check_cohort(state, line, cohort)
        occupied = {cohort for cohort in line.cohorts.values() if cohort.count and cohort.key[0] != CASE}
        known = {*line.live_cohorts, *line.callback_cohorts}
        _need(occupied == known, "a line knows where anybody waits", line.key)
        _need(all(cohort.key[0] in LIVE for cohort in line.live_cohorts), "a line knows where the live wait", line.key)


def _check_cohort(state: DeskState, line: Line, cohort: Cohort) -> None:
    contacts = cohort.contacts()
    _need(cohort.count == len(contacts), "a cohort counts those who wait", line.key, cohort.key)
    head = cohort.first
    _need(head is (contacts[0] if contacts else None), "the head is first", line.key, cohort.key)
    for contact in contacts:
        key = (contact.channel, contact.step, contact.agreed, contact.pool, tuple(contact.tried))
        _need(cohort.key == key, "a contact waits with its like", contact.id)
        _need(not contact.for_agent, "who waits for one agent waits in no cohort of a line", contact.id)
    _, step, agreed, pool, _ = cohort.key
    groups = [group for group in state.groups if group.may_serve(line.rules, step, agreed, pool)]
    _need(groups == sorted(cohort.groups, key=lambda g: g.number), "a cohort knows who may serve it", line.key)
    for group in state.groups:
        _need((cohort in group.waiting) == (bool(contacts) and group in groups), "groups know who waits", line.key)


def _check_indexes(state: DeskState) -> None:
    theirs = {contact_id for ids in state.contacts_of.values() for contact_id in ids}
    _need(theirs == set(state.contacts), "every contact is found through its ASC")
    of_companies = [contact.company_id for contact in state.contacts.values() if contact.channel != CASE]
    counted_of = {company: of_companies.count(company) for company in of_companies}
    _need(counted_of == state.open_of, "what each company has here is counted")
    reserved = [contact for contact in state.contacts.values() if contact.reservation is not None]
    numbers = {c.reservation.number_ref: c.id for c in reserved if c.reservation and c.reservation.number_ref}
    slots = [c.reservation.slot for c in state.contacts.values() if c.reservation is not None and c.reservation.slot]
    counted = {slot: slots.count(slot) for slot in slots}
    _need(counted == state.slots, "each promise takes a place in its slot")
    in_flight = {c.id for c in state.contacts.values() if c.channel == CALLBACK and c.state in (OFFERED, DIALLING)}
    _need(in_flight == set(state.in_flight), "callbacks offered or dialled are counted")
    draining = sum(1 for agent in state.agents.values() if agent.drained_for)
    _need(draining == state.draining, "draining agents are counted")
    _need(numbers == state.numbers, "one open callback for each number")
    for _, kind, ident in state.deadlines.items():
        known = state.contacts if kind in _OF_CONTACTS else state.agents if kind in _OF_AGENTS else None
        _need(known is None or ident in known, "a deadline is of somebody on the desk", kind, ident)
    for group in state.groups:
        signed_in = sum(agent.is_here() for agent in group.members.values())
        _need(group.signed_in == signed_in, "a group counts who is signed in", group.number)
        capacity = sum(agent.capacity for agent in group.members.values() if agent.is_willing())
        _need(group.slots == capacity, "a group counts the slots of the willing", group.number)
        lines = [cohort.line for cohort in group.waiting]
        _need(group.lines == {line: lines.count(line) for line in lines}, "a group counts its lines", group.number)
        able = [agent for agent in group.members.values() if agent.may_be_offered() and agent.units < agent.capacity]
        able = [agent for agent in able if not agent.drained_for or not agent.units]
        _need(bool(able) == (group in state.room.some), "the desk knows who has room", group.number)
        whole = any(not agent.units for agent in able)
        _need(whole == (group in state.room.whole), "the desk knows who is free", group.number)
    sessions = {session_id for ids in state.sessions_of.values() for session_id in ids}
    _need(sessions == set(state.sessions), "every session is found through its person")
    _need(state.live_nodes == sum(node.live for node in state.nodes.values()), "live nodes are counted")


def _check_work_conserving(state: DeskState) -> None:
    """No agent with free capacity is eligible for a contact that waits, named holds excepted."""
    for contact in state.contacts.values():
        if contact.state not in _LINE_STATES:
            continue
        cohort, line = contact.cohort, state.lines[contact.line]
        assert cohort is not None  # Looked at before.
        if contact.for_agent:
            agents = [state.agents[contact.for_agent]]
        else:
            agents = [agent for group in cohort.groups for agent in group.members.values()]
        others = [agent for agent in agents if agent.is_willing() and agent.id not in contact.tried]
        if contact.channel == CALLBACK and is_held_back(state, line, cohort):
            continue
        for agent in agents:
            held_off = bool(others) and agent.id in contact.tried
            if held_off or not agent.may_be_offered() or agent.drained_for not in (0, contact.id):
                continue
            whole = contact.channel in EXCLUSIVE
            free = not agent.units if whole else agent.units < agent.capacity
            _need(not free, "nobody waits beside a free agent", contact.id, agent.id)
