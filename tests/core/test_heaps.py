"""The three heaps: what is stale is dropped, what is current never is, and none grows beyond what is alive."""

import pytest

from router.core.agent_heap import SOONEST
from router.core.deadlines import OFFER, WRAP_UP, Deadlines
from router.core.ids import ContactId, LineKey
from router.core.lines import Cohort, Contact
from router.core.policy import STRATEGIES
from router.core.staff import Agent, Group, Room

ROOM = 200
"""Far more than the slack that a heap allows itself."""


def someone(number, rank):
    """A waiting chat of this rank."""
    return Contact(ContactId(number), number, 1, 1, LineKey("expense/en"), "chat", rank)


def cohort():
    """A place for those who wait."""
    return Cohort(LineKey("expense/en"), ("chat", 0, False, "", ()), "longest_idle")


# --- deadlines


def test_the_earliest_comes_first_then_the_kind_then_the_id():
    """Ties in time are broken by kind and id, never by the order in which they were set."""
    deadlines = Deadlines()
    for kind, ident, due in ((WRAP_UP, 1, 50), (OFFER, 9, 50), (OFFER, 3, 50), (WRAP_UP, 2, 20)):
        deadlines.arm(kind, ident, due)

    order = []
    while (head := deadlines.earliest()) is not None:
        order.append(head)
        assert deadlines.take(head[0] - 1) is None
        assert head == deadlines.take(head[0])

    assert [(20, WRAP_UP, 2), (50, OFFER, 3), (50, OFFER, 9), (50, WRAP_UP, 1)] == order


def test_a_deadline_that_is_set_again_has_moved():
    """Whatever was set before counts no longer, be it earlier or later; disarming forgets it."""
    deadlines = Deadlines()
    deadlines.arm(OFFER, 1, 10)
    deadlines.arm(OFFER, 1, 30)
    deadlines.arm(OFFER, 2, 40)
    deadlines.arm(OFFER, 2, 20)
    assert [[20, OFFER, 2], [30, OFFER, 1]] == deadlines.items()

    deadlines.disarm(OFFER, 2)
    deadlines.disarm(OFFER, 7)

    assert (30, OFFER, 1) == deadlines.earliest()
    assert (30, None) == (deadlines.due_of(OFFER, 1), deadlines.due_of(OFFER, 2))


def test_a_deadline_fires_once():
    """Taken, set to the same time twice, or disarmed and set again: it is due once."""
    deadlines = Deadlines()
    deadlines.arm(OFFER, 1, 10)
    deadlines.arm(OFFER, 1, 10)
    deadlines.disarm(OFFER, 1)
    deadlines.arm(OFFER, 1, 10)
    assert (10, OFFER, 1) == deadlines.earliest()

    deadlines.take(10)

    assert None is deadlines.earliest()


def test_moving_deadlines_does_not_fill_the_heap():
    """A deadline that is moved with every message leaves a bounded heap behind, and the last time holds."""
    deadlines = Deadlines()
    deadlines.arm(WRAP_UP, 2, 5)

    for due in range(10, 10_000):
        deadlines.arm(OFFER, 1, due)

    assert len(deadlines._heap) < ROOM
    assert [[5, WRAP_UP, 2], [9_999, OFFER, 1]] == deadlines.items()


# --- lines


def test_a_cohort_forgets_who_left():
    """Those who left in the middle are dropped when they outnumber the waiting."""
    queue = cohort()
    everybody = [someone(number, number) for number in range(1, 1_001)]
    for contact in everybody:
        queue.enter(contact)

    for contact in everybody[1:-1]:
        queue.leave(contact)

    assert len(queue._heap) < ROOM
    assert [everybody[0], everybody[-1]] == queue.contacts()
    assert (2, everybody[0]) == (queue.count, queue.first)


def test_the_first_who_leave_are_dropped_when_they_surface():
    """The head is somebody who waits, however many before it have left; with the last one nothing is kept."""
    queue = cohort()
    everybody = [someone(number, number) for number in range(1, 31)]
    for contact in everybody:
        queue.enter(contact)

    for place, contact in enumerate(everybody[:-1], 1):
        queue.leave(contact)
        assert queue.first is everybody[place]
    queue.leave(everybody[-1])

    assert (0, None, []) == (queue.count, queue.first, queue._heap)


def test_a_contact_that_returns_stands_once_in_its_cohort():
    """Left and back, however often and with its old entry dropped or not, it is counted and listed once."""
    queue = cohort()
    first, second = someone(1, 10), someone(2, 20)
    queue.enter(first)
    queue.enter(second)

    for dropped in (False, True, False):
        queue.leave(first)
        if dropped:
            assert second is queue.first
        queue.enter(first)

    assert [first, second] == queue.contacts()
    assert (2, first) == (queue.count, queue.first)


def test_a_contact_that_returns_with_another_rank_has_that_one():
    """The entry of an earlier wait does not place the contact, though it is the same contact."""
    queue = cohort()
    first, second = someone(1, 10), someone(2, 20)
    queue.enter(first)
    queue.enter(second)

    queue.leave(first)
    first.rank = 30
    queue.enter(first)

    assert second is queue.first
    assert [second, first] == queue.contacts()


# --- agents

CHATS = ("longest_idle", False)


def group_of(*numbers):
    """A group with these agents, who have two units each, hold nothing and are available."""
    group = Group(0, ("", ("expense",), (3,), ("en",)), Room())
    for number in numbers:
        agent = group.members[number] = Agent(number, group)
        agent.capacity, agent.status = 2, "available"
        group.refresh(agent)
    return group


def test_an_agent_stands_with_the_present_key_only():
    """However often an agent takes and gives back, the group's heap stays small and names the best."""
    group = group_of(1, 2)
    assert group.members[1] is group.best(CHATS, [])

    busy = group.members[1]
    for now in range(10_000):
        busy.units, busy.idle_since = now % 2, now + 1
        group.refresh(busy)
        assert group.members[2] is group.best(CHATS, [])

    assert len(group._heaps[CHATS]._entries) < ROOM
    assert busy is group.best(CHATS, [2])


def test_who_has_passed_is_left_out_and_not_lost():
    """The best of the others is named; the next question finds everybody again."""
    group = group_of(1, 2, 3)

    assert [3, 1] == [group.best(CHATS, tried).id for tried in ([1, 2], [])]
    assert None is group.best(CHATS, [1, 2, 3])
    assert 2 == group.best(CHATS, [1]).id


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("whole", [False, True])
def test_nobody_is_best_when_nobody_has_room(strategy, whole):
    """A full, drained, paused, lost, leaving or absent agent is not named, and is again afterwards."""
    group = group_of(1)
    agent, name = group.members[1], (strategy, whole)
    for field, away, here in (
        ("units", 2, 0), ("drained_for", 7, 0), ("backing_off", True, False), ("lost", True, False),
        ("not_responding", True, False), ("status", "break", "available"), ("next_status", "offline", None),
        ("ending", True, False),
    ):  # fmt: skip
        setattr(agent, field, away)
        group.refresh(agent)
        assert None is group.best(name, []), field

        setattr(agent, field, here)
        group.refresh(agent)
        assert agent is group.best(name, []), field


def test_a_whole_agent_holds_nothing():
    """Who holds one of two units takes another chat, no call, and could be drained; with one unit nobody is."""
    group = group_of(1)
    agent = group.members[1]
    assert None is group.best(SOONEST, [])

    agent.units = 1
    group.refresh(agent)

    assert [agent, None, agent] == [group.best(name, []) for name in (CHATS, ("longest_idle", True), SOONEST)]
    agent.capacity = 1
    group.refresh(agent)
    assert None is group.best(SOONEST, [])
