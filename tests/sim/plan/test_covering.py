"""Covering what is required by shifts, against published optima and against trying everything."""

import itertools

import numpy as np
import pytest

from sim.plan.covering import NoCover, cover
from sim.theory import agents_needed

# Required agents by hour on two days, and shifts, of the scheduling guide of pyworkforce (rodrigo-arenas/pyworkforce,
# docs/guide/scheduling.md, commit ca48925): at most 27 in an hour and 25 in a shift; its optimum of the sum of absolute
# differences is 157.
REQUIRED = [
    [9, 11, 17, 9, 7, 12, 5, 11, 8, 9, 18, 17, 8, 12, 16, 8, 7, 12, 11, 10, 13, 19, 16, 7],
    [13, 13, 12, 15, 18, 20, 13, 16, 17, 8, 13, 11, 6, 19, 11, 20, 19, 17, 10, 13, 14, 23, 16, 8],
]
SHIFTS = [range(5, 13), range(13, 21), [0, 1, 2, 3, 4, 21, 22, 23], range(9, 17)]
DAY = np.array([[float(hour in shift) for shift in SHIFTS] for hour in range(24)])
BOTH = np.kron(np.eye(2), DAY)
NEEDED = np.array(REQUIRED, dtype=float).ravel()


def test_the_published_least_difference_is_found() -> None:
    """With a unit of cost for each agent missing and each too many the optimum is 157, as published."""
    found = cover(BOTH, NEEDED, np.zeros(8), most=[25.0] * 8, limits=(BOTH, [27.0] * 48), lack_cost=1.0, spare_cost=1.0)

    scheduled = BOTH @ found.counts
    assert (157.0, True) == (found.cost, found.optimal)
    assert float(np.abs(scheduled - NEEDED).sum()) == pytest.approx(157.0)
    # The published numbers of agents cost no less.
    published = BOTH @ np.array([8, 11, 11, 1, 13, 14, 15, 0])
    assert float(np.abs(published - NEEDED).sum()) == pytest.approx(157.0)


def test_full_cover_costs_what_the_sum_of_least_shifts_does() -> None:
    """With every hour covered nobody is missing, and HiGHS itself says that nothing is cheaper."""
    found = cover(BOTH, NEEDED, np.ones(8), most=[25.0] * 8, limits=(BOTH, [27.0] * 48))

    assert not found.lacking.any()
    assert (113.0, True) == (found.cost, found.optimal)


def test_agents_of_two_skills_cover_two_lines() -> None:
    """A pool covers the lines of its skills: the cheapest mix is what trying every mix finds."""
    # Rows: agents who may serve line 1, line 2, either of them. Columns: pools of 1, 2, and of both at a higher price.
    rows, needed, prices = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 1]]), np.array([3, 2, 4]), np.array([1.0, 1.0, 1.25])
    every = itertools.product(range(6), repeat=3)
    cheapest = min(float(prices @ mix) for mix in every if (rows @ np.array(mix) >= needed).all())

    found = cover(rows, needed, prices)

    assert cheapest == pytest.approx(found.cost)
    assert (rows @ found.counts >= needed).all()


def test_what_cannot_be_covered_is_said() -> None:
    """A limit below what is needed is an error, and with a cost for what is missing it says how much that is."""
    rows, needed = np.ones((1, 1)), np.array([5.0])

    with pytest.raises(NoCover):
        cover(rows, needed, [1.0], most=[3.0])
    assert [2.0] == list(cover(rows, needed, [1.0], most=[3.0], lack_cost=10.0).lacking)


# What pyworkforce 0.5.1 (ortools 9.15) makes of a tenth of a US bank's mean Monday, half hours from 07:00 on, 240 s of
# handle time and 80 % in 20 s: agents by `ErlangC`, and by `MinRequiredResources` shifts whose 324 paid hours it calls
# optimal. Shifts of 8 h with a paid half hour's break after 3.5, 4 or 4.5 h, and of 4 h: (begin, break, agents), in
# half hours. Made by `benchmarks.peers.covering`.
CONTACTS = [
    38.7, 47.3, 83.9, 116.9, 171.4, 192.0, 192.5, 192.4, 190.8, 184.7, 180.7, 177.6, 171.0, 168.6,
    166.1, 163.8, 160.0, 155.6, 146.1, 130.2, 109.2, 95.6, 84.0, 75.9, 67.9, 62.4, 56.3, 52.4,
]  # fmt: skip
AGENTS = [8, 9, 15, 20, 28, 31, 31, 31, 30, 30, 29, 29, 28, 27, 27, 27, 26, 25, 24, 22, 19, 17, 15, 14, 13, 12, 11, 10]
LONG = [(6, 7, 1), (7, 8, 3), (8, 9, 1)]
SHORT = {
    0: 8,
    1: 1,
    2: 6,
    3: 5,
    4: 8,
    5: 3,
    6: 1,
    8: 1,
    9: 5,
    10: 1,
    11: 5,
    12: 7,
    13: 3,
    15: 4,
    17: 1,
    18: 1,
    19: 1,
    20: 10,
}


def test_pyworkforce_s_covering_of_a_bank_s_day() -> None:
    """Its agents are ours, its shifts cover them, and ours cost what it calls optimal, and no more."""
    rates = [contacts / 1_800_000 for contacts in CONTACTS]
    columns = [
        [float(begin <= at < begin + 16 and at != begin + pause) for at in range(28)]
        for begin in range(13)
        for pause in (7, 8, 9)
    ]
    columns += [[float(begin <= at < begin + 8) for at in range(28)] for begin in range(21)]
    theirs = np.zeros(len(columns))
    for begin, pause, agents in LONG:
        theirs[3 * begin + pause - 7] = agents
    for begin, agents in SHORT.items():
        theirs[39 + begin] = agents
    there, hours = np.array(columns).T, np.array([8.0] * 39 + [4.0] * 21)

    found = cover(there, AGENTS, hours)

    assert AGENTS == [agents_needed(rate, 1 / 240_000, 20_000, 0.8) for rate in rates]
    assert (there @ theirs >= np.array(AGENTS)).all()
    assert 324.0 == float(hours @ theirs) == found.cost
    assert found.optimal
