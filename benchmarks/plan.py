"""
A real day planned twice: by the Erlang-C covering that planners are used to, and by `ringback staff`.

The demand is the Monday of a US bank at a tenth of its size with the busyness of its days and half hours
(`scenarios/us-bank-busy-monday.yaml` has what was fitted, and the source); 240 s of handle time, patience of 180 s,
80 % within 20 s. The covering asks for what Erlang C says at the mean rate of each half hour, as pyworkforce does, and
takes the cheapest of the same shifts. Both plans then meet the same fresh days.

Run `python -m benchmarks.plan [MINUTES] [DAYS]`; it prints one JSON object.
"""

import json
import sys
import time
from typing import Any

import numpy as np

from sim.command import cores
from sim.plan.covering import cover
from sim.plan.master import Staffing
from sim.plan.problem import Problem
from sim.plan.proof import limits
from sim.plan.search import Search
from sim.plan.trial import Trials
from sim.scenario_file import parse_scenario
from sim.statistics.ratios import ratio_of
from sim.theory import agents_needed
from sim.workers import processes

FRESH = 500_000
"""Number of the first day on which the plans are compared: neither was chosen by it."""

DAY = """\
extends: us-bank-busy-monday
name: us-bank-tenth
policy: {short_abandon: 0 s, wrap_up: 0 s, callbacks: false, products: [expense], languages: [en]}
demand:
  scale: 0.1
  streams: [{product: expense, language: en, channel: call, profile: monday}]
people:
  expense-early: null
  expense-core: null
  expense-late: null
  travel-early: null
  travel-core: null
  travel-late: null
  french-early: null
  french-late: null
  agents: {agents: 1, products: [expense], languages: [en]}
work: {handle_time: {exponential: 240 s}, wrap_up: 0 s}
patience: {exponential: 180 s}
callback: null
targets: {service_level: {within: 20 s, share: 0.8}}
plan:
  every: 30 min
  shifts:
    - name: full
      lasts: 8 h
      earliest: "07:00"
      latest: "13:00"
      breaks: [{after: 3.5 h, lasts: 30 min, waves: 3, apart: 30 min}]
    - {name: short, lasts: 4 h, latest: "17:00", earliest: "07:00"}
"""


def erlang_c_covering(problem: Problem) -> Staffing:
    """The cheapest shifts that cover what Erlang C asks for at the mean rate of each interval."""
    level = problem.scenario.targets.service_level
    load = problem.loads[0]
    lengths = np.diff(problem.grid.edges)
    rates = load.expected / lengths
    needed = [agents_needed(float(rate), 1 / load.handle_times[0], level.within, level.share) for rate in rates]
    matrix = np.array([column.there for column in problem.columns]).T
    found = cover(matrix, needed, problem.prices(), seconds=60)
    return Staffing(found.counts, found.cost, found.least)


def judged(trials: Trials, staffing: Staffing, days: int) -> dict[str, Any]:
    """What a plan costs and does on fresh days."""
    outcome = trials.outcome(list(trials.runs(staffing, FRESH, FRESH + days)))
    each = outcome.observed[:, 0, :, 0].sum(axis=1)
    level = ratio_of(each[:, 0].tolist(), each[:, 1].tolist())
    kept = outcome.successes(0)
    return {
        "paid_hours": round(staffing.cost, 1),
        "shifts": int(staffing.counts.sum()),
        "service_level": None if level.mean is None else round(level.mean, 4),
        "half_width": None if level.half_width is None else round(level.half_width, 4),
        "days_kept": f"{kept} of {days}",
        "interval": [round(one, 3) for one in limits(kept, days)],
    }


def main(minutes: float, days: int) -> dict[str, Any]:
    """Plan the day twice, and try both plans."""
    problem = Problem.of(parse_scenario(DAY))
    with processes(cores()) as pool:
        trials = Trials(problem, pool, problem.scenario.run.seed)
        search = Search(problem, trials, time.monotonic, minutes * 60, lambda _text: None)
        search.run()
        assert search.best is not None
        return {
            "erlang_c_covering": judged(trials, erlang_c_covering(problem), days),
            "ringback_staff": {"state": search.best.state, **judged(trials, search.best.staffing, days)},
            "first_plan_s": round(search.first_after or 0.0, 2),
            "runs": trials.made,
        }


if __name__ == "__main__":
    numbers = [float(one) for one in sys.argv[1:]]
    print(json.dumps(main(numbers[0] if numbers else 10.0, int(numbers[1]) if len(numbers) > 1 else 100), indent=2))
