"""The day: what is due next happens, and then everything is matched; the order of `sim.driver`, compiled."""

from collections.abc import Callable
from pathlib import Path
from zlib import crc32

from sim.compiled import part, whole
from sim.kernel import callbacks, contacts, offers, people, work
from sim.kernel.heap import NO_TIME, due, pop, push
from sim.kernel.layout import (
    ACCEPT,
    ARRIVAL,
    CALLBACK,
    CASE,
    CLASS_SHIFT,
    DESK,
    DIAL,
    DONE,
    END,
    ENTRY,
    FINISHED,
    FREE,
    IDENT,
    KIND_SHIFT,
    LOOK,
    NOT_YET,
    NOTHING,
    OFFERED,
    PATIENCE,
    REQUEST,
    SHIFT,
    TOO_SMALL,
    WANTS_ESTIMATE,
    WRAP_UP,
    World,
)
from sim.kernel.matching import match, widen
from sim.kernel.returns import come_again, new_contact
from sim.kernel.trace import BACK_OFF_ENDED, FORGOTTEN, note
from sim.kernel.waiting import enter, first_step, leave
from sim.laws import NEVER_MS
from sim.packed import unpacked

_SLOT = (1 << 32) - 1
_world = unpacked(World)


@part
def _run(w: World, until: int) -> int:
    """
    Let everything happen that is due before `until` (ms), or until nothing is left: FINISHED.

    WANTS_ESTIMATE: the desk's `want_...` is to be put among the estimates; then call again. TOO_SMALL: a table is full,
    and what has happened is lost.
    """
    desk, count = w.desk[0], w.order.shape[0]
    if desk.pending != NOTHING and not _go_on(w):
        return WANTS_ESTIMATE
    while not desk.failed:
        work.set_alarms(w)
        place = desk.next_arrival
        asks = place < count
        at, ident = 0, 0
        if asks:
            at, ident = w.arrivals[w.order[place]].at, w.arrivals[w.order[place]].id
        first, key = due(w.heap)
        if first != NO_TIME and (not asks or first < at or (first == at and key < (ARRIVAL << CLASS_SHIFT | ident))):
            if first >= until:
                return FINISHED
            at, key, what = pop(w.heap)
            desk.now = max(desk.now, at)
            _happen(w, at, key, what)
            if desk.pending != NOTHING:
                return WANTS_ESTIMATE
            if w.heap.times.shape[0] - w.heap.size[0] < 4 * w.agents.shape[0] + 4 * w.contacts.shape[0]:
                desk.failed = 1
            continue
        if not asks or at >= until:
            return FINISHED
        desk.now = max(desk.now, at)
        _arrive(w)
        if desk.pending != NOTHING:
            return WANTS_ESTIMATE
    return TOO_SMALL


def _compiled_from(sources: int) -> Callable[[int, int], int]:
    """
    `_run` as Python calls it, with the address of the packed world.

    What is kept on disk is looked for by this file's age and by the number of all sources, which it was made of too.
    """

    def run(address: int, until: int) -> int:
        return _run(_world(address), until) if sources >= 0 else TOO_SMALL

    return whole(run)


def _number_of_sources() -> int:
    """Another number when anything that is compiled into the day has changed."""
    here = Path(__file__).parent
    others = ("compiled", "packed", "draws", "normal", "laws")
    files = [*sorted(here.glob("*.py")), *(here.parent / f"{name}.py" for name in others)]
    number = 0
    for file in files:
        number = crc32(file.read_bytes(), number)
    return number


@part
def _go_on(w: World) -> bool:
    """What could not be decided without an estimate; False when it still cannot."""
    desk = w.desk[0]
    pending, slot = desk.pending, desk.pending_slot
    desk.pending = NOTHING
    if pending == ENTRY:
        _settle_entry(w, slot)
    elif pending == LOOK:
        _look(w, slot, desk.pending_delay)
    elif pending == REQUEST:
        _request(w, slot)
    return bool(desk.pending == NOTHING)


# --- customers


@part
def _arrive(w: World) -> None:
    """Whoever is next asks, and with them those who ask in the same turn."""
    desk = w.desk[0]
    while True:
        row = w.arrivals[w.order[desk.next_arrival]]
        desk.next_arrival += 1
        slot = new_contact(w)
        contact = w.contacts[slot]
        contact.id, contact.stream, contact.wants_other, contact.choice = row.id, row.stream, row.agreed, row.choice
        contact.patience_ms, contact.handle_ms, contact.wrap_up_ms = row.patience_ms, row.handle_ms, row.wrap_up_ms
        _ask(w, slot)
        following = desk.next_arrival
        if following >= w.order.shape[0] or not w.arrivals[w.order[following]].joined:
            return


@part
def _ask(w: World, slot: int) -> None:
    contact = w.contacts[slot]
    stream = w.streams[contact.stream]
    contact.line, contact.channel = stream.line, stream.channel
    if contact.channel == CALLBACK:
        _request(w, slot)
    elif contacts.queue(w, slot):
        match(w)
        if contact.channel != CASE:
            _settle_entry(w, slot)


@part
def _request(w: World, slot: int) -> None:
    if callbacks.request(w, slot) == NOT_YET:
        w.desk[0].pending, w.desk[0].pending_slot = REQUEST, slot
    else:
        match(w)


@part
def _settle_entry(w: World, slot: int) -> None:
    """The customer waits, takes a callback, or rings already."""
    contact, desk = w.contacts[slot], w.desk[0]
    if not contact.ringing:
        found = callbacks.consider(w, slot)
        if found == NOT_YET:
            desk.pending, desk.pending_slot = ENTRY, slot
            return
        if found == DONE:
            match(w)
            return
    elif not contact.rings_ms:
        return  # The offer is taken at this very instant, before any patience can end.
    if contact.patience_ms < NEVER_MS:
        contact.leaves_at = desk.now + contact.patience_ms
        push(w.heap, contact.leaves_at, PATIENCE << CLASS_SHIFT | contact.id, slot)


@part
def _look(w: World, slot: int, delay_ms: int) -> None:
    found = callbacks.look_again(w, slot, delay_ms)
    if found == NOT_YET:
        w.desk[0].pending, w.desk[0].pending_slot, w.desk[0].pending_delay = LOOK, slot, delay_ms
    elif found == DONE:
        match(w)


# --- what is due


@part
def _happen(w: World, at: int, key: int, what: int) -> None:
    """One alarm; what was planned for a contact or an offer that is no more finds nobody."""
    turn, ident = key >> CLASS_SHIFT, key & IDENT
    if turn == DESK:
        if _meet(w, at, key >> KIND_SHIFT, ident, what):
            match(w)
    elif turn == ACCEPT:
        _answer(w, ident, what)
    elif turn in (END, WRAP_UP):
        slot = work.done(w, what, at, key) if w.rules[0].slowed else _worked_on(w, ident, what)
        if slot >= 0:
            if turn == END:
                contacts.end(w, slot)
            else:
                contacts.close(w, slot)
            match(w)
    elif turn == PATIENCE:
        _lose_patience(w, at, ident, what)
    elif turn == DIAL:
        slot = _worked_on(w, ident, what)
        if slot >= 0:
            callbacks.hear(w, slot)
            match(w)
    elif turn == SHIFT:
        people.carry_out(w, what)
        match(w)
    elif turn == ARRIVAL:
        _ask(w, come_again(w, what))
    else:
        slot = what & _SLOT
        if w.contacts[slot].id == ident:
            _look(w, slot, what >> 32)


@part
def _worked_on(w: World, ident: int, what: int) -> int:
    """The contact, if this is still what is done about it; else -1."""
    slot = what & _SLOT
    contact = w.contacts[slot]
    return slot if contact.id == ident and contact.job == what >> 32 else -1


@part
def _answer(w: World, offer_id: int, what: int) -> None:
    slot, agent_id, declines = what >> 24, what >> 1 & 0x7FFFFF, what & 1
    contact = w.contacts[slot]
    if contact.state == OFFERED and contact.offer_id == offer_id:
        if declines:
            offers.decline(w, slot)
        elif contact.channel == CALLBACK:
            callbacks.dial(w, slot)
        else:
            offers.connect(w, slot)
        match(w)
    elif not declines and w.agents[agent_id].silent:
        people.be_there(w, agent_id)
        match(w)


@part
def _lose_patience(w: World, at: int, ident: int, what: int) -> None:
    slot = what & _SLOT
    contact = w.contacts[slot]
    if contact.id != ident:
        return
    if what >> 32:
        callbacks.cancel(w, slot)
        match(w)
    elif contact.waiting and contact.leaves_at == at:
        contacts.abandon(w, slot)
        match(w)


@part
def _meet(w: World, at: int, kind: int, ident: int, what: int) -> bool:
    """A deadline of the desk; False when it was given up before."""
    if kind == offers.BACK_OFF_KIND:
        agent = w.agents[what]
        if agent.back_off_due != at:
            return False
        agent.backing_off, agent.back_off_due = 0, -1
        offers.refresh_agent(w, what)
        note(w, BACK_OFF_ENDED, 0, what, 0, 0)
        return True
    contact = w.contacts[what]
    if kind == offers.OFFER_KIND:
        if contact.state != OFFERED or contact.offer_id != ident or contact.offer_due != at:
            return False
        offers.time_out(w, what)
        return True
    if contact.id != ident or contact.state == FREE:
        return False
    return _meet_for_contact(w, at, kind, what)


@part
def _meet_for_contact(w: World, at: int, kind: int, slot: int) -> bool:
    contact = w.contacts[slot]
    if kind == contacts.WRAP_UP_KIND and contact.wrap_up_due == at:
        contacts.close(w, slot)
    elif kind == 10 and contact.step_due == at:
        contact.step_due = -1
        widen(w, slot, first_step(w, contact.line, contact.agreed, contact.since, contact.step + 1))
    elif kind == offers.PASSED_KIND and contact.passed_due == at:
        waits = contact.cohort >= 0
        if waits:
            leave(w, slot)
        offers.forget_passing(w, slot)
        if waits:
            enter(w, slot)
        note(w, FORGOTTEN, contact.id, 0, 0, 0)
    elif kind == callbacks.DUE_AT_KIND and contact.due_at == at:
        contact.due_at = -1
        callbacks.schedule(w, slot, 0)
    elif kind == callbacks.URGENT_KIND and contact.urgent_due == at:
        contact.urgent_due = -1
        callbacks.become_urgent(w, slot)
    elif kind == callbacks.LIFETIME_KIND and contact.lifetime_due == at:
        contact.lifetime_due = -1
        callbacks.expire(w, slot)
    else:
        return False
    return True


run = _compiled_from(_number_of_sources())
