"""What draining may cost: never, only for a promise in danger, or always; and a bound for the whole desk."""

from tests.core.build import accepts, agent, callback, cancels, chat, given, when
from tests.core.test_draining import drained

BOTH = ("expense", "travel")


def two_busy_agents():
    """Steps: ann and ben, with two units each, talk to somebody."""
    return [
        agent("ann", BOTH, capacity=2), chat("a"), accepts("ann", "a"),
        agent("ben", BOTH, capacity=2), chat("b"), accepts("ben", "b"),
    ]  # fmt: skip


def test_draining_is_bounded_for_the_desk():
    """With one agent draining at most, the second line's callback waits for its turn and then gets it."""
    desk = given(*two_busy_agents(), callback("one"), callback("two", "travel/en"), max_draining=1)
    assert {"one": "ann"} == drained(desk)

    desk = when(desk, cancels("one"))

    assert {"two": "ann"} == drained(desk)
