"""The measures against days written by hand, event by event."""

from dataclasses import replace

import pytest

from router.core import events as ev
from router.core.events import Event
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId
from sim.measures import Measures
from sim.sums import OutOfBalance, Sums
from sim.waits import ExactWaits, RoughWaits, Waits

LINE, OTHER = LineKey("expense/en"), LineKey("travel/en")
ANN, BOB = AgentId(1), AgentId(2)


def queued(contact: int, now: int, line: LineKey = LINE, channel: str = "chat") -> ev.ContactQueued:
    nobody = AgentId(0)
    return ev.ContactQueued(
        ContactId(contact),
        1,
        AscId(contact),
        CompanyId(1),
        line,
        channel,
        3,
        now,
        now,
        0,
        False,
        "one",
        False,
        nobody,
        0,
    )


def signed_in(agent: AgentId, *products: str) -> ev.AgentSignedIn:
    skills = products or ("expense",)
    return ev.AgentSignedIn(agent, "", skills, (3,) * len(skills), ("en",), 2, 0)


def offered(contact: int, agent: AgentId = ANN) -> ev.OfferMade:
    return ev.OfferMade(OfferId(contact), ContactId(contact), agent, 99_000)


def connected(contact: int, agent: AgentId = ANN) -> ev.ContactConnected:
    return ev.ContactConnected(ContactId(contact), 2, OfferId(contact), agent)


def ended(contact: int, agent: AgentId = ANN) -> ev.ContactEnded:
    return ev.ContactEnded(ContactId(contact), 3, agent, "agent", 99_000)


def closed(contact: int, agent: AgentId = ANN) -> ev.ContactClosed:
    return ev.ContactClosed(ContactId(contact), 4, agent, "", "")


def abandoned(contact: int, now: int, short: bool = False) -> ev.ContactAbandoned:
    return ev.ContactAbandoned(ContactId(contact), 2, now, short)


def converted(contact: int) -> ev.ContactConverted:
    return ev.ContactConverted(ContactId(contact), 2, str(contact), 0, 0, 1_800_000, ())


def counted(*happened: tuple[int, Event], at: int = 100_000, since: int = 0, until: int | None = None) -> Measures:
    """Measures with T = 20 s that have seen these events, checked for balance."""
    measures = Measures([LINE, OTHER], 20_000, since, until)
    for now, event in happened:
        measures.see(now, [event])
    measures.sums(at).check_balance()
    return measures


def test_wait_is_asked_to_first_accept_whatever_happened_between() -> None:
    """Ringing and failed offers belong to the wait; a re-queue after a lost agent does not reopen it."""
    sums = counted(
        (0, signed_in(ANN)),
        (0, signed_in(BOB)),
        (1_000, queued(1, 1_000)),
        (2_000, offered(1)),
        (12_000, ev.OfferTimedOut(OfferId(1), ContactId(1), ANN, 22_000)),
        (12_000, offered(1, BOB)),
        (15_000, connected(1, BOB)),
        (50_000, ev.ContactRequeued(ContactId(1), 3, BOB, "agent_lost")),
        (50_000, offered(1)),
        (60_000, connected(1)),
        (70_000, ended(1)),
        (80_000, closed(1)),
    ).sums(100_000)

    assert (sums.offered, sums.served, sums.served_in_time, sums.wait_ms) == (1, 1, 1, 14_000)
    # Ann: 2 to 12 and 50 to 80; Bob: 12 to 50; both there for 100 seconds.
    assert (sums.busy_ms, sums.available_ms) == (78_000, 200_000)


def test_service_level_leaves_out_what_its_definition_names() -> None:
    """Short abandons, conversions, blocked contacts and those still within T are no denominator; late ones are."""
    measures = counted(
        (0, signed_in(ANN)),
        (0, queued(1, 0)),
        (0, offered(1)),
        (20_000, connected(1)),  # exactly T: in time
        (0, queued(2, 0)),
        (30_000, offered(2)),
        (30_000, connected(2)),  # late
        (0, queued(3, 0)),
        (40_000, abandoned(3, 40_000)),  # counts against
        (41_000, queued(4, 41_000)),
        (42_000, abandoned(4, 42_000, short=True)),
        (43_000, queued(5, 43_000)),
        (43_000, converted(5)),
        (44_000, queued(6, 44_000)),  # waits for longer than T at the end: counts against
        (90_000, queued(7, 90_000)),  # waits for less
    )
    measures.see_turned_away(95_000, LINE, shut=False)

    sums = measures.sums(100_000)
    sums.check_balance()

    assert (sums.offered, sums.served_in_time, sums.sl_base, sums.sl_excluded) == (8, 1, 4, 4)
    assert (sums.waiting, sums.waiting_short, sums.blocked, sums.converted) == (2, 1, 1, 1)


@pytest.mark.parametrize("short", [True, False])
def test_who_gives_up_and_comes_back_in_time_is_one_contact(short: bool) -> None:
    """Asked for once, abandoned not at all, served after the whole wait; whom nobody has seen leave is counted anew."""
    measures = Measures([LINE], 20_000)
    measures.see(0, [queued(1, 0)])
    measures.see(5_000, [abandoned(1, 5_000, short)])
    gone = measures.sums(5_000)
    assert (1, 1, 0) == (gone.offered, gone.abandoned + gone.short_abandoned, gone.waiting)

    measures.see(9_000, [replace(queued(2, 0), resumes=ContactId(1))])
    measures.see(12_000, [offered(2), connected(2)])
    total = measures.sums(12_000)
    assert (1, 1, 0, 12_000) == (total.offered, total.served, total.abandoned + total.short_abandoned, total.wait_ms)
    assert 5_000 + 3_000 == total.queue_ms
    measures.check(12_000)

    measures.see(13_000, [replace(queued(3, 13_000), resumes=ContactId(77))])
    assert 2 == measures.sums(13_000).offered


def test_callbacks_are_a_leg_of_their_own() -> None:
    """Each reservation ends once: completed, unreachable or cancelled; the wait is asked to ASC on the line."""
    sums = counted(
        (0, signed_in(ANN)),
        *((0, queued(contact, 0)) for contact in (1, 2, 3, 4)),
        *((1_000, converted(contact)) for contact in (1, 2, 3, 4)),
        (10_000, offered(1)),
        (11_000, ev.DialStarted(ContactId(1), 3, OfferId(1), ANN, 1)),
        (30_000, ev.CallbackReached(ContactId(1), 4, ANN, 1)),
        (60_000, ended(1)),
        (65_000, closed(1)),
        (65_000, offered(2)),
        (66_000, ev.DialStarted(ContactId(2), 3, OfferId(2), ANN, 2)),
        (86_000, ev.CallbackUnreachable(ContactId(2), 4, ANN, 2, "no_answer")),
        (90_000, ev.CallbackCancelled(ContactId(3), 3, "asc", "")),
    ).sums(100_000)

    assert (sums.reservations, sums.completed, sums.unreachable, sums.cancelled, sums.open) == (4, 1, 1, 1, 1)
    assert (sums.converted, sums.served, sums.called_back, sums.callback_wait_ms) == (4, 0, 1, 30_000)
    assert sums.busy_ms == 55_000 + 21_000


def test_occupancy_is_of_available_time_and_never_above_one() -> None:
    """Two contacts at once are one busy agent; what is finished during a break still counts; the break does not."""
    sums = counted(
        (0, signed_in(ANN)),
        (10_000, queued(1, 10_000)),
        (10_000, offered(1)),
        (10_000, connected(1)),
        (20_000, queued(2, 20_000)),
        (20_000, offered(2)),
        (20_000, connected(2)),
        (30_000, ev.AgentStatusSet(ANN, "break", "lunch")),
        (40_000, ended(1)),
        (40_000, closed(1)),
        (50_000, ended(2)),
        (50_000, closed(2)),
        (80_000, ev.AgentStatusSet(ANN, "available", "")),
    ).sums(100_000)

    assert (sums.busy_ms, sums.available_ms) == (40_000, 70_000)


def test_a_line_s_occupancy_is_of_those_who_serve_it() -> None:
    """Agents without the skill of a line are no part of its occupancy; a change of skills moves the agent."""
    measures = counted(
        (0, signed_in(ANN, "expense")),
        (0, signed_in(BOB, "travel")),
        (10_000, queued(1, 10_000)),
        (10_000, offered(1)),
        (60_000, signed_in(ANN, "expense", "travel")),
        (90_000, ev.OfferWithdrawn(OfferId(1), ContactId(1), ANN, "asc_left")),
    )

    expense, travel = measures.sums(100_000, LINE), measures.sums(100_000, OTHER)

    assert (expense.busy_ms, expense.available_ms) == (80_000, 100_000)
    assert (travel.busy_ms, travel.available_ms) == (30_000, 140_000)


def test_only_the_measured_time_counts() -> None:
    """A contact belongs to the time it was asked for: warm-up and what comes after the horizon are left out."""
    sums = counted(
        (0, signed_in(ANN)),
        (9_999, queued(1, 9_999)),
        (9_999, offered(1)),
        (10_000, queued(2, 10_000)),
        (11_000, connected(1)),
        (50_000, queued(3, 50_000)),
        (60_000, abandoned(2, 60_000)),
        (90_000, ended(1)),
        (90_000, closed(1)),
        since=10_000,
        until=50_000,
    ).sums(100_000)

    assert (sums.offered, sums.abandoned, sums.served, sums.waiting) == (1, 1, 0, 0)
    assert (sums.busy_ms, sums.available_ms) == (40_000, 40_000)


def test_totals_are_sums_of_counts() -> None:
    """All lines together are the sum of each; quantiles come from all waits, not from the lines' quantiles."""
    measures = counted(
        *((0, queued(contact, 0)) for contact in range(1, 10)),
        *((contact * 1_000, connected(contact)) for contact in range(1, 10)),
        (20_000, queued(10, 20_000, OTHER)),
        (80_000, connected(10)),
    )
    total, line, other = measures.sums(100_000), measures.sums(100_000, LINE), measures.sums(100_000, OTHER)

    assert (total.offered, total.served, total.wait_ms) == (10, 10, line.wait_ms + other.wait_ms)
    assert (line.wait_p50_ms, other.wait_p50_ms, total.wait_p50_ms, total.wait_p90_ms) == (5_000, 60_000, 5_000, 9_000)


def test_a_lost_contact_is_found_out() -> None:
    """The balance is a law, checked: a contact that is in no state, or an agent used twice over, is an error."""
    for wrong in (Sums(offered=3, served=2), Sums(reservations=1), Sums(busy_ms=2, available_ms=1)):
        with pytest.raises(OutOfBalance):
            wrong.check_balance()


@pytest.mark.parametrize("store", [ExactWaits(), RoughWaits()], ids=["exact", "rough"])
def test_quantiles_are_nearest_ranks(store: Waits) -> None:
    """The smallest wait that at least this share did not exceed; a rough store is at most 0.8 % too long."""
    assert store.quantile(0.5) is None
    for wait in range(1_000, 0, -1):
        store.add(wait * 997)

    for share, exact in ((0.001, 997), (0.5, 500 * 997), (0.9, 900 * 997), (1.0, 1_000 * 997)):
        found = store.quantile(share)
        assert found is not None
        assert exact <= found <= exact * (1.008 if isinstance(store, RoughWaits) else 1)


def test_a_rough_store_does_not_grow() -> None:
    """A desk that runs for ever keeps a bounded number of classes, up to a year of waiting."""
    store = RoughWaits()
    for power in range(36):
        for step in range(300):
            store.add(2**power + step * 2**power // 300)

    assert len(store.counts) < 6_000


def test_a_new_day_counts_from_nothing_with_the_same_agents() -> None:
    """Agents who work past midnight are there from the day's first moment, with what they hold; counts begin at 0."""
    yesterday = counted(
        (0, signed_in(ANN)),
        (0, signed_in(BOB)),
        (10_000, queued(1, 10_000)),
        (10_000, offered(1)),
        (10_000, connected(1)),
    )

    today = yesterday.anew(100_000)
    for now, event in ((110_000, ended(1)), (110_000, closed(1)), (120_000, queued(2, 120_000))):
        today.see(now, [event])
    sums = today.sums(140_000)
    sums.check_balance()

    assert (sums.offered, sums.served, sums.waiting) == (1, 0, 1)
    assert (sums.busy_ms, sums.available_ms) == (10_000, 80_000)
    assert yesterday.sums(140_000).served == 1


def test_a_silent_contact_is_not_served() -> None:
    """Its wait is taken back from the served, it is counted apart, and its handle time is what it cost."""
    sums = counted(
        (0, signed_in(ANN)),
        (0, queued(1, 0)),
        (0, queued(2, 0)),
        (5_000, offered(1)),
        (5_000, connected(1)),
        (9_000, offered(2)),
        (9_000, connected(2)),
        (60_000, ev.SilentlyAbandoned(ContactId(1))),
        (61_000, ended(1)),
        (65_000, closed(1)),
    ).sums(100_000)

    assert (2, 1, 1, 1, 9_000) == (sums.offered, sums.served, sums.silent, sums.served_in_time, sums.wait_ms)
    assert (9_000, 60_000, 1) == (sums.wait_p50_ms, sums.silent_ms, sums.silent_closed)


@pytest.mark.parametrize("store", [ExactWaits(), RoughWaits()])
def test_a_wait_can_be_taken_back(store: Waits) -> None:
    """What was noted and taken back was never there, whichever class it fell into."""
    for wait in (300, 70_001, 70_002):
        store.add(wait)

    store.remove(70_001)
    store.remove(300)
    assert store.quantile(0.01) == store.quantile(1.0)
    store.remove(70_002)
    assert store.quantile(0.5) is None


def clock(case: int, due: int) -> ev.CaseClockSet:
    return ev.CaseClockSet(ContactId(case), due, due)


def overdue(case: int) -> ev.CaseOverdue:
    return ev.CaseOverdue(ContactId(case))


def test_cases_are_kept_or_late() -> None:
    """Answered in time, answered late, overdue and open; more time makes an open one on time again, none counts not."""
    measures = counted(
        (0, signed_in(ANN)),
        *((0, queued(case, 0, channel="case")) for case in (1, 2, 3, 4, 5)),
        *((0, clock(case, 10_000)) for case in (1, 2, 3, 4)),
        (5_000, offered(1)), (5_000, connected(1)), (9_000, ended(1)), (9_500, closed(1)),
        (10_000, overdue(2)), (10_000, overdue(3)), (10_000, overdue(4)),
        (11_000, clock(4, 50_000)),
        (12_000, offered(2)), (12_000, connected(2)), (13_000, ended(2)), (13_000, closed(2)),
        (14_000, offered(5)), (14_000, connected(5)), (15_000, ended(5)), (15_000, closed(5)),
    )  # fmt: skip

    sums = measures.sums(20_000, LINE)
    assert (1, 2, 0) == (sums.cases_in_time, sums.cases_late, sums.offered)
    assert 0 == measures.sums(20_000, OTHER).cases_late
