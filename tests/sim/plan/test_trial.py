"""What is held to a target: which period, which contacts, and where too few stand behind a share."""

from dataclasses import replace

import numpy as np
import pytest

from sim.plan.master import solve
from sim.plan.problem import Problem
from sim.plan.trial import Outcome, Trials
from sim.scenario_file import parse_scenario
from tests.sim.plan.test_problem import DESK, SHIFTS

ROUND = "shifts: [{name: half, lasts: 12 h, latest: '12:00', every: 12 h}]"


def trials(plan: str, targets: str = "", run: str = "{horizon: 48 h, replications: 2, seed: 1}") -> Trials:
    """A desk of two days: some hundred contacts a day in English, some twenty in Korean."""
    text = DESK.format(plan=f"{{{plan}, {ROUND}, every: 1 h}}", en=5, ko=0.8, share=0.8)
    text = text.replace("{horizon: 10 h, replications: 2, seed: 1}", run).replace(
        "share: 0.8}}", f"share: 0.8}}{targets}}}"
    )
    return Trials(Problem.of(parse_scenario(text)), None, 1)


def observed(one: Trials, tops: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", bottom: float) -> Outcome:
    """Outcome of one run in which each interval has so many of `bottom` right, in every row and for every goal."""
    found = np.zeros((1, len(one.yardstick.lines), one.problem.grid.count, len(one.yardstick.goals), 2))
    found[..., 0], found[..., 1] = tops[None, None, :, None], bottom
    return one.outcome(list(found))


@pytest.mark.parametrize(
    ("period", "periods", "kept"),
    [("day", 2, 1), ("week", 1, 1), ("interval", 48, 36)],
)
def test_the_period_says_over_how_long_a_target_is_kept(period: str, periods: int, kept: int) -> None:
    """Of a bad half of the second day: half the days, none of the intervals in it, and the run is right as a whole."""
    one = trials(f"period: {period}, per: language")
    tops = np.full(48, 100.0)
    tops[36:] = 55.0
    one.yardstick = replace(one.yardstick, too_few=frozenset())

    outcome = observed(one, tops, 100.0)

    assert ["en", "ko"] == list(one.yardstick.names)
    assert (periods, kept) == (outcome.tried(0), outcome.successes(0))
    # What is missed is missed in the bad half alone, and nowhere when the run as a whole is right.
    missed = outcome.missed(0, 0, lambda share: share)
    assert set(np.flatnonzero(missed)) <= set(range(24, 48) if period == "day" else range(36, 48))
    assert (period == "week") == (not missed.any())


def test_only_intervals_with_twenty_contacts_are_held_to_a_target() -> None:
    """Five contacts are expected in an hour, so no interval is held to anything; with 25 every one is."""
    text = DESK.format(plan=f"{{period: interval, per: language, {SHIFTS}, every: 1 h}}", en=25, ko=5, share=0.8)
    one = Trials(Problem.of(parse_scenario(text)), None, 1)

    held = [{group for group, _ in one.yardstick.too_few}, len(one.yardstick.periods)]

    assert [{1}, 10] == held
    assert 10 == sum(group == 1 for group, _ in one.yardstick.too_few)


def test_a_share_of_few_is_kept_by_all_periods_together() -> None:
    """Of 3 contacts a day no share means much: such a goal is judged by all of them, and asks for nothing by day."""
    one = trials("period: day, per: language")
    outcome = observed(one, np.r_[np.full(24, 0.05), np.full(24, 0.125)], 0.125)
    one.hold_to(outcome.few())
    again = one.outcome(list(outcome.observed))

    assert {(0, 0), (1, 0)} == set(one.yardstick.few)
    assert 0 == again.tried(0)
    (pooled,) = again.pooled(0)
    assert (4.2, 6.0, 0.8) == pytest.approx((pooled.good, pooled.of, pooled.wanted))
    assert again.missed(0, 0, lambda share: share).any()
    assert not again.missed(0, 0, lambda _share: 0.5).any()


def test_cases_are_held_to_their_answer_in_time() -> None:
    """`case_kept` is a goal beside the others; a day whose cases were late is a day that was not kept."""
    text = (
        DESK.format(plan=f"{{per: all, {SHIFTS}, every: 1 h}}", en=5, ko=1, share=0.8)
        .replace("short_abandon: 0 s}", "short_abandon: 0 s, response_target: {p1: 1 h, p2: 1 h, p3: 1 h, p4: 1 h}}")
        .replace("share: 0.8}}", "share: 0.8}, case_kept: 0.9}")
        .replace("people:", "    - {product: expense, language: en, channel: case, per_hour: 6}\npeople:")
    )
    one = Trials(Problem.of(parse_scenario(text)), None, 1)
    staffing = solve(one.problem, one.problem.needs([1.0, 1.0]))
    outcome = one.outcome(list(one.runs(staffing, 0, 1)))

    names = [goal.measure for goal in one.yardstick.goals]
    assert ["sl_offered", "case_kept"] == names
    assert 20 < outcome.observed[0, 0, :, 1, 1].sum() < 100
    assert isinstance(outcome.share(0, 1), float)
