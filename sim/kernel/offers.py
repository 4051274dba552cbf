"""Offers: made, taken, declined, timed out, withdrawn; and what a virtual agent does when the phone rings."""

from sim.compiled import part
from sim.draws import Purpose, duration_ms, state_of, uniform_of
from sim.kernel import counting, work
from sim.kernel.heap import push
from sim.kernel.layout import ACCEPT, CALL, CALLBACK, CASE, CLASS_SHIFT, CONNECTED, END, KIND_SHIFT, OFFERED, World
from sim.kernel.staff import has_passed, refresh, reload, touch_agent, use
from sim.kernel.trace import (
    CONNECTED as CONNECTED_MARK,
)
from sim.kernel.trace import (
    NOT_RESPONDING,
    OFFER_DECLINED,
    OFFER_MADE,
    OFFER_TIMED_OUT,
    OFFER_WITHDRAWN,
    note,
)
from sim.kernel.waiting import enter, leave, touch_line

OFFER_KIND, BACK_OFF_KIND, PASSED_KIND = 5, 7, 20
ANSWER_DELAY = int(Purpose.ANSWER_DELAY)
OFFER_TAKEN = int(Purpose.OFFER_TAKEN)


@part
def refresh_agent(w: World, agent_id: int) -> None:
    """Bring the group's heaps up to date with the agent, who may be able to take more now."""
    refresh(w, agent_id)
    touch_agent(w, agent_id, True)


@part
def draw(w: World, purpose: int, ident: int, k: int, law: int) -> int:
    """A duration (ms) by its key and the number of its law."""
    one = w.laws[law]
    return int(duration_ms(state_of(w.prefixes[purpose], ident, k), one.law, one.a, one.b))


@part
def make_offer(w: World, slot: int, agent_id: int) -> None:
    """Put the contact before the agent."""
    contact, agent, desk = w.contacts[slot], w.agents[agent_id], w.desk[0]
    leave(w, slot)
    contact.state, contact.offer_id, contact.agent, contact.taken_at = OFFERED, desk.next_offer, agent_id, desk.now
    desk.next_offer += 1
    if contact.tried and has_passed(w, slot, agent_id):
        forget_passing(w, slot)
    contact.units = agent.capacity if contact.channel in (CALLBACK, CALL) else 1
    if contact.channel == CALLBACK:
        _fly(w, slot)
    w.held[agent_id, agent.held] = slot
    agent.held += 1
    agent.taken_at, agent.last_offer = desk.now, contact.offer_id
    use(w, agent_id, contact.units)
    reload(w, agent_id)
    note(w, OFFER_MADE, contact.id, agent_id, contact.offer_id, 0)
    counting.take(w, agent_id, contact.channel == CASE)
    _ring(w, slot, agent_id)


@part
def _ring(w: World, slot: int, agent_id: int) -> None:
    """The agent lets it ring for a while, and takes it then, or does not."""
    contact, now = w.contacts[slot], w.desk[0].now
    model = w.models[w.agents[agent_id].model]
    contact.offers += 1
    contact.ringing = 1
    rings_ms = draw(w, ANSWER_DELAY, contact.id, contact.offers, w.model_laws[w.agents[agent_id].model, 0])
    declines = 0
    if model.decline > 0.0 or model.no_answer > 0.0:
        chance = uniform_of(w.prefixes[OFFER_TAKEN], contact.id, contact.offers)
        if chance <= model.no_answer:
            rings_ms += w.rules[0].offer_timeout_ms
        elif chance <= model.no_answer + model.decline:
            rings_ms, declines = max(rings_ms, 1), 1
    contact.rings_ms = rings_ms
    push(w.heap, now + rings_ms, ACCEPT << CLASS_SHIFT | contact.offer_id, slot << 24 | agent_id << 1 | declines)
    contact.offer_due = -1
    if rings_ms >= w.rules[0].offer_timeout_ms:  # Else it is taken, or taken away, before.
        contact.offer_due = now + w.rules[0].offer_timeout_ms
        push(w.heap, contact.offer_due, OFFER_KIND << KIND_SHIFT | contact.offer_id, slot)


@part
def release(w: World, slot: int) -> None:
    """Give the units held for the contact back to its agent."""
    contact = w.contacts[slot]
    agent_id = contact.agent
    agent = w.agents[agent_id]
    place = 0
    while w.held[agent_id, place] != slot:
        place += 1
    agent.held -= 1
    while place < agent.held:
        w.held[agent_id, place] = w.held[agent_id, place + 1]
        place += 1
    use(w, agent_id, -contact.units)
    agent.idle_since = w.desk[0].now
    contact.agent = contact.offer_id = 0
    reload(w, agent_id)
    touch_agent(w, agent_id, False)
    counting.give(w, agent_id, contact.channel == CASE)


@part
def _fly(w: World, slot: int) -> None:
    """The callback is offered or dialled; if that is enough for now, nobody need drain for another."""
    desk, most = w.desk[0], w.rules[0].max_in_flight
    if not w.contacts[slot].in_flight:
        w.contacts[slot].in_flight = 1
        desk.in_flight += 1
    if desk.in_flight == most:
        for line in range(w.rules[0].lines):
            if w.lines[line].drained_for:
                touch_line(w, line)


@part
def land(w: World, slot: int) -> None:
    """The callback is neither offered nor dialled any more, so another one may be, if their number is limited."""
    if w.contacts[slot].in_flight:
        w.contacts[slot].in_flight = 0
        w.desk[0].in_flight -= 1
        if w.rules[0].max_in_flight:
            for line in range(w.rules[0].lines):
                if w.lines[line].callbacks:
                    touch_line(w, line)


@part
def forget_passing(w: World, slot: int) -> None:
    """Everybody has the chance again."""
    w.contacts[slot].tried = 0
    w.contacts[slot].passed_due = -1


@part
def _end_offer(w: World, slot: int, passed: bool) -> None:
    """The offer ended unaccepted: back in line, units free; `passed`: others are asked before this agent."""
    contact = w.contacts[slot]
    agent_id = contact.agent
    contact.offer_due = -1
    contact.ringing = 0
    release(w, slot)
    land(w, slot)
    if passed:
        w.tried[slot, contact.tried] = agent_id
        contact.tried += 1
        contact.passed_due = w.desk[0].now + w.rules[0].passed_hold_ms
        push(w.heap, contact.passed_due, PASSED_KIND << KIND_SHIFT | contact.id, slot)
    enter(w, slot)


@part
def _back_off(w: World, agent_id: int, pause_ms: int) -> None:
    if pause_ms > 0:
        agent = w.agents[agent_id]
        agent.backing_off = 1
        agent.back_off_due = max(w.desk[0].now + pause_ms, agent.back_off_due)
        push(w.heap, agent.back_off_due, BACK_OFF_KIND << KIND_SHIFT | agent_id, agent_id)
        refresh_agent(w, agent_id)


@part
def decline(w: World, slot: int) -> None:
    """The contact goes back to its rank; the agent pauses."""
    agent_id, offer_id = w.contacts[slot].agent, w.contacts[slot].offer_id
    _end_offer(w, slot, True)
    w.agents[agent_id].no_answers = 0
    _back_off(w, agent_id, w.rules[0].decline_back_off_ms)
    note(w, OFFER_DECLINED, w.contacts[slot].id, agent_id, offer_id, 0)


@part
def time_out(w: World, slot: int) -> None:
    """The deadline came: too many in a row and the agent is not responding."""
    agent_id, offer_id = w.contacts[slot].agent, w.contacts[slot].offer_id
    agent = w.agents[agent_id]
    _end_offer(w, slot, True)
    agent.no_answers += 1
    _back_off(w, agent_id, w.rules[0].no_answer_back_off_ms)
    note(w, OFFER_TIMED_OUT, w.contacts[slot].id, agent_id, offer_id, 0)
    if agent.no_answers >= w.rules[0].max_no_answer:
        agent.not_responding = 1
        refresh_agent(w, agent_id)
        note(w, NOT_RESPONDING, 0, agent_id, 0, 0)
        counting.present(w, agent_id, False)
        agent.silent = 1
        withdraw_from_agent(w, agent_id)


@part
def withdraw(w: World, slot: int) -> None:
    """End the contact's pending offer, if there is one, through no act of the agent."""
    contact = w.contacts[slot]
    if contact.state == OFFERED:
        agent_id, offer_id = contact.agent, contact.offer_id
        _end_offer(w, slot, False)
        note(w, OFFER_WITHDRAWN, contact.id, agent_id, offer_id, 0)


@part
def withdraw_from_agent(w: World, agent_id: int) -> None:
    """End every pending offer to this agent."""
    place = 0
    while place < w.agents[agent_id].held:
        slot = w.held[agent_id, place]
        if w.contacts[slot].state == OFFERED:
            withdraw(w, slot)
        else:
            place += 1


@part
def waited(w: World, line: int, waited_ms: int) -> None:
    """A wait ended, as `router.core.estimates.rates` remembers it."""
    one = w.lines[line]
    one.waits += 1
    one.waited_ms += waited_ms
    if one.waits >= 200:
        one.waits //= 2
        one.waited_ms //= 2
        one.left_milli //= 2


@part
def take_offer(w: World, slot: int) -> None:
    """The agent accepted: the offer is over, its units stay in use."""
    contact = w.contacts[slot]
    contact.offer_due = -1
    contact.offer_id = 0
    contact.ringing = 0
    if contact.tried:
        forget_passing(w, slot)
    w.agents[contact.agent].no_answers = 0
    waited(w, contact.line, contact.taken_at - contact.since)


@part
def connect(w: World, slot: int) -> None:
    """They talk from now on."""
    contact = w.contacts[slot]
    take_offer(w, slot)
    contact.state, contact.waiting = CONNECTED, 0
    note(w, CONNECTED_MARK, contact.id, contact.agent, 0, 0)
    counting.count_served(w, slot)
    work.hold(w, slot)
    work.work(w, slot, contact.handle_ms, END)
