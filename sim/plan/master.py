"""
The least-cost staffing that covers what is needed: an integer programme for each part that hangs together.

Where nothing covers it, the rule that cannot be kept is named, with the interval and what is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, vstack  # type: ignore[import-untyped]  # scipy ships no types

from sim.laws import Floats, Ints
from sim.plan.covering import NoCover, cover
from sim.plan.problem import Needs, Problem, Row, Unstaffable, components, intervals, lacking_days


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many work each column; what it costs, and the least that covering the same needs costs."""

    counts: Ints
    cost: float
    least: float

    def agents(self, problem: Problem) -> Floats:
        """Rostered agents who are not on a break, by pool and interval."""
        found = np.zeros((len(problem.pools), problem.grid.count))
        for place in np.flatnonzero(self.counts):
            column = problem.columns[place]
            found[column.pool] += self.counts[place] * column.there
        return found


def solve(problem: Problem, needs: Needs, seconds: float = 10.0, gap: float = 0.002) -> Staffing:
    """
    The cheapest staffing, within `gap`, or the best that was found in `seconds` for each part.

    Raises `Unstaffable` when a rule cannot be kept.
    """
    _coverable(problem, needs)
    counts = np.zeros(len(problem.columns), dtype=np.int64)
    cost = least = 0.0
    for part in components([row.pools for row in needs.rows]):
        chosen = [place for place, column in enumerate(problem.columns) if column.pool in part]
        rows = [place for place, row in enumerate(needs.rows) if row.pools <= part]
        found = _part(problem, needs, rows, chosen, seconds, gap)
        counts[chosen] = found[0]
        cost += found[1]
        least += found[2]
    return Staffing(counts, cost, least)


def _part(
    problem: Problem, needs: Needs, rows: Sequence[int], chosen: Sequence[int], seconds: float, gap: float
) -> tuple[Ints, float, float]:
    there = csr_array(np.array([problem.columns[place].there for place in chosen]).T)
    matrix, required = _equations(problem, needs, rows, chosen, there)
    prices = problem.prices()[list(chosen)]
    limits = _limits(problem, chosen)
    try:
        found = cover(matrix, required, prices, limits=limits, seconds=seconds, gap=gap)
    except NoCover:
        raise Unstaffable(_why(problem, needs, rows, chosen, there, limits, seconds)) from None
    return found.counts, found.cost, min(found.least, found.cost)


def _equations(
    problem: Problem, needs: Needs, rows: Sequence[int], chosen: Sequence[int], there: "csr_array"
) -> "tuple[csr_array, Floats]":
    blocks, required = [], []
    for place in rows:
        row = needs.rows[place]
        factor = np.array([_gives(problem, row, column) for column in chosen])
        block = there.multiply(factor[None, :]).tocsr()
        if row.rule == "policy":
            blocks.append(csr_array((factor > 0).astype(float)[None, :]))
            required.append(np.array([1.0]))
        elif row.rule == "cases":
            blocks.append(_by_day(problem, block))
            required.append(case_agents(problem, needs.numbers[place], row))
        else:
            asked = np.flatnonzero(needs.numbers[place] > 0)
            blocks.append(block[asked])
            required.append(needs.numbers[place][asked])
    return vstack(blocks, format="csr"), np.concatenate(required)


def _gives(problem: Problem, row: Row, column: int) -> float:
    pool = problem.columns[column].pool
    if pool not in row.pools:
        return 0.0
    return problem.pools[pool].there if row.seats else 1.0


def _by_day(problem: Problem, block: "csr_array") -> "csr_array":
    lengths = np.diff(problem.grid.edges)
    days = csr_array(
        np.array(
            [[lengths[i] if i in day else 0.0 for i in range(problem.grid.count)] for day in lacking_days(problem)]
        )
    )
    return (days @ block).tocsr()


def case_agents(problem: Problem, cases: Floats, row: Row) -> Floats:
    """Agent time on each day, ms: the work on cases, and as much live work as comes."""
    loads = [problem.loads[place] for place in sorted(row.kinds)]
    lengths = np.diff(problem.grid.edges)
    busy = [
        sum(float((load.erlang / problem.slots(load) * lengths)[list(day)].sum()) for load in loads)
        for day in lacking_days(problem)
    ]
    found: Floats = cases[: problem.grid.days] + np.array(busy)
    return found


def _limits(problem: Problem, chosen: Sequence[int]) -> "tuple[csr_array, Floats] | None":
    rows, ends = [], []
    for place, pool in enumerate(problem.pools):
        if pool.most is None:
            continue
        for day in range(problem.grid.days):
            mine = [problem.columns[c].pool == place and problem.columns[c].day == day for c in chosen]
            rows.append(np.array(mine, dtype=np.float64))
            ends.append(float(pool.most))
    return (csr_array(np.array(rows)), np.array(ends)) if rows else None


def _coverable(problem: Problem, needs: Needs) -> None:
    """Raise for an interval in which somebody is needed and no shift can be."""
    for row, numbers in zip(needs.rows, needs.numbers, strict=True):
        if row.rule in ("cases", "policy"):
            continue
        bad = np.flatnonzero((numbers > 0) & (problem.reached(row.pools) == 0))
        if len(bad):
            names = ", ".join(problem.pools[place].name for place in sorted(row.pools)) or "nobody"
            where = intervals(problem, int(bad[0])) + (f" and {len(bad) - 1} more intervals" if len(bad) > 1 else "")
            agents = f"{numbers[bad[0]]:g} agent{'' if numbers[bad[0]] == 1 else 's'}"
            raise Unstaffable(
                f"{_rule(problem, row)}: {row.lines} needs {agents} at {where}, and no shift of those who may serve"
                f" ({names}) is there then; add such a shift to plan.shifts, or close the line (policy.hours)"
            )


def _why(
    problem: Problem,
    needs: Needs,
    rows: Sequence[int],
    chosen: Sequence[int],
    there: "csr_array",
    limits: "tuple[csr_array, Floats] | None",
    seconds: float,
) -> str:
    """Which limit is too low, found by letting agents be missing and asking for as few of them as can be."""
    if limits is None:
        return f"plan: no covering was found in {seconds:g} s; take longer intervals (plan.every) or fewer shifts"
    plain = [place for place in rows if needs.rows[place].rule not in ("cases", "policy")]
    matrix, required = _equations(problem, needs, plain, chosen, there)
    found = cover(matrix, required, np.zeros(len(chosen)), limits=limits, lack_cost=1.0, seconds=seconds)
    worst = int(np.argmax(found.lacking))
    at = [(place, int(i)) for place in plain for i in np.flatnonzero(needs.numbers[place] > 0)][worst]
    row = needs.rows[at[0]]
    tight = [
        f"plan.pools.{one.name}.most: {one.most}"
        for i, one in enumerate(problem.pools)
        if one.most is not None and i in row.pools
    ]
    return (
        f"{' and '.join(tight) or 'plan.pools'}: too few for {row.lines} at {intervals(problem, at[1])}, which needs "
        f"{needs.numbers[at[0]][at[1]]:g} ({_rule(problem, row)}) and lacks {found.lacking[worst]:.3g} at best; "
        "raise the limit, or lower what is asked for"
    )


def _rule(problem: Problem, row: Row) -> str:
    targets, plan = problem.scenario.targets, problem.scenario.plan
    if row.rule == "floor":
        return "plan.floor" if not plan.floors else "plan.floor, plan.floors"
    if row.rule == "home":
        return "policy.lines.steps"
    return f"targets.service_level.share {targets.service_level.share:g}"
