"""How time is cut, and what is counted in each part of it."""

from collections.abc import Callable

import pytest

from router.core import events as ev
from router.core.ids import ContactId, LineKey, OfferId
from sim.intervals import Intervals, Level
from sim.measures import Measures
from sim.measures.live import Live
from sim.measures.staff import Staff
from sim.occupancy import EFFORT, Occupancy
from sim.sums import OutOfBalance, Sums
from tests.sim.test_measures import (
    ANN,
    BOB,
    LINE,
    OTHER,
    abandoned,
    closed,
    connected,
    converted,
    ended,
    offered,
    queued,
    signed_in,
)

SKILLS = (("expense",), ("en",))


def test_time_is_cut_from_zero_and_ends_where_it_ends() -> None:
    """Intervals begin at 0 whatever the warm-up; the last one takes what is over; spans are what was measured."""
    intervals = Intervals(since=15, until=95, every=30)

    assert (intervals.count, [intervals.index(at) for at in (15, 29, 30, 94)]) == (4, [0, 0, 1, 3])
    assert [intervals.span(index, 70) for index in range(4)] == [15, 30, 10, 0]
    assert [intervals.span(index, 200) for index in range(4)] == [15, 30, 30, 5]
    assert [intervals.holds(at) for at in (14, 15, 94, 95)] == [False, True, True, False]
    assert Intervals().span(0, 500) == 500
    with pytest.raises(ValueError, match="only a time that ends"):
        Intervals(every=30)


def test_a_level_is_counted_where_it_stood() -> None:
    """A step that lasts over several intervals is shared out among them, and nothing outside the time is counted."""
    level = Level(Intervals(since=10, until=95, every=30), 0)
    level.change(5, 2)
    level.change(40, 1)
    level.change(100, -3)

    assert level.integral == [2 * 20, 2 * 10 + 3 * 20, 3 * 30, 3 * 5]


def day() -> Measures:
    """Two agents, five contacts, 100 seconds in intervals of 30, T = 20 s."""
    measures = Measures([LINE, OTHER], 20_000, until=100_000, every=30_000)
    for now, event in (
        (0, signed_in(ANN)),
        (20_000, signed_in(BOB, "travel")),
        (10_000, queued(1, 10_000)),
        (10_000, offered(1)),
        (40_000, connected(1)),  # 30 s, asked in the first interval
        (35_000, queued(2, 35_000)),
        (50_000, abandoned(2, 50_000)),  # after 15 s: within T
        (36_000, queued(3, 36_000)),
        (66_000, abandoned(3, 66_000)),  # after 30 s
        (70_000, queued(4, 70_000, OTHER)),
        (71_000, converted(4)),
        (95_000, queued(5, 95_000)),
        (96_000, ended(1)),
        (99_000, closed(1)),
    ):
        measures.see(now, [event])
    measures.check(100_000)
    return measures


def test_contacts_belong_to_the_interval_they_asked_in() -> None:
    """Whenever their end comes; the intervals add up to the whole."""
    measures = day()
    parts = measures.course(100_000)
    whole = measures.sums(100_000)

    assert [part.offered for part in parts] == [1, 2, 1, 1]
    assert [part.served for part in parts] == [1, 0, 0, 0]
    assert [(part.abandoned, part.abandoned_in_time) for part in parts] == [(0, 0), (2, 1), (0, 0), (0, 0)]
    assert [part.waiting for part in parts] == [0, 0, 0, 1]
    assert [part.wait_p50_ms for part in parts] == [30_000, None, None, None]
    assert (whole.offered, whole.abandoned_in_time, whole.reservations, whole.span_ms) == (5, 1, 1, 100_000)
    assert [part.span_ms for part in parts] == [30_000, 30_000, 30_000, 10_000]


def test_queue_and_agents_are_counted_when_they_were() -> None:
    """Who waits for a first agent, who is there, who is busy: moment by moment, by line and in all."""
    measures = day()
    parts = measures.course(100_000)
    other = measures.course(100_000, OTHER)

    # Contact 1 waits 10..40, 2 35..50, 3 36..66, 4 70..71, 5 95..100.
    assert [part.queue_ms for part in parts] == [20_000, 10_000 + 15_000 + 24_000, 6_000 + 1_000, 5_000]
    assert [part.queue_ms for part in other] == [0, 0, 1_000, 0]
    assert [part.busy_ms for part in parts] == [20_000, 30_000, 30_000, 9_000]
    assert [part.available_ms for part in parts] == [40_000, 60_000, 60_000, 20_000]
    assert [part.available_ms for part in other] == [10_000, 30_000, 30_000, 10_000]


def test_who_asked_in_the_warm_up_stands_in_line_but_is_not_counted() -> None:
    """The queue after the warm-up is the real one; the contact is nobody's success or failure."""
    measures = Measures([LINE], 20_000, since=50_000, until=100_000)
    for now, event in ((0, signed_in(ANN)), (10_000, queued(1, 10_000)), (70_000, offered(1)), (70_000, connected(1))):
        measures.see(now, [event])
    measures.check(100_000)
    sums = measures.sums(100_000)

    assert (sums.offered, sums.served, sums.queue_ms, sums.busy_ms) == (0, 0, 20_000, 30_000)


def test_effort_is_shared_among_what_an_agent_holds() -> None:
    """Alone for 10 s, one of two for 10 s, one of three for 6 s: the efforts add up to the busy time, exactly."""
    occupancy = Occupancy(Intervals())
    occupancy.sign_in(0, 1, SKILLS)
    for now, contact in ((0, 7), (10_000, 8), (20_000, 9)):
        occupancy.take(now, 1, contact)
    occupancy.give(26_000, 1, 7)
    occupancy.give(26_001, 1, 8)

    assert occupancy._effort == EFFORT * (10_000 + 5_000 + 2_000) + EFFORT * (5_000 + 2_000) + EFFORT // 2
    occupancy.check(50_000)
    assert occupancy.times(50_000) == [(50_000, 50_000, 0, 0)]


def test_a_contact_that_is_given_back_by_another_agent_changes_nothing() -> None:
    """Only who holds a contact can give it back."""
    occupancy = Occupancy(Intervals())
    for agent in (1, 2):
        occupancy.sign_in(0, agent, SKILLS)
    occupancy.take(0, 1, 7)
    occupancy.give(10_000, 2, 7)
    occupancy.check(20_000)

    assert occupancy.times(20_000) == [(20_000, 40_000, 0, 0)]


@pytest.mark.parametrize(
    "wrong",
    [
        Sums(offered=1, served=1, served_in_time=2),
        Sums(offered=1, abandoned=1, abandoned_in_time=2),
        Sums(offered=1, waiting=1, waiting_short=2),
        Sums(offered=1, converted=1),
        Sums(reservations=1, open=1, called_back=2),
    ],
)
def test_a_part_is_never_more_than_its_whole(wrong: Sums) -> None:
    """Beside the balance of each leg: what is counted among something is not more than it."""
    with pytest.raises(OutOfBalance):
        wrong.check_balance()


def forgets(live: Live, _now: int, event: ev.ContactAbandoned) -> None:
    """Planted: it forgets the abandoned contacts of one line."""
    live._book.open.pop(event.contact_id, None)


def counts_twice(live: Live, _now: int, event: ev.ContactClosed) -> None:
    """Planted: a callback that ends counts once more when it is closed."""
    contact = live._book.open.pop(event.contact_id, None)
    if contact is not None:
        contact.cell.sums.completed += 1


def keeps_busy(staff: Staff, _now: int, event: ev.OfferDeclined | ev.OfferTimedOut | ev.OfferWithdrawn) -> None:
    """Planted: agents stay busy after a time-out, although the contact is gone."""
    agent = staff._occupancy._agents[event.agent_id]
    staff._occupancy._effort += agent.clock - agent.held.pop(event.contact_id)


@pytest.mark.parametrize(
    ("room", "method", "planted"),
    [(Live, "_abandoned", forgets), (Live, "_closed", counts_twice), (Staff, "_give", keeps_busy)],
)
def test_a_run_that_breaks_a_law_fails(
    room: type, method: str, planted: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is lost or made up, the check at the end of the run finds it."""
    monkeypatch.setattr(room, method, planted)
    measures = Measures([LINE, LineKey("travel/en")], 20_000, until=100_000, every=30_000)
    for now, event in (
        (0, signed_in(ANN)),
        (0, queued(1, 0)),
        (5_000, offered(1)),
        (25_000, ev.OfferTimedOut(OfferId(1), ContactId(1), ANN, 30_000)),
        (40_000, abandoned(1, 40_000)),
        (41_000, queued(2, 41_000)),
        (42_000, converted(2)),
        (43_000, offered(2)),
        (50_000, ended(2)),
        (60_000, closed(2)),
    ):
        measures.see(now, [event])

    with pytest.raises(OutOfBalance):
        measures.check(100_000)
