"""
Customers who come again: those who were not served try once more, those who were have one more question.

The rules are those of `sim.returns`. Also the slots in which contacts live: taken by who asks, free again at the end.
"""

from sim.compiled import part
from sim.draws import Purpose, happens, uniform_of
from sim.kernel.heap import push
from sim.kernel.layout import ARRIVAL, CASE, CLASS_SHIFT, FREE, World
from sim.kernel.offers import draw
from sim.laws import COMING_SHIFT

RETRIAL, RETRIAL_DELAY = int(Purpose.RETRIAL), int(Purpose.RETRIAL_DELAY)
REPEAT, REPEAT_DELAY = int(Purpose.REPEAT), int(Purpose.REPEAT_DELAY)
PATIENCE, HANDLE_TIME, WRAP_UP = int(Purpose.PATIENCE), int(Purpose.HANDLE_TIME), int(Purpose.WRAP_UP)
LEAVES_AT_ONCE, CALLBACK_CHOICE = int(Purpose.LEAVES_AT_ONCE), int(Purpose.CALLBACK_CHOICE)

RETRIAL_LAW, REPEAT_LAW = 0, 1
"""The first rows of `laws`; those of callbacks follow."""

PLACES = 1 << 16
"""How many places in line are remembered that were left, in a ring; the desk keeps no more than 10,000."""
KEPT_PLACES = 10_000


@part
def new_contact(w: World) -> int:
    """A free slot, cleared; 0, which is never used, when there is none."""
    desk = w.desk[0]
    slot = desk.free_contact
    if slot == 0:
        desk.failed = 1
        return 0
    contact = w.contacts[slot]
    desk.free_contact = contact.next_free
    desk.present += 1
    contact.agent = contact.offer_id = contact.tried = contact.units = contact.step = contact.triage = 0
    contact.is_callback = contact.urgent = contact.in_flight = contact.attempt = 0
    contact.failed_0 = contact.failed_1 = contact.failed_2 = contact.failed_3 = 0
    contact.decided = contact.called_back = contact.offers = contact.ringing = contact.rings_ms = 0
    contact.attempts = contact.dialling = contact.retrials = contact.repeats = contact.job = contact.working = 0
    contact.place_until = contact.place_number = contact.cohort = contact.leaves_at = -1
    contact.live = contact.reserved = contact.promised = contact.reached = contact.asked_live = 0
    contact.waiting = 1
    contact.offer_due = contact.wrap_up_due = contact.step_due = contact.passed_due = -1
    contact.due_at = contact.urgent_due = contact.lifetime_due = -1
    return int(slot)


@part
def free(w: World, slot: int) -> None:
    """The contact is over; whatever is still planned for it finds nobody."""
    contact = w.contacts[slot]
    contact.id, contact.state, contact.waiting = 0, FREE, 0
    contact.offer_id = 0
    contact.next_free = w.desk[0].free_contact
    w.desk[0].free_contact = slot
    w.desk[0].present -= 1


# --- the place that is kept for a while


@part
def keep_place(w: World, slot: int, short: bool, in_time: bool) -> None:
    """Whoever gives up waiting may come back in time."""
    rules, desk, contact = w.rules[0], w.desk[0], w.contacts[slot]
    if not (rules.retrial_at_most or rules.repeat_at_most):
        return
    forget_place(w, slot)
    now = desk.now
    while desk.places_kept:
        until = w.place_until[desk.first_place % PLACES]
        if until >= 0:
            if until > now and desk.places_kept < KEPT_PLACES:
                break
            desk.places_kept -= 1
        desk.first_place += 1
    if desk.places_kept == 0:
        desk.first_place = desk.places
    if rules.asc_grace_ms > 0:
        if desk.places - desk.first_place >= PLACES:
            desk.failed = 1
            return
        contact.place_number = desk.places
        w.place_until[desk.places % PLACES] = now + rules.asc_grace_ms
        contact.place_until, contact.place_since = now + rules.asc_grace_ms, contact.since
        contact.place_short, contact.place_in_time, contact.place_cell = short, in_time, contact.cell
        desk.places += 1
        desk.places_kept += 1


@part
def has_place(w: World, slot: int) -> bool:
    """Whether the old place in line is still the contact's."""
    contact, desk = w.contacts[slot], w.desk[0]
    return bool(
        contact.place_number >= desk.first_place
        and contact.place_number >= 0
        and w.place_until[contact.place_number % PLACES] > desk.now
    )


@part
def forget_place(w: World, slot: int) -> None:
    """The place that the contact had is not kept any more."""
    contact, desk = w.contacts[slot], w.desk[0]
    if contact.place_number >= desk.first_place and contact.place_number >= 0:
        if w.place_until[contact.place_number % PLACES] >= 0:
            desk.places_kept -= 1
        w.place_until[contact.place_number % PLACES] = -1
    contact.place_number = -1


# --- coming again


@part
def try_again(w: World, slot: int) -> None:
    """A customer was not served."""
    rules, contact = w.rules[0], w.contacts[slot]
    if contact.retrials < rules.retrial_at_most and happens(
        w.prefixes[RETRIAL], contact.id, 0, w.streams[contact.stream].retrial
    ):
        _come(w, slot, draw(w, RETRIAL_DELAY, contact.id, 0, RETRIAL_LAW), 1, 0)


@part
def ask_again(w: World, slot: int) -> None:
    """A customer was served."""
    rules, contact = w.rules[0], w.contacts[slot]
    if contact.channel == CASE or contact.repeats >= rules.repeat_at_most:
        return
    if happens(w.prefixes[REPEAT], contact.id, 0, rules.repeat_share):
        _come(w, slot, draw(w, REPEAT_DELAY, contact.id, 0, REPEAT_LAW), 0, 1)


@part
def _come(w: World, slot: int, delay_ms: int, retrials: int, repeats: int) -> None:
    desk, contact = w.desk[0], w.contacts[slot]
    if desk.now + delay_ms >= w.rules[0].horizon_ms:
        return
    row = desk.free_coming
    if row == 0:
        desk.failed = 1
        return
    coming = w.comings[row]
    desk.free_coming = coming.next_free
    coming.id, coming.stream, coming.agreed = contact.id + (1 << COMING_SHIFT), contact.stream, contact.wants_other
    coming.retrials, coming.repeats = contact.retrials + retrials, contact.repeats + repeats
    coming.place_until, coming.place_since = contact.place_until, contact.place_since
    coming.place_short, coming.place_in_time = contact.place_short, contact.place_in_time
    coming.place_cell, coming.place_number = contact.place_cell, contact.place_number
    push(w.heap, desk.now + delay_ms, ARRIVAL << CLASS_SHIFT | coming.id, row)


@part
def come_again(w: World, row: int) -> int:
    """The same ASC at the next coming, with a patience and a conversation of that coming's own: the slot."""
    coming, slot = w.comings[row], new_contact(w)
    contact, ident, laws = w.contacts[slot], coming.id, 4 * coming.stream
    contact.id, contact.stream, contact.wants_other = ident, coming.stream, coming.agreed
    contact.retrials, contact.repeats = coming.retrials, coming.repeats
    contact.place_until, contact.place_since = coming.place_until, coming.place_since
    contact.place_short, contact.place_in_time = coming.place_short, coming.place_in_time
    contact.place_cell, contact.place_number = coming.place_cell, coming.place_number
    contact.handle_ms = draw(w, HANDLE_TIME, ident, 0, w.stream_laws[laws])
    contact.wrap_up_ms = draw(w, WRAP_UP, ident, 0, w.stream_laws[laws + 2])
    contact.patience_ms = draw(w, PATIENCE, ident, 0, w.stream_laws[laws + 3])
    at_once = w.streams[coming.stream].at_once
    if at_once > 0.0 and happens(w.prefixes[LEAVES_AT_ONCE], ident, 0, at_once):
        contact.patience_ms = 0
    contact.choice = uniform_of(w.prefixes[CALLBACK_CHOICE], ident, 0)
    coming.next_free = w.desk[0].free_coming
    w.desk[0].free_coming = row
    return slot
