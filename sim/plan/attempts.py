"""
The staffings that were tried while searching: on which days, what each came to, and the best of them so far.

Every staffing meets the same days. How one is made is the affair of those who ask (`asked`, `fewer`, `around`).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from sim.laws import Floats
from sim.plan.master import Staffing
from sim.plan.problem import Problem
from sim.plan.rules import Rules
from sim.plan.trial import Outcome, Trials

State = Literal["covers", "tried", "proved", "not proved"]
LEAST_DAYS: Final = 40
"""Days on which a plan is tried while searching."""


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


def aimed_at(wanted: float) -> float:
    """
    The share that is aimed at while searching: half way from the wanted one to all.

    What keeps a target just as often as wanted could not be proved to do so with any number of days.
    """
    return wanted + (1 - wanted) / 2


@dataclass(slots=True)
class Attempts:
    """`clock` tells seconds, of which there are `seconds`; `tell` hears what is going on, and may raise to end it."""

    problem: Problem
    trials: Trials
    clock: Callable[[], float]
    seconds: float
    tell: Callable[[str], None]
    best: Best | None = None
    steps: list[Step] = field(default_factory=list)
    began: float = 0.0
    rules: Rules = field(init=False)
    _first: int = 0
    _times: int = 1
    _known: dict[bytes, tuple[Outcome, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = Rules(self.problem)

    @property
    def groups(self) -> range:
        """The groups of lines that keep their targets together."""
        return range(len(self.trials.yardstick.names))

    @property
    def aim(self) -> float:
        """The share of days on which a plan must keep its targets while searching."""
        return aimed_at(self.problem.scenario.plan.probability)

    @property
    def runs(self) -> int:
        """How many runs try one staffing."""
        days = len(self.trials.yardstick.periods) if self.problem.scenario.plan.period == "day" else 1
        least = max(LEAST_DAYS, round(4 / (1 - self.problem.scenario.plan.probability)))
        return max(math.ceil(least / days), 8) * self._times

    def left(self, share: float) -> float:
        """Seconds until this share of the time is over."""
        return self.began + share * self.seconds - self.clock()

    def settle(self, staffing: Staffing, state: State, outcome: Outcome | None = None) -> None:
        """Let it be the best."""
        self.best = Best(staffing, state, outcome)

    def go_on_with(self, first: int) -> None:
        """Try on other days from now on, and on twice as many as at first: those of a proof that failed say where."""
        self._first, self._times = first, 2
        self._known.clear()

    def attempt(self, staffing: Staffing, why: str) -> tuple[Outcome, bool]:
        """What the days say of it, and whether it is enough; the best is what is enough and cheaper than what was."""
        key = staffing.counts.tobytes()
        if key in self._known:
            return self._known[key]
        observed: list[Floats] = []
        outcome = self.trials.outcome(observed)
        for one in self.trials.runs(staffing, self._first, self._first + self.runs):
            observed.append(one)
            self.tell(f"{why}: {int(staffing.counts.sum())} shifts, run {len(observed)} of {self.runs}")
            outcome = self.trials.outcome(observed)
            if self._hopeless(outcome):
                break
            if self.left(1.0) <= 0:
                return outcome, False  # It is not known, and not remembered as if it were.
        if not self.steps:
            self.trials.hold_to(outcome.few())
            outcome = self.trials.outcome(observed)
        fine = outcome.runs == self.runs and all(self.enough(outcome))
        kept = tuple((outcome.successes(group), outcome.tried(group)) for group in self.groups)
        self.steps.append(Step(why, int(staffing.counts.sum()), staffing.cost, kept, fine))
        self._known[key] = (outcome, fine)
        if fine and (
            self.best is None or self.best.state == "covers" or staffing.cost < self.best.staffing.cost - 1e-9
        ):
            self.settle(staffing, "tried", outcome)
        return outcome, fine

    def beside(self, staffing: Staffing, why: str) -> Outcome | None:
        """What the days say of a staffing that is looked at beside the best; None when time was over before."""
        known = self._known.get(staffing.counts.tobytes())
        if known is not None and known[0].runs == self.runs:
            return known[0]
        observed: list[Floats] = []
        for one in self.trials.runs(staffing, self._first, self._first + self.runs):
            observed.append(one)
            self.tell(f"one more, one less: {why}, run {len(observed)} of {self.runs}")
            if self.left(1.0) <= 0 and len(observed) < self.runs:
                return None
        return self.trials.outcome(observed)

    def enough(self, outcome: Outcome) -> list[bool]:
        """Whether each group kept its targets on as many days as a plan must while searching."""
        return [
            outcome.successes(group) >= self.aim * outcome.tried(group) - 1e-9
            and all(one.good >= aimed_at(one.wanted) * one.of - 1e-9 for one in outcome.pooled(group))
            for group in self.groups
        ]

    def _hopeless(self, outcome: Outcome) -> bool:
        """Whether every group has failed on more days than it may in all, so that the rest need not be run."""
        return all(
            outcome.tried(one) - outcome.successes(one)
            > 2 * (1 - self.aim) * self.runs * outcome.tried(one) / max(outcome.runs, 1) + 1
            for one in self.groups
        )
