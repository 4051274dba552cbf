"""What one agent more, and one less, does to a plan: in each pool, on the days of the search."""

from collections.abc import Iterator
from dataclasses import dataclass

from sim.plan.attempts import Attempts
from sim.plan.fewer import least_missed, priced


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One agent more or less in one shift: what it does on the same days, by group."""

    change: str
    cost: float
    kept: tuple[tuple[int, int], ...]
    levels: tuple[float | None, ...]


def neighbours(attempts: Attempts) -> Iterator[Neighbour]:
    """The least missed shift of each pool without an agent, and the most missed with one more; as many as fit."""
    best = attempts.best
    if best is None or best.outcome is None:
        return
    problem = attempts.problem
    order = least_missed(problem, best.staffing, best.outcome)
    for pool, one in enumerate(problem.pools):
        mine = [place for place in order if problem.columns[place].pool == pool]
        for place, more in ((mine[0], -1), (mine[-1], +1)) if mine else ():
            if attempts.left(1.0) <= 0:
                return
            counts = best.staffing.counts.copy()
            counts[place] += more
            changed = priced(problem, counts, best.staffing)
            if not attempts.rules.kept_by(changed):
                continue
            where = f"{one.name} {problem.columns[place].pattern.label}"
            outcome = attempts.beside(changed, where)
            if outcome is None:
                return
            yield Neighbour(
                f"one agent {'more' if more > 0 else 'fewer'} in {where}",
                changed.cost - best.staffing.cost,
                tuple((outcome.successes(group), outcome.tried(group)) for group in attempts.groups),
                tuple(outcome.share(group, 0) for group in attempts.groups),
            )
