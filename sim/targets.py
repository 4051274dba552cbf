"""
Targets and costs: what a desk is held to, whether it is met as far as the numbers let one say, and what it all costs.

Every verdict stands on the interval of its measure: a target within it is too close to tell.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from router.wire.units import format_duration_ms
from sim.model import build
from sim.scenario import Scenario
from sim.statistics import Difference, Estimate
from sim.tally import Measured, Price, Tally, rounded

if TYPE_CHECKING:
    from sim.result import Result  # Which prints what is judged here.

Verdict = Literal["met", "missed", "too close to tell", "too few to tell", "nothing observed"]
FEW: Final = 20
"""Below so many contacts a share is not held to a target."""

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Goal:
    """One target: which measure is to be at least, or at most, how large a share."""

    measure: str
    share: float
    at_least: bool

    def verdict(self, measured: Measured) -> Verdict:
        """Whether it is met."""
        mean, low, high = measured.estimate.mean, measured.estimate.low, measured.estimate.high
        if mean is None:
            return "nothing observed"
        if measured.n is not None and measured.n < FEW:
            return "too few to tell"
        if low is not None and high is not None and low < self.share <= high:
            return "too close to tell"
        return "met" if (mean >= self.share if self.at_least else mean <= self.share) else "missed"


@dataclass(frozen=True, slots=True)
class Judged:
    """A target and what the run says of it."""

    goal: Goal
    measured: Measured

    @property
    def verdict(self) -> Verdict:
        """Whether it is met, as far as the numbers let one say."""
        return self.goal.verdict(self.measured)

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints; `at_least` or `at_most` is the target."""
        bound = "at_least" if self.goal.at_least else "at_most"
        return {bound: self.goal.share, **self.measured.to_json(), "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one kind of thing costs in one run; `number` of them at `each`, with an interval where it is by chance."""

    name: str
    what: str
    number: float
    each: float
    limits: tuple[float, float] | None

    @property
    def amount(self) -> float:
        """In the scenario's currency."""
        return self.number * self.each

    def to_json(self) -> dict[str, Any]:
        """`number`, `each`, `amount` and the interval of the amount."""
        limits = None if self.limits is None else [rounded(one * self.each) for one in self.limits]
        return {"number": rounded(self.number), "each": self.each, "amount": rounded(self.amount), "ci": limits}


def goals_of(scenario: Scenario) -> list[Goal]:
    """The targets of a scenario, the service level first."""
    targets = scenario.targets
    found = [Goal(targets.service_level.definition, targets.service_level.share, at_least=True)]
    if targets.abandonment is not None:
        found.append(Goal("abandonment", targets.abandonment, at_least=False))
    if targets.callback_kept is not None:
        found.append(Goal("callback_kept", targets.callback_kept, at_least=True))
    if targets.case_kept is not None:
        found.append(Goal("case_kept", targets.case_kept, at_least=True))
    return found


def goals(scenario: Scenario) -> Iterator[str]:
    """The same in words."""
    words = {"abandonment": "abandonment", "callback_kept": "callbacks kept", "case_kept": "cases answered in time"}
    level = scenario.targets.service_level
    within = format_duration_ms(level.within)
    for goal in goals_of(scenario):
        what = words.get(goal.measure, f"service level within {within} ({goal.measure})")
        yield f"{what}: at {'least' if goal.at_least else 'most'} {goal.share * 100:g} %"


def judged(result: "Result") -> list[Judged]:
    """Every target with its verdict, which stands on what is not known, too, where the scenario says what that is."""
    influences = result.influences
    if influences is None:
        return judged_by(result.scenario, result.measure)
    return judged_by(result.scenario, lambda name: influences.whole(result.measure(name)))


def judged_by(scenario: Scenario, measure: Callable[[str], Measured]) -> list[Judged]:
    """The same for a plan of which `measure` knows every measure by name."""
    return [Judged(goal, measure(goal.measure)) for goal in goals_of(scenario)]


def rostered_hours(scenario: Scenario) -> float:
    """Hours of all shifts as far as they lie within the run, breaks and absences included: what is paid for."""
    model, factor = build(scenario), scenario.run.compress
    total = 0.0
    for group in model.groups:
        for spell in group.spells:
            ends = model.horizon_ms if spell.ends_ms is None else min(spell.ends_ms, model.horizon_ms)
            total += group.agents * max(ends - spell.begins_ms, 0)
    return total * factor / _HOUR_MS


def costs(result: "Result") -> list[Cost]:
    """What a run costs on average; empty when the scenario says no costs."""
    return costs_by(result.scenario, result.measure)


def costs_by(scenario: Scenario, measure: Callable[[str], Measured]) -> list[Cost]:
    """The same for a plan of which `measure` knows every measure by name."""
    prices = scenario.costs
    if prices is None:
        return []
    found = [Cost("agent_hours", "rostered agent hours", rostered_hours(scenario), prices.agent_hour, None)]
    for name, what, each in (
        ("abandoned", "contacts abandoned", prices.abandoned),
        ("callbacks_late", "callbacks late", prices.late_promise),
    ):
        measured = measure(name)
        found.append(Cost(name, what, measured.estimate.mean or 0.0, each, measured.limits))
    return found


def price_of(scenario: Scenario) -> Price | None:
    """What the events of one replication cost, beside the hours that are rostered anyway; None without any costs."""
    prices = scenario.costs
    if prices is None:
        return None
    return lambda sums: sums.abandoned * prices.abandoned + sums.dialled_late * prices.late_promise


def total_cost(scenario: Scenario, tally: Tally, plan: int = 0) -> Estimate | None:
    """All costs of one run of a plan together; None without any. They belong together: one interval for their sum."""
    if scenario.costs is None:
        return None
    return _moved(tally.cost(plan), rostered_hours(scenario) * scenario.costs.agent_hour)


def total_cost_difference(base: Scenario, other: Scenario, tally: Tally, plan: int) -> Difference | None:
    """The total of a plan less that of the base, paired; None where one of them says nothing of costs."""
    if base.costs is None or other.costs is None:
        return None
    paired = tally.cost_difference(0, plan)
    rostered = rostered_hours(other) * other.costs.agent_hour - rostered_hours(base) * base.costs.agent_hour
    return Difference(_moved(paired.estimate, rostered), paired.removed)


def _moved(estimate: Estimate, by: float) -> Estimate:
    mean, low, high = (None if one is None else one + by for one in (estimate.mean, estimate.low, estimate.high))
    return Estimate(mean, low, high)
