"""
The event list of the compiled engine: what is due next, by (time, key), where a key is `class << 59 | entity id`.

A 4-ary heap in flat arrays: half the levels of a binary one, and the first of four children is found by two rounds of
comparisons that no branch can guess wrong. Slots behind the last entry hold a time that no event has, so that no child
needs a look at the size.

What comes before all others stands in front of the heap, in the last slot: much is entered that is due at this very
instant, and taken out next, and need not rise through the heap and make it sink again.

Nothing is ever taken out of the middle: who finds that what came due no longer holds lets it be, and `what` is the
caller's own number to find that out by. Equal (time, key) come out in an order that depends only on what was pushed
and popped before; it is for the caller that no two of them both matter.
"""

from typing import Annotated, Final, NamedTuple

import numpy as np

from sim.compiled import compiled
from sim.laws import Ints

NO_TIME: Final = 2**63 - 1
"""Later than every event: when an empty heap is due."""

_SIBLINGS: Final = 3


class Heap(NamedTuple):
    """Entries by place, and in `size`, an array of one number, how many there are but for the one in front."""

    times: Annotated[Ints, np.int64, 1]
    keys: Annotated[Ints, np.int64, 1]
    whats: Annotated[Ints, np.int64, 1]
    size: Annotated[Ints, np.int64, 1]


@compiled
def empty(capacity: int) -> Heap:
    """A heap that holds at most `capacity` entries; `grown` makes room for more."""
    slots = capacity + _SIBLINGS + 1
    times = np.full(slots, NO_TIME, np.int64)
    return Heap(times, np.zeros(slots, np.int64), np.zeros(slots, np.int64), np.zeros(1, np.int64))


@compiled
def room(heap: Heap) -> int:
    """How many entries more it holds."""
    return int(heap.times.shape[0] - _SIBLINGS - 1 - heap.size[0] - (heap.times[-1] != NO_TIME))


@compiled
def due(heap: Heap) -> tuple[int, int]:
    """(time, key) of what is first; the time is `NO_TIME` when there is nothing."""
    place = -1 if heap.times[-1] != NO_TIME else 0
    return heap.times[place], heap.keys[place]


@compiled
def grown(heap: Heap) -> Heap:
    """The same entries with room for at least twice as many; the old heap is not to be used any more."""
    wider = empty(2 * heap.times.shape[0])
    size = heap.size[0]
    wider.times[:size] = heap.times[:size]
    wider.keys[:size] = heap.keys[:size]
    wider.whats[:size] = heap.whats[:size]
    wider.size[0] = size
    wider.times[-1], wider.keys[-1], wider.whats[-1] = heap.times[-1], heap.keys[-1], heap.whats[-1]
    return wider


@compiled
def push(heap: Heap, time: int, key: int, what: int) -> None:
    """Enter what is due at `time` (ms, below `NO_TIME`). Raises IndexError when there is no `room`."""
    if room(heap) <= 0:
        raise IndexError("the event list is full")
    times, keys, whats = heap.times, heap.keys, heap.whats
    front = times.shape[0] - 1
    if times[front] == NO_TIME:
        if time < times[0] or (time == times[0] and key < keys[0]):
            times[front], keys[front], whats[front] = time, key, what
            return
    elif time < times[front] or (time == times[front] and key < keys[front]):
        # The entry that was in front takes its place in the heap, and this one is in front.
        time, times[front] = times[front], time
        key, keys[front] = keys[front], key
        what, whats[front] = whats[front], what
    place = heap.size[0]
    heap.size[0] = place + 1
    while place > 0:
        parent = (place - 1) >> 2
        if times[parent] < time or (times[parent] == time and keys[parent] <= key):
            break
        times[place], keys[place], whats[place] = times[parent], keys[parent], whats[parent]
        place = parent
    times[place], keys[place], whats[place] = time, key, what


@compiled
def pop(heap: Heap) -> tuple[int, int, int]:
    """Take out what is first: (time, key, what). The caller has seen that there is something (`due`)."""
    front = heap.times.shape[0] - 1
    if heap.times[front] != NO_TIME:
        taken = heap.times[front], heap.keys[front], heap.whats[front]
        heap.times[front] = NO_TIME
        return taken
    first = heap.times[0], heap.keys[0], heap.whats[0]
    last = heap.size[0] - 1
    heap.size[0] = last
    time, key, what = heap.times[last], heap.keys[last], heap.whats[last]
    heap.times[last] = NO_TIME
    if last > 0:
        _sink(heap, time, key, what)
    return first


@compiled
def replace(heap: Heap, time: int, key: int, what: int) -> None:
    """Put another entry in the place of the first: a `pop` and a `push` for the price of one."""
    if heap.times[-1] != NO_TIME:
        heap.times[-1] = NO_TIME
        push(heap, time, key, what)
    else:
        _sink(heap, time, key, what)


@compiled
def _sink(heap: Heap, time: int, key: int, what: int) -> None:
    """Let what is due at `time` find its place from the top down."""
    times, keys, whats, size = heap.times, heap.keys, heap.whats, heap.size[0]
    place = 0
    child = 1
    while child < size:
        left = child + _later(times, keys, child, child + 1)
        right = child + 2 + _later(times, keys, child + 2, child + 3)
        child = right if _later(times, keys, left, right) else left
        if time < times[child] or (time == times[child] and key <= keys[child]):
            break
        times[place], keys[place], whats[place] = times[child], keys[child], whats[child]
        place = child
        child = 4 * place + 1
    times[place], keys[place], whats[place] = time, key, what


@compiled
def _later(times: Ints, keys: Ints, one: int, other: int) -> bool:
    """Whether the entry at `one` comes after that at `other`; no short circuit, so that nothing is guessed."""
    return bool((times[one] > times[other]) | ((times[one] == times[other]) & (keys[one] > keys[other])))
