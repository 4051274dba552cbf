"""
The least-cost staffing that covers what is needed: an integer programme for each part that hangs together.

Where nothing covers it, the rule that cannot be kept is named, with the interval and what is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from scipy.sparse import csr_array, vstack  # type: ignore[import-untyped]  # scipy ships no types

from sim.laws import Floats, Ints
from sim.plan.covering import Covering, NoCover, cover
from sim.plan.problem import Needs, Problem, Row, Unstaffable, components, intervals, lacking_days
from sim.plan.shifts import comes_round


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many work each column; what it costs, and the least that covering the same needs costs (0: not known)."""

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


@dataclass(frozen=True, slots=True)
class _Stage:
    """Columns that are chosen together for the intervals of a `window`; the day they are of (None: the only one)."""

    columns: Sequence[int]
    window: Floats
    day: int | None


class _Equations:
    """The programme of one stage: rows of what is still lacking after what earlier stages gave, and where each is."""

    def __init__(self, problem: Problem, needs: Needs, rows: Sequence[int], stage: _Stage, had: Floats) -> None:
        there = csr_array(np.array([problem.columns[place].there for place in stage.columns]).T)
        lengths = np.diff(problem.grid.edges)
        blocks, required = [], []
        self.asked: list[tuple[int, int]] = []
        """(row, interval) of each that is about an interval; those of other rules come after them."""
        last: list[tuple[csr_array, float]] = []
        for place in rows:
            row, numbers = needs.rows[place], needs.numbers[place]
            factor = np.array([_gives(problem, row, column) for column in stage.columns])
            block = there.multiply(factor[None, :]).tocsr()
            if row.rule == "policy":
                if not had[sorted(row.pools)].any():
                    last.append((csr_array((factor > 0).astype(float)[None, :]), 1.0))
            elif row.rule == "cases":
                by_day = case_time(problem, numbers, row)
                need = float(by_day.sum() if stage.day is None else by_day[stage.day])
                last.append((csr_array((block.T @ lengths)[None, :]), need))
            else:
                pools = sorted(row.pools)
                weights = np.array([problem.pools[pool].there if row.seats else 1.0 for pool in pools])
                lacking = numbers - weights @ had[pools]
                chosen = np.flatnonzero((stage.window > 0) & (numbers > 0) & (lacking > 1e-9))
                blocks.append(block[chosen])
                required.append(lacking[chosen])
                self.asked += [(place, int(interval)) for interval in chosen]
        blocks += [block for block, _ in last]
        required.append(np.array([need for _, need in last]))
        self.required = np.concatenate(required)
        self.matrix = vstack(blocks, format="csr") if blocks else csr_array((0, len(stage.columns)))

    @property
    def key(self) -> bytes:
        """The same for the same programme: an ordinary Tuesday is an ordinary Wednesday."""
        found = blake2b(self.required.tobytes())
        found.update(self.matrix.data.tobytes())
        found.update(self.matrix.indices.tobytes())
        return found.digest()


Known = dict[tuple[frozenset[int], bytes], Covering]
"""Coverings that were found before, by the pools they are of and their programme."""


def solve(
    problem: Problem, needs: Needs, seconds: float = 30.0, gap: float = 0.02, known: Known | None = None
) -> Staffing:
    """
    The cheapest staffing, within `gap`, or the best that was found in `seconds` for each part and day.

    Several days are covered one after the other, each from its first shift to the first one of the next day, with those
    of the day before who are still there. What is in `known` is not solved again, and what is found is put there.
    Raises `Unstaffable` when a rule cannot be kept.
    """
    _coverable(problem, needs)
    known = {} if known is None else known
    counts = np.zeros(len(problem.columns), dtype=np.int64)
    prices = problem.prices()
    least: float = 0.0
    for part in components([row.pools for row in needs.rows]):
        rows = [place for place, row in enumerate(needs.rows) if row.pools <= part]
        had = np.zeros((len(problem.pools), problem.grid.count))
        stages = _stages(problem, part)
        for stage in stages:
            found = _stage(problem, needs, rows, stage, had, prices, seconds, gap, known, frozenset(part))
            counts[list(stage.columns)] = found.counts
            for place, count in zip(stage.columns, found.counts, strict=True):
                if count:
                    had[problem.columns[place].pool] += count * problem.columns[place].there
            least += min(found.least, found.cost) if len(stages) == 1 else 0.0
    single = problem.grid.days == 1
    return Staffing(counts, float(prices @ counts), least if single else 0.0)


def _stages(problem: Problem, part: set[int]) -> list[_Stage]:
    columns = [place for place, column in enumerate(problem.columns) if column.pool in part]
    all_the_time = any(problem.columns[place].pattern.begins is None for place in columns)
    if problem.grid.days == 1 or all_the_time or not columns:
        return [_Stage(columns, np.ones(problem.grid.count), None)]
    by_day: dict[int, list[int]] = {day: [] for day in range(problem.grid.days)}
    for place in columns:
        by_day[problem.columns[place].day].append(place)
    edges = problem.grid.edges[:-1]
    window_of = np.zeros(problem.grid.count, dtype=int)
    firsts = {day: min(problem.columns[place].starts for place in mine) for day, mine in by_day.items() if mine}
    for day, first in firsts.items():
        window_of[edges >= first] = day
    if comes_round(problem.grid):
        # What is before the first shift of the run belongs to those of its last day, and the other way round.
        window_of[edges < min(firsts.values())] = max(firsts)
        window_of[edges >= min(firsts.values()) + problem.grid.horizon_ms] = min(firsts)
    return [_Stage(mine, (window_of == day).astype(float), day) for day, mine in by_day.items() if mine]


def _stage(
    problem: Problem,
    needs: Needs,
    rows: Sequence[int],
    stage: _Stage,
    had: Floats,
    prices: Floats,
    seconds: float,
    gap: float,
    known: Known,
    part: frozenset[int],
) -> Covering:
    equations = _Equations(problem, needs, rows, stage, had)
    limits = _limits(problem, stage.columns)
    key = part, equations.key
    if key not in known:
        cost = prices[list(stage.columns)]
        try:
            known[key] = cover(equations.matrix, equations.required, cost, limits=limits, seconds=seconds, gap=gap)
        except NoCover:
            raise Unstaffable(_why(problem, needs, equations, stage, limits, seconds)) from None
    return known[key]


def _gives(problem: Problem, row: Row, column: int) -> float:
    pool = problem.columns[column].pool
    if pool not in row.pools:
        return 0.0
    return problem.pools[pool].there if row.seats else 1.0


def case_time(problem: Problem, cases: Floats, row: Row) -> Floats:
    """Agent time that each day brings, ms: the work on cases, and all live work of those who do them."""
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
    equations: _Equations,
    stage: _Stage,
    limits: "tuple[csr_array, Floats] | None",
    seconds: float,
) -> str:
    """Which limit is too low, found by letting agents be missing and asking for as few of them as can be."""
    if limits is None:
        return f"plan: no covering was found in {seconds:g} s; take longer intervals (plan.every) or fewer shifts"
    rows = len(equations.asked)
    found = cover(
        equations.matrix[:rows],
        equations.required[:rows],
        np.zeros(len(stage.columns)),
        limits=limits,
        lack_cost=1.0,
        seconds=seconds,
    )
    if not rows or not found.lacking.any():
        for row in needs.rows:
            if row.rule == "policy" and all(problem.pools[place].most == 0 for place in row.pools):
                named = " and ".join(f"plan.pools.{problem.pools[place].name}.most: 0" for place in sorted(row.pools))
                return f"{named}: {row.lines} needs somebody; allow one, or take the pool out of the policy's steps"
        return "plan.pools: with these limits there is no time for the cases; raise one of them"
    worst = int(np.argmax(found.lacking))
    place, interval = equations.asked[worst]
    row = needs.rows[place]
    tight = [
        f"plan.pools.{one.name}.most: {one.most}"
        for number, one in enumerate(problem.pools)
        if one.most is not None and number in row.pools
    ]
    return (
        f"{' and '.join(tight) or 'plan.pools'}: too few for {row.lines} at {intervals(problem, interval)}, which needs"
        f" {needs.numbers[place][interval]:g} ({_rule(problem, row)}) and lacks {found.lacking[worst]:.3g} at best; "
        "raise the limit, or lower what is asked for"
    )


def _rule(problem: Problem, row: Row) -> str:
    targets, plan = problem.scenario.targets, problem.scenario.plan
    if row.rule == "floor":
        return "plan.floor" if not plan.floors else "plan.floor, plan.floors"
    if row.rule == "home":
        return "policy.lines.steps"
    return f"targets.service_level.share {targets.service_level.share:g}"
