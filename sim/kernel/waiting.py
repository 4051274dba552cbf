"""
Who waits where, first by (rank, seq): a heap of contacts for each cohort, and for each line the order of those in it.

A cohort is those of one channel whom the same agents may serve (`router.core.lines`). Each contact that somebody passed
on has one of its own: what is first of several heaps does not depend on how they are cut.
"""

from sim.compiled import part
from sim.kernel.heap import push
from sim.kernel.layout import CALLBACK, CASE, CHANNEL_COUNT, DRAIN_ALWAYS, KIND_SHIFT, QUEUED, World

STEP_KIND = 10
"""Kinds of deadlines are those of `router.core.deadlines`."""


@part
def is_before(w: World, one: int, other: int) -> bool:
    """Whether a contact goes before another one."""
    a, b = w.contacts[one], w.contacts[other]
    return bool(a.rank < b.rank or (a.rank == b.rank and a.seq < b.seq))


@part
def kind_of(w: World, slot: int) -> int:
    """The number of (line, step, agreed) of a contact."""
    contact = w.contacts[slot]
    return int((contact.line * w.rules[0].steps + contact.step) * 2 + contact.agreed)


@part
def is_staffed(w: World, line: int, step: int, agreed: int) -> bool:
    """Whether anybody is signed in who may serve the line at this step."""
    return bool(w.kinds[(line * w.rules[0].steps + step) * 2 + agreed].signed_in > 0)


@part
def first_step(w: World, line: int, agreed: int, since: int, at_least: int) -> int:
    """The step of who has waited since then: as wide as time says, wider while nobody is signed in."""
    step, last, now = at_least, w.lines[line].last_step, w.desk[0].now
    while step < last and (w.step_after[line, step + 1] <= now - since or not is_staffed(w, line, step, agreed)):
        step += 1
    return step


@part
def step_now(w: World, slot: int) -> int:
    """The step at which a contact enters its line again; never narrower than it was."""
    contact = w.contacts[slot]
    return first_step(w, contact.line, contact.agreed, contact.since, contact.step)


@part
def touch_cohort(w: World, cohort: int) -> None:
    """Something may be possible there now."""
    if not w.cohorts[cohort].touched:
        w.cohorts[cohort].touched = 1
        w.todo_cohorts[w.desk[0].todo_cohorts] = cohort
        w.desk[0].todo_cohorts += 1


@part
def touch_line(w: World, line: int) -> None:
    """Its callbacks are to be looked at."""
    if not w.lines[line].touched:
        w.lines[line].touched = 1
        w.todo_lines[w.desk[0].todo_lines] = line
        w.desk[0].todo_lines += 1


@part
def touch_callbacks(w: World, line: int) -> None:
    """The same, where somebody drains or may drain for them, or where the live go before them."""
    rules, one = w.rules[0], w.lines[line]
    if one.drained_for or one.urgent or rules.drain == DRAIN_ALWAYS or rules.idle_only:
        touch_line(w, line)


# --- the heap of a cohort: a pairing heap, whose links are in the contacts


@part
def _meld(w: World, one: int, other: int) -> int:
    """Two heaps as one; its root."""
    if one < 0:
        return other
    if other < 0:
        return one
    if is_before(w, other, one):
        one, other = other, one
    child = w.contacts[one].child
    w.contacts[other].before = one
    w.contacts[other].after = child
    if child >= 0:
        w.contacts[child].before = other
    w.contacts[one].child = other
    return one


@part
def _meld_all(w: World, first: int) -> int:
    """Siblings as one heap: melded in pairs from the first to the last, then the pairs from the last to the first."""
    done = -1
    while first >= 0:
        second = w.contacts[first].after
        rest = -1 if second < 0 else w.contacts[second].after
        w.contacts[first].after = -1
        if second >= 0:
            w.contacts[second].after = -1
        pair = _meld(w, first, second)
        w.contacts[pair].after = done
        done = pair
        first = rest
    root = -1
    while done >= 0:
        rest = w.contacts[done].after
        w.contacts[done].after = -1
        root = _meld(w, root, done)
        done = rest
    if root >= 0:
        w.contacts[root].before = -1
    return root


@part
def _insert(w: World, cohort: int, slot: int) -> None:
    contact = w.contacts[slot]
    contact.child = contact.before = contact.after = -1
    w.cohorts[cohort].root = _meld(w, w.cohorts[cohort].root, slot)


@part
def _take_out(w: World, cohort: int, slot: int) -> None:
    contact = w.contacts[slot]
    below = _meld_all(w, contact.child)
    if w.cohorts[cohort].root == slot:
        w.cohorts[cohort].root = below
        return
    before, after = contact.before, contact.after
    if w.contacts[before].child == slot:
        w.contacts[before].child = after
    else:
        w.contacts[before].after = after
    if after >= 0:
        w.contacts[after].before = before
    w.cohorts[cohort].root = _meld(w, w.cohorts[cohort].root, below)


# --- the order of a line


@part
def ahead_of(w: World, line: int, rank: int, seq: int) -> int:
    """How many who wait in the line go before (rank, seq)."""
    low, high = 0, w.lines[line].standing
    while low < high:
        middle = (low + high) // 2
        there = w.order_rank[line, middle]
        if there < rank or (there == rank and w.order_seq[line, middle] < seq):
            low = middle + 1
        else:
            high = middle
    return low


@part
def _stand(w: World, slot: int) -> None:
    contact = w.contacts[slot]
    line = contact.line
    if w.rules[0].orders_kept:
        place = w.lines[line].standing
        while place > 0 and (
            w.order_rank[line, place - 1] > contact.rank
            or (w.order_rank[line, place - 1] == contact.rank and w.order_seq[line, place - 1] > contact.seq)
        ):
            w.order_rank[line, place] = w.order_rank[line, place - 1]
            w.order_seq[line, place] = w.order_seq[line, place - 1]
            place -= 1
        w.order_rank[line, place] = contact.rank
        w.order_seq[line, place] = contact.seq
    w.lines[line].standing += 1


@part
def _stand_no_more(w: World, slot: int) -> None:
    contact = w.contacts[slot]
    line = contact.line
    if w.rules[0].orders_kept:
        for place in range(ahead_of(w, line, contact.rank, contact.seq), w.lines[line].standing - 1):
            w.order_rank[line, place] = w.order_rank[line, place + 1]
            w.order_seq[line, place] = w.order_seq[line, place + 1]
    w.lines[line].standing -= 1


# --- entering and leaving


@part
def enter(w: World, slot: int) -> None:
    """The contact waits in its line, with those whom the same agents may serve."""
    contact, desk = w.contacts[slot], w.desk[0]
    line = w.lines[contact.line]
    kind = kind_of(w, slot)
    cohort = kind * CHANNEL_COUNT + contact.channel
    if contact.tried:
        cohort = w.rules[0].static_cohorts + slot
        w.cohorts[cohort].kind, w.cohorts[cohort].channel = kind, contact.channel
    contact.state, contact.cohort = QUEUED, cohort
    one = w.cohorts[cohort]
    _insert(w, cohort, slot)
    one.count += 1
    if one.count == 1:
        one.place = desk.occupied
        w.occupied[desk.occupied] = cohort
        desk.occupied += 1
    touch_cohort(w, cohort)
    line.waiting += 1
    if contact.channel == CALLBACK:
        line.callbacks += 1
    elif contact.channel != CASE:
        line.live += 1
    if contact.channel != CASE:
        _stand(w, slot)
    if contact.channel == CALLBACK:
        line.urgent += contact.urgent
        touch_callbacks(w, contact.line)
    following = contact.step + 1
    if following <= line.last_step:
        contact.step_due = contact.since + w.step_after[contact.line, following]
        push(w.heap, contact.step_due, STEP_KIND << KIND_SHIFT | contact.id, slot)


@part
def leave(w: World, slot: int) -> None:
    """The contact waits no longer, for now or for good."""
    contact, desk = w.contacts[slot], w.desk[0]
    line = w.lines[contact.line]
    cohort = contact.cohort
    one = w.cohorts[cohort]
    if contact.channel == CALLBACK:
        line.urgent -= contact.urgent
        touch_callbacks(w, contact.line)
    elif line.callbacks and not line.drained_for:
        touch_callbacks(w, contact.line)
    if contact.channel != CASE:
        _stand_no_more(w, slot)
    line.waiting -= 1
    if contact.channel == CALLBACK:
        line.callbacks -= 1
    elif contact.channel != CASE:
        line.live -= 1
    _take_out(w, cohort, slot)
    contact.cohort = -1
    one.count -= 1
    if not one.count:
        desk.occupied -= 1
        last = w.occupied[desk.occupied]
        w.occupied[one.place] = last
        w.cohorts[last].place = one.place
        one.place = -1
    contact.step_due = -1
