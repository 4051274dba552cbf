"""Callbacks: offered, taken, due, dialled, reached or not; the rules are those of the desk and of `sim.people`."""

import numpy as np

from sim.compiled import part
from sim.draws import NEVER_MS, Purpose, happens, uniform_of
from sim.kernel import counting, estimates, work
from sim.kernel.contacts import is_full, turn_away
from sim.kernel.heap import push
from sim.kernel.layout import (
    CALL,
    CALLBACK,
    CALLBACK_WAIT_MS,
    CALLED_BACK,
    CANCELLED,
    CLASS_SHIFT,
    CONNECTED,
    CONVERTED,
    DIAL,
    DIALLED,
    DIALLED_EARLY,
    DIALLED_LATE,
    DIALLING,
    DONE,
    DRAIN_PROMISE,
    END,
    EXPIRED,
    KIND_SHIFT,
    NO,
    NOT_YET,
    OFFER,
    OFFERED,
    PATIENCE,
    QUEUED,
    RESERVATIONS,
    SCHEDULED,
    UNREACHABLE,
    World,
)
from sim.kernel.offers import draw, land, release, take_offer, withdraw
from sim.kernel.returns import free, try_again
from sim.kernel.trace import CANCELLED as CANCELLED_MARK
from sim.kernel.trace import CONVERTED as CONVERTED_MARK
from sim.kernel.trace import DIALLED as DIALLED_MARK
from sim.kernel.trace import DUE, FAILED, REACHED, REQUESTED, URGENT, note
from sim.kernel.trace import EXPIRED as EXPIRED_MARK
from sim.kernel.trace import SCHEDULED as SCHEDULED_MARK
from sim.kernel.trace import UNREACHABLE as UNREACHABLE_MARK
from sim.kernel.waiting import ahead_of, enter, leave, step_now, touch_line

DUE_AT_KIND, URGENT_KIND, LIFETIME_KIND = 15, 16, 17
CANCELS = 1 << 32
"""Marks an alarm of patience as that of one who waits to be called."""
DIAL_LAW, CALLBACK_PATIENCE_LAW, CALLBACK_WRAP_UP_LAW = 2, 3, 4
"""Rows of `laws`."""
PROMISE_SLACK_MS = 300_000
REACH, DIAL_TIME, DIAL_FAILURE = int(Purpose.REACH), int(Purpose.DIAL_TIME), int(Purpose.DIAL_FAILURE)
CALLBACK_PATIENCE, CALLBACK_HANDLE_TIME = int(Purpose.CALLBACK_PATIENCE), int(Purpose.CALLBACK_HANDLE_TIME)
WRAP_UP_DRAW = int(Purpose.WRAP_UP)


# --- whether one is offered, and taken


@part
def _is_offered(w: World, slot: int) -> int:
    """Whether a waiting ASC may leave a number now: DONE or NO, or NOT_YET."""
    rules, contact = w.rules[0], w.contacts[slot]
    if not (rules.offer_after_ms or rules.offer_queue_length or rules.offer_expected_wait_ms):
        return DONE
    if rules.offer_after_ms and w.desk[0].now - contact.since >= rules.offer_after_ms:
        return DONE
    if rules.offer_queue_length and w.lines[contact.line].waiting >= rules.offer_queue_length:
        return DONE
    if not rules.offer_expected_wait_ms:
        return NO
    found = _expect(w, slot)
    if found == NOT_YET:
        return NOT_YET
    return DONE if found == NO or w.desk[0].middle >= rules.offer_expected_wait_ms else NO


@part
def _expect(w: World, slot: int) -> int:
    contact = w.contacts[slot]
    ahead = ahead_of(w, contact.line, contact.rank, contact.seq)
    return estimates.expect(w, contact.line, ahead, contact.channel in (CALLBACK, CALL))


@part
def consider(w: World, slot: int) -> int:
    """A customer must wait: DONE when a callback is offered now and taken, NO, or NOT_YET; then nothing has changed."""
    rules = w.rules[0]
    if not rules.callbacks or not rules.enabled:
        return NO
    offered = _is_offered(w, slot)
    if offered == NOT_YET:
        return NOT_YET
    if offered == DONE:
        return _decide(w, slot)
    if rules.offer_after_ms:
        look_later(w, slot, rules.offer_after_ms)
    if rules.offer_queue_length or rules.offer_expected_wait_ms:
        look_later(w, slot, rules.look_every_ms)
    return NO


@part
def look_later(w: World, slot: int, delay_ms: int) -> None:
    """The customer looks again whether a callback is offered."""
    push(w.heap, w.desk[0].now + delay_ms, OFFER << CLASS_SHIFT | w.contacts[slot].id, delay_ms << 32 | slot)


@part
def look_again(w: World, slot: int, delay_ms: int) -> int:
    """The time for that has come: as `consider`."""
    rules, contact = w.rules[0], w.contacts[slot]
    if not contact.waiting or contact.decided:
        return NO
    offered = _is_offered(w, slot)
    if offered == NOT_YET:
        return NOT_YET
    if offered == DONE:
        return _decide(w, slot)
    changes = rules.offer_queue_length or rules.offer_expected_wait_ms
    if delay_ms == rules.look_every_ms and changes and w.desk[0].now < rules.horizon_ms:
        look_later(w, slot, delay_ms)
    return NO


@part
def _decide(w: World, slot: int) -> int:
    rules, contact, desk = w.rules[0], w.contacts[slot], w.desk[0]
    share = rules.accept
    if rules.by_wait:
        found = _expect(w, slot)
        if found == NOT_YET:
            return NOT_YET
        if found == DONE:
            for band in range(rules.by_wait):
                if desk.middle < w.bands[band, 0]:
                    share = w.bands[band, 1]
                    break
    if contact.choice <= share:
        ahead = ahead_of(w, contact.line, contact.rank, contact.seq)
        if estimates.promise(w, contact.line, ahead) == NOT_YET:
            return NOT_YET
        contact.decided = contact.called_back = 1
        _convert(w, slot)
        return DONE
    contact.decided = 1
    if rules.declined_patience != 1.0 and contact.patience_ms < NEVER_MS:
        longer_ms = int(np.rint(contact.patience_ms * rules.declined_patience))
        if contact.leaves_at >= 0:
            wait_until(w, slot, contact.leaves_at - contact.patience_ms + longer_ms)
        contact.patience_ms = longer_ms
    return NO


@part
def wait_until(w: World, slot: int, leaves_at: int) -> None:
    """The customer's patience ends then, and not when was thought before."""
    contact = w.contacts[slot]
    contact.leaves_at = max(leaves_at, w.desk[0].now)
    push(w.heap, contact.leaves_at, PATIENCE << CLASS_SHIFT | contact.id, slot)


# --- the reservation


@part
def _convert(w: World, slot: int) -> None:
    """A waiting contact becomes a reservation, at the rank it had; the desk's `early` and `late` are its promise."""
    contact, desk = w.contacts[slot], w.desk[0]
    begin, end = desk.early, desk.late
    withdraw(w, slot)
    leave(w, slot)
    _book(w, slot, begin, end)
    note(w, CONVERTED_MARK, contact.id, 0, begin, end)
    w.sums[contact.cell, CONVERTED] += contact.live
    w.sums[contact.cell, RESERVATIONS] += 1
    if contact.live:
        counting.leaves_queue(w, slot)
    contact.reserved = contact.promised = 1
    contact.waiting = 0
    schedule(w, slot, 0)
    _may_cancel(w, slot)


@part
def _book(w: World, slot: int, begin: int, end: int) -> None:
    contact, rules, now = w.contacts[slot], w.rules[0], w.desk[0].now
    contact.channel, contact.state, contact.is_callback = CALLBACK, SCHEDULED, 1
    contact.promise_from, contact.promise_to, contact.urgent = begin, end, 0
    contact.lifetime_due = max(end, now) + rules.lifetime_ms
    push(w.heap, contact.lifetime_due, LIFETIME_KIND << KIND_SHIFT | contact.id, slot)
    if rules.drain == DRAIN_PROMISE:
        contact.urgent_due = max(end - rules.drain_lead_ms, now + 1)
        push(w.heap, contact.urgent_due, URGENT_KIND << KIND_SHIFT | contact.id, slot)


@part
def request(w: World, slot: int) -> int:
    """Somebody asks to be called, without a chat before: DONE, NO when turned away, or NOT_YET."""
    contact, rules, desk = w.contacts[slot], w.rules[0], w.desk[0]
    contact.decided = contact.called_back = 1
    if is_full(w, contact.line, CALLBACK, True):
        turn_away(w, slot)
        return NO
    if estimates.promise(w, contact.line, w.lines[contact.line].standing) == NOT_YET:
        return NOT_YET
    begin, end = desk.early, desk.late
    contact.since = contact.asked = desk.now
    contact.seq = desk.next_seq
    desk.next_seq += 1
    contact.rank = desk.now - rules.credit_ms
    contact.agreed = contact.waiting = 0
    _book(w, slot, begin, end)
    note(w, REQUESTED, contact.id, 0, begin, end)
    contact.cell = counting.cell_of(w, contact.line, contact.asked)
    w.sums[contact.cell, RESERVATIONS] += 1
    contact.reserved = contact.promised = 1
    schedule(w, slot, 0)
    _may_cancel(w, slot)
    return DONE


@part
def _may_cancel(w: World, slot: int) -> None:
    contact = w.contacts[slot]
    patience_ms = draw(w, CALLBACK_PATIENCE, contact.id, 0, CALLBACK_PATIENCE_LAW)
    if patience_ms < NEVER_MS:
        push(w.heap, w.desk[0].now + patience_ms, PATIENCE << CLASS_SHIFT | contact.id, slot | CANCELS)


@part
def schedule(w: World, slot: int, at: int) -> None:
    """Let the callback stand in line now, or say when it will."""
    contact, now = w.contacts[slot], w.desk[0].now
    if at > now:
        contact.state, contact.due_at = SCHEDULED, at
        push(w.heap, at, DUE_AT_KIND << KIND_SHIFT | contact.id, slot)
        note(w, SCHEDULED_MARK, contact.id, 0, at, 0)
    else:
        contact.due_at = -1
        contact.step = step_now(w, slot)
        enter(w, slot)
        note(w, DUE, contact.id, 0, contact.step, 0)


@part
def become_urgent(w: World, slot: int) -> None:
    """The promise will soon be broken."""
    contact = w.contacts[slot]
    if contact.cohort >= 0 and not contact.urgent:
        w.lines[contact.line].urgent += 1
    contact.urgent = 1
    touch_line(w, contact.line)
    note(w, URGENT, contact.id, 0, 0, 0)


@part
def expire(w: World, slot: int) -> None:
    """The reservation's lifetime is over; one that is being dialled lives on, and ends if that is in vain."""
    if w.contacts[slot].state != DIALLING:
        withdraw(w, slot)
        _end(w, slot, EXPIRED, EXPIRED_MARK)


@part
def cancel(w: World, slot: int) -> None:
    """The ASC no longer wants to be called; possible until an agent dials."""
    if w.contacts[slot].state in (QUEUED, OFFERED, SCHEDULED):
        withdraw(w, slot)
        _end(w, slot, CANCELLED, CANCELLED_MARK)


@part
def _end(w: World, slot: int, count: int, mark: int) -> None:
    contact = w.contacts[slot]
    if contact.state == QUEUED:
        leave(w, slot)
    w.sums[contact.cell, count] += 1
    note(w, mark, contact.id, 0, 0, 0)
    free(w, slot)


# --- dialling


@part
def dial(w: World, slot: int) -> None:
    """The agent accepted: the phone of the ASC rings."""
    contact, desk = w.contacts[slot], w.desk[0]
    take_offer(w, slot)
    contact.state, contact.dialling, contact.attempt = DIALLING, 1, desk.next_attempt
    desk.next_attempt += 1
    note(w, DIALLED_MARK, contact.id, contact.agent, contact.attempt, 0)
    if contact.promised:
        contact.promised = 0
        w.sums[contact.cell, DIALLED] += 1
        w.sums[contact.cell, DIALLED_EARLY] += desk.now < contact.promise_from - PROMISE_SLACK_MS
        w.sums[contact.cell, DIALLED_LATE] += desk.now > contact.promise_to + PROMISE_SLACK_MS
    work.hold(w, slot)
    contact.attempts += 1
    contact.job += 1
    dial_ms = draw(w, DIAL_TIME, contact.id, contact.attempts, DIAL_LAW)
    push(w.heap, desk.now + dial_ms, DIAL << CLASS_SHIFT | contact.id, contact.job << 32 | slot)


@part
def hear(w: World, slot: int) -> None:
    """The attempt has come to its end: somebody answers, or nobody does."""
    contact = w.contacts[slot]
    if happens(w.prefixes[REACH], contact.id, contact.attempts, w.rules[0].reach):
        _reached(w, slot)
    else:
        _missed(w, slot, _failure(w, slot))


@part
def _reached(w: World, slot: int) -> None:
    contact, rules, now = w.contacts[slot], w.rules[0], w.desk[0].now
    contact.state, contact.dialling, contact.lifetime_due = CONNECTED, 0, -1
    land(w, slot)
    note(w, REACHED, contact.id, contact.agent, contact.attempt, 0)
    if not contact.reached:
        contact.reached = 1
        w.sums[contact.cell, CALLED_BACK] += 1
        w.sums[contact.cell, CALLBACK_WAIT_MS] += now - contact.asked
    if rules.own_wrap_up:
        contact.wrap_up_ms = draw(w, WRAP_UP_DRAW, contact.id, contact.attempts, CALLBACK_WRAP_UP_LAW)
    law = w.stream_laws[4 * contact.stream + 1]
    work.work(w, slot, draw(w, CALLBACK_HANDLE_TIME, contact.id, 0, law), END)


@part
def _failure(w: World, slot: int) -> int:
    """Which outcome an attempt has that is not answered."""
    contact, count = w.contacts[slot], w.rules[0].failures
    if count > 1:
        chance = uniform_of(w.prefixes[DIAL_FAILURE], contact.id, contact.attempts)
        for index in range(count):
            if chance <= w.failures[index]:
                return int(w.failure_kinds[index])
            chance -= w.failures[index]
    return int(w.failure_kinds[count - 1])


@part
def _missed(w: World, slot: int, failure: int) -> None:
    contact, now = w.contacts[slot], w.desk[0].now
    agent_id, attempt = contact.agent, contact.attempt
    ladder_ms = w.ladders[failure, _failed(w, slot, failure)]
    retry_at = now + ladder_ms if ladder_ms >= 0 else 0
    work.let_go(w, slot)
    release(w, slot)
    land(w, slot)
    contact.dialling = 0
    if not retry_at:
        note(w, UNREACHABLE_MARK, contact.id, agent_id, attempt, failure)
        w.sums[contact.cell, UNREACHABLE] += 1
        if w.rules[0].after_unreachable:
            try_again(w, slot)
        free(w, slot)
        return
    contact.attempt, contact.state = 0, SCHEDULED
    note(w, FAILED, contact.id, agent_id, failure, retry_at)
    if contact.lifetime_due < 0:
        _end(w, slot, EXPIRED, EXPIRED_MARK)
    else:
        schedule(w, slot, retry_at)


@part
def _failed(w: World, slot: int, failure: int) -> int:
    """How many attempts of this outcome there were; counts one more."""
    contact = w.contacts[slot]
    if failure == 0:
        contact.failed_0 += 1
        return int(contact.failed_0 - 1)
    if failure == 1:
        contact.failed_1 += 1
        return int(contact.failed_1 - 1)
    if failure == 2:
        contact.failed_2 += 1
        return int(contact.failed_2 - 1)
    contact.failed_3 += 1
    return int(contact.failed_3 - 1)
