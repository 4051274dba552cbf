"""
Taking shifts away from a plan that is enough: many at a time while that goes well, those first that are missed least.

Lines that share neither agents nor targets are shaved side by side, in the same runs: a try takes shifts from each of
them, and each of them keeps what it could spare.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.laws import Ints
from sim.plan.attempts import Attempts, Best
from sim.plan.master import Staffing
from sim.plan.problem import Problem, components
from sim.plan.trial import Outcome


@dataclass(slots=True)
class _Block:
    """Pools that no other block's lines or targets have to do with, and the groups of lines they serve."""

    columns: frozenset[int]
    groups: tuple[int, ...]
    many: int
    """How many shifts are taken away next."""
    failed: set[bytes] = field(default_factory=set)
    done: bool = False


def shave(attempts: Attempts) -> None:
    """Until no single shift can be taken away, or half of the time is over."""
    best = attempts.best
    if best is None or best.outcome is None:
        return
    blocks = _blocks(attempts, best)
    base, outcome = best.staffing, best.outcome
    while attempts.left(0.45) > 0:
        chosen, counts = [], base.counts.copy()
        order = least_missed(attempts.problem, base, outcome)
        for block in blocks:
            fewer = None if block.done else _without(attempts, block, order, priced(attempts.problem, counts, base))
            if fewer is not None:
                counts = fewer.counts
                chosen.append(block)
        if not chosen:
            break
        taken = int(base.counts.sum() - counts.sum())
        outcome, fine = attempts.attempt(priced(attempts.problem, counts, base), f"{taken} fewer")
        enough = attempts.enough(outcome)
        kept = base.counts.copy()
        for block in chosen:
            mine = sorted(block.columns)
            block.failed.add(counts[mine].tobytes())
            if fine or (outcome.runs == attempts.runs and all(enough[group] for group in block.groups)):
                kept[mine] = counts[mine]
            elif block.many > 1:
                block.many //= 2
        base = priced(attempts.problem, kept, base)
    _together(attempts, blocks, base)


def _together(attempts: Attempts, blocks: Sequence[_Block], base: Staffing) -> None:
    """Try what each block came to, all at once; one that needs the others' agents after all gets its own back."""
    for _ in range(3):
        best = attempts.best
        assert best is not None
        outcome, fine = attempts.attempt(base, "fewer, together")
        if fine or outcome.runs < attempts.runs:
            return
        enough, counts = attempts.enough(outcome), base.counts.copy()
        for block in blocks:
            if not all(enough[group] for group in block.groups):
                counts[sorted(block.columns)] = best.staffing.counts[sorted(block.columns)]
        base = priced(attempts.problem, counts, base)


def _blocks(attempts: Attempts, best: Best) -> list[_Block]:
    problem, yardstick = attempts.problem, attempts.trials.yardstick
    pools_of = [
        frozenset(pool for kind in problem.kinds_in(yardstick.lines[group]) for pool in problem.kinds[kind].pools)
        for group in attempts.groups
    ]
    found = []
    for part in components([*pools_of, *problem.sets()]):
        columns = frozenset(place for place, column in enumerate(problem.columns) if column.pool in part)
        groups = tuple(group for group in attempts.groups if pools_of[group] & part)
        shifts = int(best.staffing.counts[sorted(columns)].sum())
        found.append(_Block(columns, groups, max(shifts // 8, 1)))
    return found


def _without(attempts: Attempts, block: _Block, order: Sequence[int], staffing: Staffing) -> Staffing | None:
    """The staffing with fewer of the block's shifts, fewer at a time when so many cannot be; None when it is done."""
    mine = [place for place in order if place in block.columns]
    while (found := _removed(attempts, block, mine, staffing)) is None:
        if block.many == 1:
            block.done = True
            return None
        block.many = max(block.many // 2, 1)
    return found


def _removed(attempts: Attempts, block: _Block, order: Sequence[int], staffing: Staffing) -> Staffing | None:
    """Without `many` shifts, from the first ones whose removal was not tried and breaks no rule."""
    counts, columns, taken = staffing.counts.copy(), sorted(block.columns), 0
    for place in order:
        counts[place] -= 1
        one = priced(attempts.problem, counts, staffing)
        known = counts[columns].tobytes() in block.failed
        if (block.many == 1 and known) or not attempts.rules.kept_by(one):
            counts[place] += 1
            continue
        taken += 1
        if taken == block.many:
            return None if known else one
    return None


def priced(problem: Problem, counts: Ints, like: Staffing) -> Staffing:
    """Other numbers for the same columns."""
    return Staffing(counts.copy(), float(problem.prices() @ counts), like.least)


def least_missed(problem: Problem, staffing: Staffing, outcome: Outcome) -> list[int]:
    """Columns with agents, those first whose intervals miss a goal for the fewest contacts, for what they cost."""
    agents = staffing.agents(problem)
    against = np.array([outcome.against(kind) for kind in range(len(problem.kinds))])
    prices = problem.prices()
    felt = {}
    for pool in range(len(problem.pools)):
        mine = [i for i, kind in enumerate(problem.kinds) if pool in kind.pools]
        beside = sorted({pool, *(each for i in mine for each in problem.kinds[i].pools)})
        # An agent among few is missed more than one among many.
        felt[pool] = (against[mine].sum(axis=0) + 0.5) / np.maximum(agents[beside].sum(axis=0), 1.0)

    def worth(place: int) -> float:
        column = problem.columns[place]
        return float(felt[column.pool] @ column.there) / float(prices[place])

    return sorted((int(place) for place in np.flatnonzero(staffing.counts)), key=worth)
