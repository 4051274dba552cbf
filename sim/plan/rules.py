"""The rules of a plan that do not hang on chance: floors, limits, pools that the policy names, time for cases."""

import numpy as np

from sim.plan.master import Staffing, case_time
from sim.plan.problem import Problem


def keeps_rules(problem: Problem, staffing: Staffing) -> bool:
    """Whether a staffing keeps them all."""
    agents = staffing.agents(problem)
    needs = problem.needs([1.0] * len(problem.kinds))
    lengths = np.diff(problem.grid.edges)
    for row, numbers in zip(needs.rows, needs.numbers, strict=True):
        pools = sorted(row.pools)
        if row.rule == "floor" and (agents[pools].sum(axis=0) < numbers - 1e-9).any():
            return False
        if row.rule == "policy" and not agents[pools].any():
            return False
        if row.rule == "cases":
            seats = np.array([problem.pools[place].there for place in pools]) @ agents[pools] * lengths
            if seats.sum() < case_time(problem, numbers, row).sum() - 1e-6:
                return False
        # Somebody must be able to serve each line at all.
        if row.rule == "targets" and numbers.any() and not agents[pools].any():
            return False
    return True
