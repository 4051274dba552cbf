"""The three heaps: what is stale is dropped, what is current never is, and none grows beyond what is alive."""

from router.core.deadlines import OFFER, WRAP_UP, Deadlines
from router.core.ids import ContactId, LineKey
from router.core.lifecycle import CHAT
from router.core.lines import Contact, Queue
from router.core.staff import Agent, Group

ROOM = 200
"""Far more than the slack that a heap allows itself."""


def someone(number, rank):
    """A waiting chat of this rank."""
    return Contact(ContactId(number), number, 1, 1, LineKey("expense/en"), 3, rank, rank)


# --- deadlines


def test_the_earliest_comes_first_then_the_kind_then_the_id():
    """Ties in time are broken by kind and id, never by the order in which they were set."""
    deadlines = Deadlines()
    for kind, ident, due in ((WRAP_UP, 1, 50), (OFFER, 9, 50), (OFFER, 3, 50), (WRAP_UP, 2, 20)):
        deadlines.arm(kind, ident, due)

    order = []
    while (head := deadlines.earliest()) is not None:
        order.append(head)
        deadlines.take()

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

    deadlines.take()

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


def test_a_queue_forgets_who_left():
    """Those who left in the middle of a line are dropped when they outnumber the waiting."""
    queue = Queue(LineKey("expense/en"), CHAT)
    everybody = [someone(number, number) for number in range(1, 1_001)]
    for contact in everybody:
        queue.enter(contact)

    for contact in everybody[1:-1]:
        contact.state = "abandoned"
        queue.leave()

    assert len(queue._heap) < ROOM
    assert [everybody[0], everybody[-1]] == queue.contacts()
    assert (2, everybody[0]) == (queue.count, queue.head())


def test_a_contact_that_returns_stands_once_in_its_queue():
    """Left and back, however often and with its old entry dropped or not, it is counted and listed once."""
    queue = Queue(LineKey("expense/en"), CHAT)
    first, second = someone(1, 10), someone(2, 20)
    queue.enter(first)
    queue.enter(second)

    for dropped in (False, True, False):
        first.state = "offered"
        queue.leave()
        if dropped:
            assert second is queue.head()
        first.state = "waiting"
        queue.enter(first)

    assert [first, second] == queue.contacts()
    assert (2, first) == (queue.count, queue.head())


# --- agents


def test_an_agent_stands_with_the_present_key_only():
    """However often an agent takes and gives back, the group's heap stays small and names the best."""
    group = Group(0, ("expense",), ("en",))
    for number in (1, 2):
        agent = group.members[number] = Agent(number)
        agent.capacity, agent.status = 2, "available"
        group.refresh(agent)

    busy = group.members[1]
    for now in range(10_000):
        busy.units, busy.idle_since = now % 2, now
        group.refresh(busy)

    assert len(group._heap) < ROOM
    assert group.members[2] is group.best()


def test_nobody_is_best_when_nobody_has_room():
    """A full, drained, paused, lost or absent agent is not named, and is again afterwards."""
    group = Group(0, ("expense",), ("en",))
    agent = group.members[1] = Agent(1)
    agent.capacity, agent.status = 1, "available"
    for field, away, here in (
        ("units", 1, 0), ("drained_for", 7, 0), ("backing_off", True, False), ("lost", True, False),
        ("not_responding", True, False), ("status", "break", "available"),
    ):  # fmt: skip
        setattr(agent, field, away)
        group.refresh(agent)
        assert None is group.best(), field

        setattr(agent, field, here)
        group.refresh(agent)
        assert agent is group.best(), field
