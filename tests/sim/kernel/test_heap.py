"""The compiled engine's event list beside `heapq`, which everybody trusts."""

import heapq
import random

import pytest

from sim.kernel.heap import NO_TIME, due, empty, grown, pop, push, replace, room


@pytest.mark.parametrize("seed", range(4))
def test_entries_come_out_as_heapq_gives_them(seed: int) -> None:
    """Whatever is pushed, popped and replaced in turn, many of them at the same time: each next entry is heapq's."""
    chance = random.Random(seed)
    ours, theirs = empty(4), list[tuple[int, int, int]]()
    for serial in range(3_000):
        # Few times and keys to a time that differ, so that most comparisons are ties of time.
        entry = (chance.randrange(-20, 20), serial ^ 0b1011, serial)
        step = chance.random()
        if step < 0.5 or not theirs:
            if not room(ours):
                ours = grown(ours)
            push(ours, *entry)
            heapq.heappush(theirs, entry)
        elif step < 0.75:
            assert heapq.heapreplace(theirs, entry)[:2] == due(ours)
            replace(ours, *entry)
        else:
            assert heapq.heappop(theirs) == pop(ours)
        assert len(theirs) == len(ours.times) - 4 - room(ours)
    while theirs:
        assert heapq.heappop(theirs) == pop(ours)
    assert due(ours)[0] == NO_TIME


def test_a_full_list_says_so() -> None:
    """Nothing is written behind the last place: a push into a full list is an error; growing keeps what is there."""
    heap = empty(3)
    for time in (30, 10, 20):
        push(heap, time, 1, 0)

    assert room(heap) == 0
    with pytest.raises(IndexError, match="full"):
        push(heap, 5, 1, 0)
    heap = grown(heap)
    push(heap, 5, 1, 0)

    assert [5, 10, 20, 30] == [pop(heap)[0] for _ in range(4)]


def test_keys_beyond_32_bits_order_what_is_due_at_once() -> None:
    """At one instant the class decides, then the entity, over all 63 bits of a key."""
    heap = empty(8)
    keys = [9 << 48 | 1, 1 << 48 | (1 << 48) - 1, 1 << 48 | 2**44, 0, 2 << 48]
    for what, key in enumerate(keys):
        push(heap, 7, key, what)

    assert sorted(keys) == [pop(heap)[1] for _ in keys]
