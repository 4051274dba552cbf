"""Giving up in a line, and coming back to the place that was left."""

from router.core import apply
from router.core.events import ContactQueued
from router.core.policy import Step
from tests.core.acts import call, raises_to
from tests.core.build import (
    ASC_GRACE_MS,
    accepts,
    agent,
    asc_connects,
    asc_drops,
    chat,
    closes,
    given,
    leaves,
    passes,
    refusal,
    status,
    told,
    waiting,
    when,
)


def test_who_gives_up_and_asks_again_in_time_has_the_old_place():
    """Up to the grace, not at it: the same rank and wait in a contact of its own, which says whose place it has."""
    desk = given(chat("first"), passes(5_000), chat("second"), leaves("first"))
    assert ["second"] == waiting(desk)
    late = when(given(chat("first"), passes(5_000), chat("second"), leaves("first")), passes(ASC_GRACE_MS))

    desk = when(desk, passes(ASC_GRACE_MS - 1), chat("again", by="first"))

    (queued,) = told(desk, ContactQueued)
    assert (["again", "second"], 0, desk.number("first")) == (waiting(desk), queued.waiting_since, queued.resumes)
    late = when(late, chat("again", by="first"))
    assert (["second", "again"], [0]) == (waiting(late), [event.resumes for event in told(late, ContactQueued)])


def test_a_place_is_given_once_in_the_line_it_was_left():
    """Another line, another ASC and another time round begin at the end."""
    desk = given(chat("first"), passes(10), leaves("first"), chat("elsewhere", "travel/en", by="first"), chat("other"))
    desk = when(desk, chat("again", by="first"))
    assert (["again", "other"], 10) == (waiting(desk), desk.state.contacts[desk.number("elsewhere")].waiting_since)

    desk = when(desk, agent("ann"), accepts("ann", "again"), closes("ann", "again"), chat("third", by="first"))

    assert desk.now == desk.state.contacts[desk.number("third")].waiting_since


def test_who_comes_back_has_the_priority_and_the_step_there_was():
    """What a supervisor gave is not taken away by leaving, and the line is as wide as the whole wait makes it."""
    steps = (Step(0, ("seniors",), 1, ()), Step(10_000, (), 1, ()))
    desk = given(
        agent("sam", pool="seniors"), status("sam", "break"), chat("first"), raises_to("first", 1), steps=steps
    )
    desk = when(desk, passes(9_000), leaves("first"), passes(1_000), chat("again", by="first"))

    again = desk.state.contacts[desk.number("again")]
    assert (1, 1, 0) == (again.priority, again.step, again.waiting_since)


def test_who_comes_back_finds_room_in_a_full_line():
    """As with other promises there is room for 20 % more; and a call that gave up may come back as a chat."""
    desk = given(*[chat(f"c{i}") for i in range(4)], call("first"), leaves("first"), chat("new"), queue_limit=5)

    assert "queue_full" == refusal(desk, chat("newer"))
    assert "" == refusal(desk, chat("again", by="first"))


def test_an_absent_asc_who_leaves_may_come_back_and_one_given_up_may_not():
    """The grace is counted from leaving; of one who was lost it is over when the contact is abandoned."""
    left = given(asc_connects("it"), chat("it"), asc_drops("it"), passes(ASC_GRACE_MS - 1), leaves("it"))
    left = when(left, passes(ASC_GRACE_MS - 1), asc_connects("it"), chat("again", by="it"))
    assert 0 == left.state.contacts[left.number("again")].waiting_since

    lost = given(asc_connects("it"), chat("it"), asc_drops("it"), passes(ASC_GRACE_MS), asc_connects("it"))
    lost = when(lost, chat("again", by="it"))
    assert ASC_GRACE_MS == lost.state.contacts[lost.number("again")].waiting_since


def test_places_that_are_over_are_forgotten():
    """Each who gives up drops what is over, and nothing is kept where there is no grace."""
    desk = given(*[step for i in range(5) for step in (chat(f"c{i}"), leaves(f"c{i}"), passes(ASC_GRACE_MS // 2))])
    assert [desk.number("c3's asc"), desk.number("c4's asc")] == [asc for asc, _ in desk.state.left]

    assert {} == given(chat("it"), leaves("it"), asc_grace_ms=0).state.left


def test_so_many_places_are_kept_and_no_more(monkeypatch):
    """Whoever left first is forgotten first."""
    monkeypatch.setattr(apply.contacts, "KEPT_PLACES", 2)
    desk = given(
        *[step for name in "abca" for step in (chat(f"{name}{name}", by=name), leaves(f"{name}{name}", by=name))]
    )

    assert [desk.number("c's asc"), desk.number("a's asc")] == [asc for asc, _ in desk.state.left]
