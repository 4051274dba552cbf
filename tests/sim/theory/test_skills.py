"""Two kinds of contacts before two groups: what the chains must come to where a formula is known."""

import pytest

from sim import theory


def test_where_all_know_everything_and_are_as_fast_it_is_erlang_a() -> None:
    """Two groups that help each other out are one: everybody waits and leaves as before seven agents."""
    found, known = theory.crossed_line((2, 1), (0.5, 0.5), (3, 4), 0.5), theory.erlang_a(3, 0.5, 7, 0.5)

    assert (found.p_wait[0], found.ew[0], found.abandon[1]) == pytest.approx((known.p_wait, known.ew, known.abandon))
    assert 3 * found.occupancy[0] + 4 * found.occupancy[1] == pytest.approx(7 * known.occupancy)


def test_a_kind_that_hardly_comes_leaves_the_other_alone() -> None:
    """Without travel both groups serve expenses; without expenses travel has its own group: Erlang A both times."""
    expenses = theory.nested_line((2, 1e-9), (0.5, 0.5), (3, 2), (0.5, 0.5))
    travel = theory.nested_line((1e-9, 1), (0.5, 0.5), (3, 2), (0.5, 0.5))

    assert expenses.abandon[0] == pytest.approx(theory.erlang_a(2, 0.5, 5, 0.5).abandon, rel=1e-7)
    assert travel.ew[1] == pytest.approx(theory.erlang_a(1, 0.5, 2, 0.5).ew, rel=1e-7)


def test_what_comes_is_served_or_leaves() -> None:
    """Flows balance: what both groups serve is what came and did not leave."""
    found = theory.nested_line((2, 1), (0.5, 0.4), (3, 4), (0.5, 0.25))

    served = 3 * found.occupancy[0] * 0.5 + 4 * found.occupancy[1] * 0.4
    assert served == pytest.approx(2 * (1 - found.abandon[0]) + 1 - found.abandon[1], rel=1e-9)


def test_a_line_too_long_for_the_chain_is_refused() -> None:
    """Where more may wait than there are states for, no number is given."""
    with pytest.raises(ValueError, match="more may wait"):
        theory.nested_line((20, 1), (0.5, 0.5), (3, 4), (0.1, 0.5))


def test_a_day_of_one_kind_is_the_day_that_is_known() -> None:
    """With one kind, nobody coming again and days alike, the centre is the line of Kolmogorov's equations."""
    rates, agents = (0.9, 1.4), (2, 3)
    centre = theory.centre_day(
        [theory.CentrePeriod(10, (rate, 0), (there, 0)) for rate, there in zip(rates, agents, strict=True)],
        (0.5, 0.5), (0.5, 0.0), 0.0, 1.0, 1e6, nodes=1, most=(24, 0, 0),
    )  # fmt: skip
    known = theory.day(
        [theory.Period(10, rate, there) for rate, there in zip(rates, agents, strict=True)], 0.5, 0.5
    ).total

    assert centre.entered[0] == pytest.approx(known.arrivals, rel=1e-6)
    assert centre.abandoned[0] == pytest.approx(known.abandoned, rel=1e-5)


def test_who_comes_again_is_counted_again_and_who_comes_late_is_shut_out() -> None:
    """Of those who left the share that comes again in time enters once more; after closing nobody does."""
    periods = [theory.CentrePeriod(30, (0.9, 0.2), (2, 1)), theory.CentrePeriod(30, (0.9, 0.2), (2, 1), open=False)]
    found = theory.centre_day(periods, (0.5, 0.5), (0.5, 0.0), 0.5, 1.0, 1e6, nodes=1, most=(16, 9, 7))

    again = found.entered[0] - 27
    assert 0.4 * found.abandoned[0] < again < 0.5 * found.abandoned[0]
    assert found.shut == pytest.approx(33 + 0.5 * found.abandoned[0] - again, rel=0.01)


def test_agents_who_leave_are_refused() -> None:
    """Who of them is busy then is not in the chain's state."""
    with pytest.raises(ValueError, match="agents may join"):
        theory.centre_day(
            [theory.CentrePeriod(9, (1, 1), (2, 2)), theory.CentrePeriod(9, (1, 1), (1, 2))], (1, 1), (1, 1), 0, 1, 9
        )
