"""The clock of a case: when it is due by priority and work hours, what stops it, and in which order cases go."""

from dataclasses import replace

from router.core import commands as cmd
from router.core.clocks import read_clock
from router.core.events import CaseClockSet, CaseOverdue
from router.core.hours import FOREVER
from router.core.policy import EMPTY_HOURS
from tests.core.acts import call, case, confirms, raises_to
from tests.core.build import (
    accepts,
    adopts,
    agent,
    beats,
    chat,
    closes,
    finishes,
    given,
    happened,
    offers,
    passes,
    sleeps,
    starts,
    told,
    waiting,
    when,
)

H = 3_600_000
DAY = 24 * H
TARGETS = (H, 2 * H, 4 * H, 8 * H)
OFFICE = replace(
    EMPTY_HOURS,
    source="office",
    horizon_ms=3 * DAY,
    calendars=(((0, FOREVER),), ((8 * H, 18 * H), (DAY + 8 * H, DAY + 18 * H))),
    work=(0, 0, 1, 1),
)
"""P1 and P2 around the clock; P3 and P4 from eight to six on two days, and nothing is known after the third."""
RULES = {"response_target_ms": TARGETS, "hours": OFFICE, "max_no_answer": 100}


def clock(story, name="it"):
    """The clock of this case."""
    return read_clock(story.state, story.state.contacts[story.number(name)])


def at(hours):
    """Time passes up to so many hours after the beginning; the node is alive all the while."""
    return lambda story: passes(int(hours * H) - story.now)(story)


def test_a_case_of_the_night_starts_at_opening():
    """The clock of a P3 stands still until work begins, and is due so much work later."""
    story = given(at(3), case("it"), **RULES)

    assert (12 * H, 0, 8 * H) == (clock(story).due, clock(story).shown_ms, clock(story).resumes_at)


def test_the_clock_shows_work_hours_only():
    """What lies between closing and opening does not count, and the rest is worked on the next day."""
    story = given(at(16), case("it"), **RULES)
    evening = when(story, at(17)), clock(story).shown_ms, clock(story).resumes_at
    night = when(story, at(20)), clock(story).shown_ms, clock(story).resumes_at

    assert (H, 0) == evening[1:]
    assert (2 * H, DAY + 8 * H) == night[1:]
    assert DAY + 10 * H == clock(story).due


def test_a_confirmed_priority_reckons_from_opening():
    """P1 runs around the clock, from when the case was opened; back at P3 it is due when it was."""
    story = given(agent("ann"), at(3), case("it"), accepts("ann", "it"), **RULES)

    story = when(story, confirms("ann", "it", 1))
    first = clock(story).due
    story = when(story, confirms("ann", "it", 3))

    assert (4 * H, 12 * H) == (first, clock(story).due)


def test_overdue_once_and_at_its_own_time():
    """It is told when the target passes without an answer, once; also while an agent works on it."""
    story = given(agent("ann"), at(9), case("it"), accepts("ann", "it"), **RULES)

    story = when(story, at(13), at(14))

    assert [CaseOverdue(story.number("it"))] == told(story, CaseOverdue)
    assert clock(story).overdue


def test_an_answer_stops_the_clock():
    """The end of the work is the answer: after it nothing is due any more."""
    story = given(agent("ann"), at(9), case("it"), accepts("ann", "it"), at(12.9), closes("ann", "it"), **RULES)

    assert clock(story) is None
    story = when(story, finishes("ann", "it"), at(20))
    assert [] == told(story, CaseOverdue)


def test_a_higher_priority_may_be_overdue_at_once():
    """A case that is P1 after all, three hours after it was opened, is late already; and on time again as P4."""
    story = given(agent("ann"), at(9), case("it"), accepts("ann", "it"), at(12), **RULES)

    story = when(story, confirms("ann", "it", 1))
    assert ["PrioritySet", "CaseClockSet", "CaseOverdue"] == happened(story)
    story = when(story, confirms("ann", "it", 1))
    assert ["PrioritySet"] == happened(story)
    story = when(story, confirms("ann", "it", 4))
    assert (17 * H, False) == (clock(story).due, clock(story).overdue)


def test_cases_go_by_when_they_are_due():
    """The P2 that came last is due first; whoever waits live goes before all of them."""
    story = given(at(9), case("third"), case("fourth"), case("second"), chat("live"), **RULES)
    story = when(story, raises_to("fourth", 4), raises_to("second", 2))
    assert ["second", "third", "fourth"] == [name for name in waiting(story) if name != "live"]

    story = when(story, agent("ann"))
    assert {"live": "ann"} == offers(story)
    story = when(story, accepts("ann", "live"), closes("ann", "live"), finishes("ann", "live"))
    assert {"second": "ann"} == offers(story)


def test_new_rules_reckon_anew():
    """Targets may change, go, and come back: the cases that are open follow."""
    story = given(at(9), case("it"), **RULES)
    number = story.number("it")

    story = when(story, adopts(hours=OFFICE, response_target_ms=(H, H, 2 * H, 2 * H)))
    assert [CaseClockSet(number, 11 * H, 11 * H)] == told(story, CaseClockSet)
    story = when(story, adopts())
    assert [CaseClockSet(number, 0, 9 * H)] == told(story, CaseClockSet)
    assert clock(story) is None
    story = when(story, adopts(hours=OFFICE, response_target_ms=TARGETS))
    assert 13 * H == clock(story).due


def test_beyond_the_horizon_the_calendar_tells_later():
    """What cannot be reckoned yet comes last, and gets its time when the calendar is known."""
    story = given(at(DAY / H + 15), case("it"), case("soon"), raises_to("soon", 1), **RULES)
    assert (0, ["soon", "it"]) == (clock(story).due, waiting(story))

    more = replace(OFFICE, from_ms=3 * DAY, horizon_ms=4 * DAY)
    more = replace(more, calendars=(((3 * DAY, FOREVER),), ((3 * DAY + 8 * H, 3 * DAY + 18 * H),)))
    story = when(story, lambda s: s.do(cmd.CalendarExtended(more)))

    assert 3 * DAY + 9 * H == clock(story).due


def test_an_outage_tells_it_once():
    """What fell due while no node was alive is told when one is back, once."""
    story = given(at(9), case("it"), beats(), **RULES)

    story = when(story, sleeps(10 * H), starts(), at(20))

    assert 1 == len(told(story, CaseOverdue))


def test_only_cases_have_clocks():
    """Whoever waits live, and a desk without targets, know nothing of them."""
    story = given(call("it"), **RULES)
    other = given(case("it"))

    assert (None, None) == (clock(story), clock(other))
    assert [] == told(story, CaseClockSet) + told(other, CaseClockSet)
