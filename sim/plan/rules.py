"""The rules of a plan that do not hang on chance: floors, limits, pools that the policy names, time for cases."""

import numpy as np

from sim.plan.master import Staffing, case_time
from sim.plan.problem import Problem


class Rules:
    """Asked of many staffings of one problem, so that what they come to is worked out once."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        needs = problem.needs([1.0] * len(problem.kinds))
        self._rows = list(zip(needs.rows, needs.numbers, strict=True))
        self._lengths = np.diff(problem.grid.edges)
        self._case_ms = {
            place: float(case_time(problem, numbers, row).sum())
            for place, (row, numbers) in enumerate(self._rows)
            if row.rule == "cases"
        }

    def kept_by(self, staffing: Staffing) -> bool:
        """Whether a staffing keeps them all."""
        agents = staffing.agents(self._problem)
        for place, (row, numbers) in enumerate(self._rows):
            pools = sorted(row.pools)
            if row.rule == "floor" and (agents[pools].sum(axis=0) < numbers - 1e-9).any():
                return False
            if row.rule == "policy" and not agents[pools].any():
                return False
            if row.rule == "cases":
                there = np.array([self._problem.pools[pool].there for pool in pools])
                if (there @ agents[pools] * self._lengths).sum() < self._case_ms[place] - 1e-6:
                    return False
            # Somebody must be able to serve each line at all.
            if row.rule == "targets" and numbers.any() and not agents[pools].any():
                return False
        return True
