"""
The search for the cheapest staffing that the twin says is enough, and the proof that it is.

It begins with what theory says of a busy day, lets the twin say of each kind of work whether that is too much or too
little, adds cuts where targets are missed, takes away shifts while they are not, and proves what is left with days that
no staffing was chosen by. The best plan so far is at hand at any time, also when the search is interrupted.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from scipy.special import gammaincinv  # type: ignore[import-untyped]  # scipy ships no types

from sim.laws import Floats
from sim.plan.master import Staffing, solve
from sim.plan.problem import Problem
from sim.plan.proof import proved, refuted
from sim.plan.rules import keeps_rules
from sim.plan.trial import Outcome, Trials

State = Literal["covers", "tried", "proved", "not proved"]
LEAST_DAYS: Final = 40
"""Days on which a plan is tried while searching."""
MOST_DAYS: Final = 1_000
"""Days after which a proof is given up."""
_FIRST_PROOF: Final = 100_000
"""Number of the first run of a proof: no plan was chosen by it."""
_STEP: Final = 1.08
_ROUNDS: Final = 8
_CUTS: Final = 25


@dataclass(slots=True)
class Best:
    """A plan, and what is known of it."""

    staffing: Staffing
    state: State
    outcome: Outcome | None = None
    proof: Outcome | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One staffing that was tried: why, what it costs, and on how many of the days each group kept its targets."""

    why: str
    shifts: int
    cost: float
    kept: tuple[tuple[int, int], ...]
    enough: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One agent more or less in one shift: what it does on the same days, by group."""

    change: str
    cost: float
    kept: tuple[tuple[int, int], ...]
    levels: tuple[float | None, ...]


@dataclass(slots=True)
class Search:
    """
    One search. `clock` tells seconds; the search itself ends after `seconds` of them. `tell` hears what is going on.

    `run` may be left by any exception that `tell` raises, and by KeyboardInterrupt; `best` stays.
    """

    problem: Problem
    trials: Trials
    clock: Callable[[], float]
    seconds: float
    tell: Callable[[str], None]
    best: Best | None = None
    steps: list[Step] = field(default_factory=list)
    neighbours: list[Neighbour] = field(default_factory=list)
    first_after: float | None = None
    """Seconds after which the first plan was there."""
    _cuts: dict[frozenset[int], Floats] = field(default_factory=dict)
    _levels: list[float] = field(default_factory=list)
    _began: float = 0.0
    _known: dict[bytes, tuple[Outcome, bool]] = field(default_factory=dict)

    def run(self) -> None:
        """Search to the end. Raises `Unstaffable` when there is no plan."""
        self._began = self.clock()
        self._levels = [self._busy()] * len(self.problem.kinds)
        first = solve(self.problem, self.problem.needs(self._levels))
        self._settle(first, "covers")
        self.first_after = self.clock() - self._began
        self._find_levels(first)
        self._add_cuts("cut")
        self._shave()
        attempt = 1
        while self.best is not None and self.best.state == "tried" and self._left(1.0) > 0:
            if self._prove(attempt) or self._left(1.0) <= 0:
                break
            attempt += 1
            self._raise_what_failed()
        self._look_around()

    @property
    def aim(self) -> float:
        """
        The share of days on which a plan must keep its targets while searching: half way from the wanted to all.

        A plan that keeps them just as often as wanted could not be proved with any number of days.
        """
        wanted = self.problem.scenario.plan.probability
        return wanted + (1 - wanted) / 2

    @property
    def runs(self) -> int:
        """How many runs try one staffing."""
        days = len(self.trials.yardstick.periods) if self.problem.scenario.plan.period == "day" else 1
        least = max(LEAST_DAYS, round(4 / (1 - self.problem.scenario.plan.probability)))
        return max(math.ceil(least / days), 8)

    def _busy(self) -> float:
        """How much busier than the mean a day is that is as busy as is to be coped with."""
        busyness, plan = self.problem.scenario.demand.busyness, self.problem.scenario.plan
        if busyness is None or busyness.alpha is None:
            return 1.0
        alpha = busyness.alpha if isinstance(busyness.alpha, float) else min(busyness.alpha.values())
        return float(gammaincinv(alpha, plan.probability) / alpha)

    def _left(self, share: float) -> float:
        """Seconds until this share of the time is over."""
        return self._began + share * self.seconds - self.clock()

    # --- levels

    def _find_levels(self, first: Staffing) -> None:
        """For each kind of work the lowest level at which the lines it belongs to keep their targets."""
        count = len(self.problem.kinds)
        low, high = [0.0] * count, [math.inf] * count
        levels, staffing = list(self._levels), first
        seen: set[bytes] = set()
        for number in range(_ROUNDS):
            key = staffing.counts.tobytes()
            if key in seen or self._left(0.35) <= 0:
                break
            seen.add(key)
            outcome, _ = self._try(staffing, f"level {number + 1}")
            enough = self._enough(outcome)
            for kind in range(count):
                if all(enough[group] for group in self._groups_of(kind)):
                    high[kind] = min(high[kind], levels[kind])
                else:
                    low[kind] = max(low[kind], levels[kind])
                if low[kind] >= high[kind]:
                    high[kind] = math.inf  # It was enough while another kind had more agents to spare.
            levels = [self._next(*one) for one in zip(low, high, strict=True)]
            staffing = self._solve(levels)
        self._levels = [one if math.isfinite(one) else other for one, other in zip(high, levels, strict=True)]

    def _next(self, low: float, high: float) -> float:
        if not math.isfinite(high):
            return low * _STEP
        return high / _STEP if not low else math.sqrt(low * high)

    def _groups_of(self, kind: int) -> list[int]:
        lines = set(self.problem.kinds[kind].lines)
        names = range(len(self.trials.yardstick.names))
        return [group for group in names if lines & set(self.trials.yardstick.lines[group])]

    # --- cuts

    def _add_cuts(self, why: str) -> None:
        """Ask for more agents where a target is missed, until none is; the levels stay."""
        for number in range(_CUTS):
            staffing = self._solve(self._levels)
            outcome, fine = self._try(staffing, f"{why} {number + 1}" if number else "levels together")
            if fine or self._left(0.55 if self.best and self.best.state != "covers" else 0.8) <= 0:
                return
            enough = self._enough(outcome)
            for group, one in enumerate(enough):
                if not one:
                    self._cut(outcome, group)
        self.tell("targets are still missed after as many cuts as are tried")

    def _cut(self, outcome: Outcome, group: int) -> None:
        """One agent more for the intervals that make half of what was missed on the days that were not kept."""
        for kind in sorted(self.problem.kinds_in(self.trials.yardstick.lines[group])):
            missed = outcome.missed(group, kind) * self.problem.reached(self.problem.kinds[kind].pools)
            everything = sum(
                outcome.missed(group, one).sum() for one in self.problem.kinds_in(self.trials.yardstick.lines[group])
            )
            if not missed.sum() or missed.sum() < 0.1 * everything:
                continue
            order = np.argsort(-missed, kind="stable")
            enough = int(np.searchsorted(np.cumsum(missed[order]), missed.sum() / 2)) + 1
            more = np.zeros(len(missed))
            more[order[:enough]] = 1.0
            key = self._row_of(kind)
            self._cuts[key] = self._cuts.get(key, np.zeros(len(missed))) + more

    def _row_of(self, kind: int) -> frozenset[int]:
        """The smallest set of kinds with a row of its own that this one is in."""
        rows = self.problem.needs([0.0] * len(self.problem.kinds)).rows
        sets = [row.kinds for row in rows if row.rule == "targets" and kind in row.kinds]
        return min(sets, key=lambda one: (len(one), sorted(one)))

    def _raise_what_failed(self) -> None:
        """After a proof that failed: more for the groups that were not proved."""
        best = self.best
        if best is None or best.proof is None:
            return
        self.tell("not proved; more agents where targets were missed")
        self._from(best.staffing)
        for group in range(len(self.trials.yardstick.names)):
            if not self._proved(best.proof, group, best.confidence):
                self._cut(best.proof, group)
        best.state = "not proved"
        self.best = None
        before = best
        self._known.clear()
        self._add_cuts("cut after a proof")
        if self.best is None:
            self.best = before

    def _from(self, staffing: Staffing) -> None:
        """Let what is needed be what a staffing has, so that cuts add to it."""
        agents = staffing.agents(self.problem)
        needs = self.problem.needs(self._levels)
        for row, numbers in zip(needs.rows, needs.numbers, strict=True):
            if row.rule == "targets":
                there = np.array([self.problem.pools[place].there for place in sorted(row.pools)])
                have = np.floor(there @ agents[sorted(row.pools)] + 1e-9)
                self._cuts[row.kinds] = np.where(numbers > 0, have - numbers, 0.0)

    # --- fewer

    def _shave(self) -> None:
        """Take shifts away, many at a time while that goes well, the least missed first."""
        best = self.best
        if best is None or best.outcome is None:
            return
        many = max(int(best.staffing.counts.sum()) // 8, 1)
        failed: set[bytes] = set()
        while self._left(0.5) > 0:
            order = self._least_missed(best)
            chosen = self._removable(best.staffing, order, many, failed)
            if chosen is None:
                if many == 1:
                    return
                many = max(many // 2, 1)
                continue
            failed.add(chosen.counts.tobytes())
            _, fine = self._try(chosen, f"{many} fewer")
            if fine:
                best = self.best
                assert best is not None
            elif many > 1:
                many //= 2

    def _removable(self, staffing: Staffing, order: Sequence[int], many: int, failed: set[bytes]) -> Staffing | None:
        """The staffing without `many` shifts, from the first ones whose removal was not tried and breaks no rule."""
        counts = staffing.counts.copy()
        taken = 0
        for place in order:
            counts[place] -= 1
            one = self._priced(counts, staffing)
            if not keeps_rules(self.problem, one) or (many == 1 and counts.tobytes() in failed):
                counts[place] += 1
                continue
            taken += 1
            if taken == many:
                return None if counts.tobytes() in failed else one
        return None

    def _priced(self, counts: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]", like: Staffing) -> Staffing:
        return Staffing(counts.copy(), float(self.problem.prices() @ counts), like.least)

    def _least_missed(self, best: Best) -> list[int]:
        """Columns with agents, those first whose intervals miss a goal for the fewest contacts, for what they cost."""
        assert best.outcome is not None
        agents = best.staffing.agents(self.problem)
        against = np.array([best.outcome.against(kind) for kind in range(len(self.problem.kinds))])
        prices = self.problem.prices()

        def worth(place: int) -> float:
            column = self.problem.columns[place]
            mine = [i for i, kind in enumerate(self.problem.kinds) if column.pool in kind.pools]
            together = agents[sorted({pool for i in mine for pool in self.problem.kinds[i].pools})].sum(axis=0)
            # An agent among few is missed more than one among many.
            felt = (against[mine].sum(axis=0) + 0.5) / np.maximum(together, 1.0)
            return float(felt @ column.there) / float(prices[place])

        return sorted((int(place) for place in np.flatnonzero(best.staffing.counts)), key=worth)

    # --- trying

    def _solve(self, levels: Sequence[float]) -> Staffing:
        return solve(self.problem, self.problem.needs(levels, self._cuts))

    def _try(self, staffing: Staffing, why: str) -> tuple[Outcome, bool]:
        """What the twin says of it; it becomes the best when it is enough and cheaper than what is."""
        key = staffing.counts.tobytes()
        if key in self._known:
            return self._known[key]
        observed: list[Floats] = []
        outcome = self.trials.outcome(observed)
        for one in self.trials.runs(staffing, 0, self.runs):
            observed.append(one)
            self.tell(f"{why}: {int(staffing.counts.sum())} shifts, day {len(observed)} of {self.runs}")
            outcome = self.trials.outcome(observed)
            if self._hopeless(outcome):
                break
            if self._left(1.0) <= 0:
                return outcome, False  # It is not known, and not remembered as if it were.
        fine = outcome.runs == self.runs and all(self._enough(outcome))
        groups = range(len(self.trials.yardstick.names))
        kept = tuple((outcome.successes(group), outcome.tried(group)) for group in groups)
        self.steps.append(Step(why, int(staffing.counts.sum()), staffing.cost, kept, fine))
        self._known[key] = (outcome, fine)
        if fine and (
            self.best is None or self.best.state == "covers" or staffing.cost < self.best.staffing.cost - 1e-9
        ):
            self._settle(staffing, "tried", outcome)
        return outcome, fine

    def _enough(self, outcome: Outcome) -> list[bool]:
        groups = range(len(self.trials.yardstick.names))
        return [outcome.successes(group) >= self.aim * outcome.tried(group) - 1e-9 for group in groups]

    def _hopeless(self, outcome: Outcome) -> bool:
        """Whether every group has failed on more days than it may in all, so that the rest need not be run."""
        allowed = (1 - self.aim) * self.runs * outcome.tried(0) / max(outcome.runs, 1)
        groups = range(len(self.trials.yardstick.names))
        return all(outcome.tried(one) - outcome.successes(one) > 2 * allowed + 1 for one in groups)

    def _settle(self, staffing: Staffing, state: State, outcome: Outcome | None = None) -> None:
        self.best = Best(staffing, state, outcome)

    # --- proof

    def _prove(self, attempt: int) -> bool:
        """Try the best plan on fresh days until it is proved for every group, or refuted for one, or time is over."""
        best = self.best
        assert best is not None
        wanted = self.problem.scenario.plan.probability
        # All attempts together may err as seldom as was asked for.
        best.confidence = 1 - (1 - self.problem.scenario.plan.confidence) / 2**attempt
        observed: list[Floats] = []
        groups = range(len(self.trials.yardstick.names))
        first = _FIRST_PROOF * attempt
        days = max(len(self.trials.yardstick.periods) if self.problem.scenario.plan.period == "day" else 1, 1)
        for one in self.trials.runs(best.staffing, first, first + -(-MOST_DAYS // days)):
            observed.append(one)
            best.proof = self.trials.outcome(observed)
            done = [self._proved(best.proof, group, best.confidence) for group in groups]
            self.tell(f"proof: {sum(done)} of {len(done)} proved after {len(observed)} runs")
            if all(done):
                best.state = "proved"
                return True
            seen = [(best.proof.successes(group), best.proof.tried(group)) for group in groups]
            if any(refuted(*one, wanted, 0.8) for one in seen):
                return False
            if self._left(0.95) <= 0:
                break
        best.state = "not proved"
        return False

    def _proved(self, outcome: Outcome, group: int, confidence: float) -> bool:
        tried = outcome.tried(group)
        return not tried or proved(outcome.successes(group), tried, self.problem.scenario.plan.probability, confidence)

    # --- one more, one less

    def _look_around(self) -> None:
        """What one agent more, and one less, does in each pool; as many pools as there is time for."""
        best = self.best
        if best is None or best.outcome is None:
            return
        order = self._least_missed(best)
        for pool, one in enumerate(self.problem.pools):
            mine = [place for place in order if self.problem.columns[place].pool == pool]
            for place, more in ((mine[0], -1), (mine[-1], +1)) if mine else ():
                if self._left(1.0) <= 0:
                    return
                counts = best.staffing.counts.copy()
                counts[place] += more
                changed = self._priced(counts, best.staffing)
                if not keeps_rules(self.problem, changed):
                    continue
                column = self.problem.columns[place]
                where = f"{one.name} {column.pattern.label}"
                known = self._known.get(counts.tobytes())
                outcome = known[0] if known is not None else self._observe(changed, where)
                if known is None and outcome.runs < self.runs:
                    return  # Time was over.
                groups = range(len(self.trials.yardstick.names))
                self.neighbours.append(
                    Neighbour(
                        f"one agent {'more' if more > 0 else 'fewer'} in {where}",
                        changed.cost - best.staffing.cost,
                        tuple((outcome.successes(group), outcome.tried(group)) for group in groups),
                        tuple(outcome.share(group, 0) for group in groups),
                    )
                )

    def _observe(self, staffing: Staffing, why: str) -> Outcome:
        observed: list[Floats] = []
        for one in self.trials.runs(staffing, 0, self.runs):
            observed.append(one)
            self.tell(f"one more, one less: {why}, day {len(observed)} of {self.runs}")
            if self._left(1.0) <= 0:
                break
        return self.trials.outcome(observed)
