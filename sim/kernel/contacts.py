"""How a contact begins and what happens to it until it ends: asked for, left, talked, wrapped up, closed."""

from sim.compiled import part
from sim.kernel import counting, estimates, work
from sim.kernel.heap import push
from sim.kernel.layout import (
    ABANDONED,
    ABANDONED_IN_TIME,
    BLOCKED,
    CALL,
    CALLBACK,
    CASE,
    CASES,
    CASES_DONE,
    CHAT,
    COMPLETED,
    KIND_SHIFT,
    OFFERED_N,
    SHORT_ABANDONED,
    WRAP_UP,
    WRAPPING,
    World,
)
from sim.kernel.offers import release, waited, withdraw
from sim.kernel.returns import ask_again, forget_place, free, has_place, keep_place, try_again
from sim.kernel.trace import ABANDONED as ABANDONED_MARK
from sim.kernel.trace import CLOSED, ENDED, QUEUED, note
from sim.kernel.waiting import enter, first_step, leave

WRAP_UP_KIND = 6


@part
def is_full(w: World, line: int, channel: int, more_room: bool) -> bool:
    """Whether as many wait as may; cases are counted by themselves."""
    one = w.lines[line]
    if channel == CASE:
        return bool(one.waiting - one.standing >= one.case_limit)
    return bool(one.standing >= one.queue_limit + more_room * one.queue_limit // 5)


@part
def turn_away(w: World, slot: int) -> None:
    """The line is full: the customer is blocked, and may try again."""
    contact = w.contacts[slot]
    cell = counting.cell_of(w, contact.line, w.desk[0].now)
    w.sums[cell, OFFERED_N] += 1
    w.sums[cell, BLOCKED] += 1
    if w.rules[0].after_blocked:
        try_again(w, slot)
    free(w, slot)


@part
def queue(w: World, slot: int) -> bool:
    """Let a chat, a call or a case into its line; False when it was turned away."""
    contact, rules, desk, now = w.contacts[slot], w.rules[0], w.desk[0], w.desk[0].now
    comes_back = contact.channel != CASE and has_place(w, slot)
    if is_full(w, contact.line, contact.channel, comes_back):
        turn_away(w, slot)
        return False
    contact.since = contact.place_since if comes_back else now
    everybody = w.streams[contact.stream].everybody and contact.channel != CASE
    contact.agreed = 0 if contact.channel == CASE else contact.wants_other
    credit = rules.credit_ms
    contact.step = first_step(w, contact.line, contact.agreed, contact.since, 0)
    if everybody:
        credit = max(credit, rules.triage_credit_ms)
        contact.step = w.lines[contact.line].last_step
    contact.seq = desk.next_seq
    desk.next_seq += 1
    contact.rank = contact.since - credit
    note(w, QUEUED, contact.id, 0, contact.line, contact.step)
    _count_queued(w, slot, comes_back)
    enter(w, slot)
    return True


@part
def _count_queued(w: World, slot: int, comes_back: bool) -> None:
    contact = w.contacts[slot]
    contact.asked, contact.asked_live = contact.since, 1
    contact.cell = counting.cell_of(w, contact.line, contact.asked)
    if comes_back:
        contact.cell = contact.place_cell
        _count_abandoned(w, slot, contact.place_short, contact.place_in_time, -1)
        forget_place(w, slot)
        counting.counted_in(w, slot, contact.line)
    elif contact.channel == CASE:
        w.sums[contact.cell, CASES] += 1
    else:
        w.sums[contact.cell, OFFERED_N] += 1
        counting.counted_in(w, slot, contact.line)


@part
def _count_abandoned(w: World, slot: int, short: int, in_time: int, count: int) -> None:
    cell = w.contacts[slot].cell
    if short:
        w.sums[cell, SHORT_ABANDONED] += count
    else:
        w.sums[cell, ABANDONED] += count
        w.sums[cell, ABANDONED_IN_TIME] += count * in_time


@part
def abandon(w: World, slot: int) -> None:
    """The customer leaves before an agent accepts."""
    withdraw(w, slot)
    contact, rules, now = w.contacts[slot], w.rules[0], w.desk[0].now
    short = now - contact.since <= rules.short_abandon_ms
    in_time = now - contact.asked <= rules.service_level_ms
    keep_place(w, slot, short, in_time)
    w.lines[contact.line].left_milli += 1_000
    waited(w, contact.line, now - contact.since)
    leave(w, slot)
    note(w, ABANDONED_MARK, contact.id, 0, short, 0)
    if contact.live:
        counting.leaves_queue(w, slot)
        _count_abandoned(w, slot, short, in_time, 1)
    if rules.after_abandoned:
        try_again(w, slot)
    free(w, slot)


@part
def wrap_up_limit(w: World, channel: int) -> int:
    """Longest after-contact work, ms."""
    rules = w.rules[0]
    if channel == CHAT:
        return int(rules.wrap_up_chat_ms)
    if channel == CALLBACK:
        return int(rules.wrap_up_callback_ms)
    return int(rules.wrap_up_call_ms if channel == CALL else rules.wrap_up_case_ms)


@part
def end(w: World, slot: int) -> None:
    """The agent ends the conversation, and wraps up."""
    contact, now = w.contacts[slot], w.desk[0].now
    limit = wrap_up_limit(w, contact.channel)
    contact.state = WRAPPING
    note(w, ENDED, contact.id, contact.agent, now + limit, 0)
    if contact.reserved:
        contact.reserved = 0
        w.sums[contact.cell, COMPLETED] += 1
    ask_again(w, slot)
    if limit == 0:
        close(w, slot)
        return
    if w.rules[0].slowed or contact.wrap_up_ms < limit:
        work.work(w, slot, contact.wrap_up_ms, WRAP_UP)
    if w.rules[0].slowed or contact.wrap_up_ms >= limit:  # Else the agent is done before.
        contact.wrap_up_due = now + limit
        push(w.heap, contact.wrap_up_due, WRAP_UP_KIND << KIND_SHIFT | contact.id, slot)


@part
def close(w: World, slot: int) -> None:
    """All is done."""
    contact, now = w.contacts[slot], w.desk[0].now
    agent_id = contact.agent
    estimates.served(w, contact.line, now - contact.taken_at)
    work.let_go(w, slot)
    release(w, slot)
    note(w, CLOSED, contact.id, agent_id, 0, 0)
    if contact.channel == CASE:
        w.sums[contact.cell, CASES_DONE] += 1
    free(w, slot)
