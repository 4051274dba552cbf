"""
The search for the cheapest staffing that the days say is enough, and the proof that it is.

It begins with what theory says of a busy day, lets the days say of each kind of work whether that is too much or too
little, adds cuts where targets are missed, takes away shifts while they are not, and proves what is left with days that
no staffing was chosen by. The best plan so far is at hand at any time, also when the search is interrupted.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sim.laws import Floats
from sim.plan.around import Neighbour, neighbours
from sim.plan.asked import Asked
from sim.plan.attempts import Attempts, Best, Step
from sim.plan.fewer import shave
from sim.plan.problem import Problem
from sim.plan.proof import proved, refuted
from sim.plan.trial import Outcome, Trials

MOST_DAYS: Final = 1_000
"""Days after which a proof is given up."""
_FIRST_PROOF: Final = 100_000
"""Number of the first run of a proof: no plan was chosen by it."""


class Search:
    """
    One search. `clock` tells seconds; the search itself ends after `seconds` of them. `tell` hears what is going on.

    `run` may be left by any exception that `tell` raises, and by KeyboardInterrupt; `best` stays.
    """

    def __init__(
        self,
        problem: Problem,
        trials: Trials,
        clock: Callable[[], float],
        seconds: float,
        tell: Callable[[str], None],
    ) -> None:
        self.problem = problem
        self.trials = trials
        self.neighbours: list[Neighbour] = []
        self.first_after: float | None = None
        """Seconds after which the first plan was there."""
        self.proved_after: float | None = None
        """Seconds after which one was proved."""
        self._attempts = Attempts(problem, trials, clock, seconds, tell, began=clock())
        self._asked = Asked(self._attempts)

    @property
    def best(self) -> Best | None:
        """The best plan so far."""
        return self._attempts.best

    @property
    def steps(self) -> Sequence[Step]:
        """What was tried, in order."""
        return self._attempts.steps

    def run(self) -> None:
        """Search to the end. Raises `Unstaffable` when there is no plan."""
        attempts, asked = self._attempts, self._asked
        first = asked.staffing()
        attempts.settle(first, "covers")
        self.first_after = self._passed()
        asked.find_levels(first)
        asked.add_cuts("cut")
        shave(attempts)
        attempt = 1
        while attempts.best is not None and attempts.best.state == "tried" and attempts.left(1.0) > 0:
            if self._prove(attempt):
                self.proved_after = self._passed()
                break
            if attempts.left(1.0) <= 0:
                break
            self._raise_what_failed(attempt)
            attempt += 1
        for one in neighbours(attempts):
            self.neighbours.append(one)

    def _passed(self) -> float:
        return self._attempts.clock() - self._attempts.began

    def _prove(self, attempt: int) -> bool:
        """Try the best plan on fresh days until it is proved for every group, or refuted for one, or time is over."""
        attempts, plan = self._attempts, self.problem.scenario.plan
        best = attempts.best
        assert best is not None
        # All attempts together may err as seldom as was asked for.
        best.confidence = 1 - (1 - plan.confidence) / 2**attempt
        observed: list[Floats] = []
        first = _FIRST_PROOF * attempt
        days = max(len(self.trials.yardstick.periods) if plan.period == "day" else 1, 1)
        for one in self.trials.runs(best.staffing, first, first + -(-MOST_DAYS // days)):
            observed.append(one)
            best.proof = self.trials.outcome(observed)
            done = [self._proved(best.proof, group, best.confidence) for group in attempts.groups]
            attempts.tell(f"proof: {sum(done)} of {len(done)} proved after {len(observed)} runs")
            if all(done):
                best.state = "proved"
                return True
            if any(refuted(*one, 0.8) for group in attempts.groups for one in self._claims(best.proof, group)):
                return False
            if attempts.left(0.95) <= 0:
                break
        best.state = "not proved"
        return False

    def _proved(self, outcome: Outcome, group: int, confidence: float) -> bool:
        return all(proved(*one, confidence) for one in self._claims(outcome, group))

    def _claims(self, outcome: Outcome, group: int) -> Iterator[tuple[float, float, float]]:
        """What is to be proved of a group: how often something was right, of how many, and how often it should be."""
        if outcome.tried(group):
            yield outcome.successes(group), outcome.tried(group), self.problem.scenario.plan.probability
        for one in outcome.pooled(group):
            if one.of:
                # Contacts are late together, which is taken for half as many who are not.
                yield one.good / 2, one.of / 2, one.wanted

    def _raise_what_failed(self, attempt: int) -> None:
        """After a proof that failed: more for the groups that were not proved, as the days of that proof say."""
        attempts, asked = self._attempts, self._asked
        best = attempts.best
        if best is None or best.proof is None:
            return
        attempts.tell("not proved; more agents where targets were missed")
        asked.start_from(best.staffing)
        for group in attempts.groups:
            if not self._proved(best.proof, group, best.confidence):
                asked.cut(best.proof, group)
        best.state = "not proved"
        attempts.best = None
        attempts.go_on_with(_FIRST_PROOF * attempt)
        asked.add_cuts("cut after a proof")
        if attempts.best is None:
            attempts.best = best
