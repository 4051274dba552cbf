"""
What is asked of the covering: how busy a day each kind of work is to cope with, and where agents are to be added.

The days say of each kind whether that is too much or too little; what is still missed then is added interval by
interval, as cuts.
"""

import math
from typing import Final

import numpy as np
from scipy.special import gammaincinv  # type: ignore[import-untyped]  # scipy ships no types

from sim.laws import Floats
from sim.plan.attempts import Attempts, aimed_at
from sim.plan.master import Known, Staffing, solve
from sim.plan.problem import Problem
from sim.plan.trial import Outcome

_STEP: Final = 1.08
_NEAR: Final = 1.02
_ROUNDS: Final = 8
_CUTS: Final = 25


class Asked:
    """Grows with what the days say. `staffing` is the cheapest that covers it."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._problem = attempts.problem
        self._levels = [_busy(self._problem)] * len(self._problem.kinds)
        self._cuts: dict[frozenset[int], Floats] = {}
        self._known: Known = {}

    def staffing(self) -> Staffing:
        """Raises `Unstaffable` when nothing covers it."""
        return self._covering(self._levels)

    def _covering(self, levels: list[float]) -> Staffing:
        return solve(self._problem, self._problem.needs(levels, self._cuts), known=self._known)

    # --- levels

    def find_levels(self, first: Staffing) -> None:
        """For each kind of work the lowest level at which the lines it belongs to keep their targets."""
        attempts, count = self._attempts, len(self._problem.kinds)
        low, high, moves = [0.0] * count, [math.inf] * count, [0] * count
        levels, staffing = list(self._levels), first
        seen: set[bytes] = set()
        for number in range(_ROUNDS):
            key = staffing.counts.tobytes()
            if key in seen or attempts.left(0.35) <= 0:
                break
            seen.add(key)
            outcome, _ = attempts.attempt(staffing, f"level {number + 1}")
            enough = attempts.enough(outcome)
            for kind in range(count):
                if all(enough[group] for group in self._groups_of(kind)):
                    high[kind] = min(high[kind], levels[kind])
                else:
                    low[kind] = max(low[kind], levels[kind])
                if low[kind] >= high[kind]:
                    high[kind] = math.inf  # It was enough while another kind had more agents to spare.
                    moves[kind] = 0
                levels[kind] = _next(low[kind], high[kind], moves[kind])
                moves[kind] += 1
            staffing = self._covering(levels)
        self._levels = [one if math.isfinite(one) else other for one, other in zip(high, levels, strict=True)]

    def _groups_of(self, kind: int) -> list[int]:
        lines, yardstick = set(self._problem.kinds[kind].lines), self._attempts.trials.yardstick
        return [group for group in self._attempts.groups if lines & set(yardstick.lines[group])]

    # --- cuts

    def add_cuts(self, why: str) -> None:
        """Ask for more agents where a target is missed, until none is; the levels stay."""
        attempts = self._attempts
        for number in range(_CUTS):
            outcome, fine = attempts.attempt(self.staffing(), f"{why} {number + 1}" if number else "levels together")
            best = attempts.best
            if fine or attempts.left(0.55 if best and best.state != "covers" else 0.8) <= 0:
                return
            failing = [group for group, one in enumerate(attempts.enough(outcome)) if not one]
            if not any([self.cut(outcome, group) for group in failing]):
                self._note_unreached([self._attempts.trials.yardstick.names[group] for group in failing])
                return
        attempts.tell("targets are still missed after as many cuts as are tried")

    def cut(self, outcome: Outcome, group: int) -> bool:
        """
        One agent more for the intervals that make half of what was missed on the days that were not kept.

        False when nothing was missed while anybody could be there.
        """
        kinds = self._problem.kinds_in(self._attempts.trials.yardstick.lines[group])
        missed = {
            kind: outcome.missed(group, kind, aimed_at) * self._problem.reached(self._problem.kinds[kind].pools)
            for kind in sorted(kinds)
        }
        everything = sum(one.sum() for one in missed.values())
        for kind, here in missed.items():
            if not here.sum() or here.sum() < 0.1 * everything:
                continue
            order = np.argsort(-here, kind="stable")
            enough = int(np.searchsorted(np.cumsum(here[order]), here.sum() / 2)) + 1
            more = np.zeros(len(here))
            more[order[:enough]] = 1.0
            key = self._row_of(kind)
            self._cuts[key] = self._cuts.get(key, np.zeros(len(here))) + more
        return bool(everything)

    def _note_unreached(self, names: list[str]) -> None:
        note = (
            f"{', '.join(names)}: what misses the targets comes when no shift of those who may serve it is there; add"
            " such a shift to plan.shifts, close the line then (policy.hours), or lower the target"
        )
        if note not in self._problem.notes:
            self._problem.notes.append(note)

    def start_from(self, staffing: Staffing) -> None:
        """Let what is needed be what a staffing has, so that cuts add to it."""
        problem, agents = self._problem, staffing.agents(self._problem)
        needs = problem.needs(self._levels)
        for row, numbers in zip(needs.rows, needs.numbers, strict=True):
            if row.rule == "targets":
                there = np.array([problem.pools[place].there for place in sorted(row.pools)])
                have = np.floor(there @ agents[sorted(row.pools)] + 1e-9)
                self._cuts[row.kinds] = np.where(numbers > 0, have - numbers, 0.0)

    def _row_of(self, kind: int) -> frozenset[int]:
        """The smallest set of kinds with a row of its own that this one is in."""
        return min(
            (kinds for kinds in self._problem.sets().values() if kind in kinds), key=lambda one: (len(one), sorted(one))
        )


def _next(low: float, high: float, moves: int) -> float:
    """Further away at each step while only one side is known, half way between them after that."""
    if math.isfinite(high) and low:
        return high if high / low < _NEAR else math.sqrt(low * high)
    return low * _STEP ** (moves + 1) if low else high / _STEP ** (moves + 1)


def _busy(problem: Problem) -> float:
    """How much busier than the mean a day is that is as busy as is to be coped with."""
    busyness, plan = problem.scenario.demand.busyness, problem.scenario.plan
    if busyness is None or busyness.alpha is None:
        return 1.0
    alpha = busyness.alpha if isinstance(busyness.alpha, float) else min(busyness.alpha.values())
    return float(gammaincinv(alpha, plan.probability) / alpha)
