"""Intervals of instants: searched, counted, cut and joined, against a model that looks at every single instant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.hours import (
    FOREVER,
    Hours,
    LanguageHours,
    LineHours,
    clipped,
    common,
    continues,
    elapsed_open_ms,
    extended,
    is_open,
    merged,
    next_close,
    next_open,
    when_elapsed,
    without,
    work_hours,
)
from router.core.ids import LineKey

END = 40
"""The model's world is the instants from 0 up to this one."""
INSTANTS = st.integers(0, END)
PAIRS = st.lists(st.tuples(INSTANTS, INSTANTS), max_size=8)
INTERVALS = PAIRS.map(merged)


def instants(intervals):
    """Every open instant, one by one."""
    return [at for at in range(END) if any(opens <= at < closes for opens, closes in intervals)]


@given(PAIRS)
def test_merging_changes_nothing_but_the_form(pairs):
    """The same instants are open; what comes out is sorted, has gaps between, and nothing empty in it."""
    result = merged(pairs)
    flat = [instant for interval in result for instant in interval]

    assert instants(pairs) == instants(result)
    assert sorted(set(flat)) == flat


@given(INTERVALS, INSTANTS)
def test_asked_at_an_instant(intervals, at):
    """Open or not, and the first instant from here on that is open, or closed."""
    opened = instants(intervals)

    assert (at in opened) == is_open(intervals, at)
    assert next((then for then in opened if then >= at), None) == next_open(intervals, at)
    assert next(then for then in range(at, END + 1) if then not in opened) == next_close(intervals, at)


@given(INTERVALS, INSTANTS, INSTANTS, INSTANTS)
def test_the_case_clock_adds_up(intervals, first, second, third):
    """It counts each open instant once, so two stretches together are as long as the whole."""
    first, second, third = sorted((first, second, third))
    whole = elapsed_open_ms(intervals, first, third)

    assert len([at for at in instants(intervals) if first <= at < third]) == whole
    assert whole == elapsed_open_ms(intervals, first, second) + elapsed_open_ms(intervals, second, third)
    assert elapsed_open_ms(intervals, third, first) == 0


@given(INTERVALS, INSTANTS, st.integers(0, END))
def test_a_target_is_met_when_the_clock_shows_it(intervals, start, wanted):
    """The first instant at which the case clock shows so much; none when there are not so many open instants left."""
    due = next((at for at in range(start, END + 1) if elapsed_open_ms(intervals, start, at) >= wanted), None)

    assert due == when_elapsed(intervals, start, wanted)


@given(INTERVALS, INTERVALS, INSTANTS, INSTANTS)
def test_cut_by_others(left, right, from_ms, to_ms):
    """Both, the one without the other, and a stretch of one; the form stays proper."""
    both, rest, stretch = common(left, right), without(left, right), clipped(left, from_ms, to_ms)

    assert [at for at in instants(left) if at in instants(right)] == instants(both)
    assert [at for at in instants(left) if at not in instants(right)] == instants(rest)
    assert [at for at in instants(left) if from_ms <= at < to_ms] == instants(stretch)
    assert (merged(both), merged(rest), merged(stretch)) == (both, rest, stretch)


def test_around_the_clock_never_closes():
    """What has no closing is open at any horizon, and its clock never stands still."""
    always = ((5, FOREVER),)

    assert is_open(always, 10**15)
    assert next_close(always, 7) is None
    assert (0, 5) == (next_close(always, 0), next_open(always, 0))
    assert 95 == elapsed_open_ms(always, 0, 100)
    assert 105 == when_elapsed(always, 0, 100)


def compiled(from_ms, horizon_ms, *calendars, source="a"):
    """Two calendars: chat of the line and P1, P2 have the first; phone, the language and P3, P4 the second."""
    line, language = LineHours(LineKey("expense/de"), 0, 1), LanguageHours("de", 1)
    return Hours(source, from_ms, horizon_ms, calendars, (line,), (language,), (0, 0, 1, 1))


def test_work_hours_are_found_by_priority():
    """P1 to P4, each by the number of its calendar."""
    hours = compiled(0, END, ((0, FOREVER),), ((8, 18),))

    assert [((0, FOREVER),)] * 2 + [((8, 18),)] * 2 == [work_hours(hours, priority) for priority in (1, 2, 3, 4)]


@given(INTERVALS, st.integers(1, END - 1))
def test_an_extension_leaves_no_seam(intervals, horizon):
    """Known up to a horizon and extended is the same as known at once, for what closes there and what does not."""
    first = compiled(0, horizon, clipped(intervals, 0, horizon), ((0, FOREVER),))
    more = compiled(horizon, END, clipped(intervals, horizon, END), ((horizon, FOREVER),))

    assert continues(first, more)
    assert compiled(0, END, clipped(intervals, 0, END), ((0, FOREVER),)) == extended(first, more)


@pytest.mark.parametrize(("from_ms", "source"), [(9, "a"), (11, "a"), (10, "b")])
def test_what_does_not_follow_is_no_extension(from_ms, source):
    """Neither a gap, nor an overlap, nor the hours of another document may be joined on."""
    assert not continues(compiled(0, 10, (), ()), compiled(from_ms, 20, (), (), source=source))
