"""Targets are judged by their intervals, and costs are numbers of things times what each costs."""

import json
from io import StringIO

import pytest
from rich.console import Console

from sim.definitions import all_definitions
from sim.report import report
from sim.results.page import result_page
from sim.run import simulate
from sim.scenario_file import parse_scenario
from sim.statistics import Estimate
from sim.tally import Measured
from sim.targets import Goal, costs, judged, rostered_hours

COSTS = ("agent_hours", "abandoned", "callbacks_late")
DAY = """\
extends: first-desk
calendar: {starts: "08:00"}
people: {travel-crew: {shift: {from: "09:00", to: "11:00"}}}
targets: {service_level: {within: 60 s, share: 0.8, definition: sl_late}, abandonment: 0.05, callback_kept: 0.9}
costs: {currency: CHF, agent_hour: 50, abandoned: 10, late_promise: 4}
run: {replications: 5}
"""


def found(mean: float | None, half: float, n: int = 1_000) -> Measured:
    """A share with its interval."""
    definition = next(one for one in all_definitions(60) if one.name == "abandonment")
    estimate = Estimate(None, None, None) if mean is None else Estimate(mean, mean - half, mean + half)
    return Measured(definition, estimate, n)


@pytest.mark.parametrize(
    ("at_least", "measured", "verdict"),
    [
        (True, found(0.85, 0.01), "met"),
        (True, found(0.75, 0.01), "missed"),
        (True, found(0.80, 0.01), "too close to tell"),
        (False, found(0.75, 0.01), "met"),
        (False, found(0.85, 0.01), "missed"),
        (False, found(0.80, 0.01), "too close to tell"),
        (True, found(0.85, 0.01, n=19), "too few to tell"),
        (True, found(None, 0, n=0), "nothing observed"),
    ],
)
def test_a_target_is_met_when_its_whole_interval_says_so(at_least: bool, measured: Measured, verdict: str) -> None:
    """A target inside the interval is not decided, whatever the mean says; nor is one of a handful of contacts."""
    assert Goal("abandonment", 0.8, at_least).verdict(measured) == verdict


def test_every_target_is_reported_with_its_interval() -> None:
    """On the terminal, in the page and as JSON: what is wanted, what was found, and the verdict."""
    result = simulate(parse_scenario(DAY))
    told = json.loads(result.to_json())["targets"]
    console = Console(width=200, record=True, file=StringIO())
    console.print(report(result))

    assert [one.goal.measure for one in judged(result)] == list(told) == ["sl_late", "abandonment", "callback_kept"]
    assert (told["sl_late"]["at_least"], told["abandonment"]["at_most"]) == (0.8, 0.05)
    assert all(one["ci"][0] <= one["mean"] <= one["ci"][1] for one in told.values())
    for text in (console.export_text(), result_page(result)):
        assert "at most 5 %" in text
        assert all(one.verdict in text for one in judged(result))


def test_costs_are_what_happened_times_what_each_costs() -> None:
    """5 agents for 4 hours and 3 for 2 are rostered; abandons and late promises have the intervals of their means."""
    scenario = parse_scenario(DAY)
    result = simulate(scenario)
    hours, abandoned, late = costs(result)

    assert (rostered_hours(scenario), hours.amount, hours.limits) == (26, 1_300, None)
    assert abandoned.amount == pytest.approx(10 * result.total().abandoned / 5)
    assert late.number == result.total().dialled_late / 5
    told = json.loads(result.to_json())["costs"]
    assert told["currency"] == "CHF"
    # The parts go together, so that their sum has an interval of its own: narrower than both put together.
    low, high = told["total"]["ci"]
    parts = [told[name]["ci"] for name in ("abandoned", "callbacks_late")]
    assert told["total"]["amount"] == pytest.approx(sum(told[name]["amount"] for name in told if name in COSTS))
    assert 0 < high - low < sum(part[1] - part[0] for part in parts)
