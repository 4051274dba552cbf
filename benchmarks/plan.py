"""
Two plans with their goals: a real day beside the covering of pyworkforce, and a week of four lines by eight languages.

The day is the Monday of a US bank at a tenth of its size with the busyness of its days and half hours
(`scenarios/us-bank-busy-monday.yaml` has what was fitted, and the source); 240 s of handle time, patience of 180 s,
80 % within 20 s. pyworkforce asks for what Erlang C says at the mean rate of each half hour and takes the cheapest of
the same shifts (`make peers` installs it; without it the same covering is made here). Both plans meet the same fresh
days.

The week is `scenarios/baseline-tuesday.yaml` over seven days, in intervals of 15 minutes, each language with its own
targets, with as many processes as there are cores.
"""

import json
import subprocess
import time
from pathlib import Path
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
_ROOT = Path(__file__).parents[1]
_PYTHON = _ROOT / ".venv-peers/bin/python"

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

WEEK = """\
extends: baseline-tuesday
name: baseline-week
calendar: {{date: 2026-11-16, starts: "00:00", days: 7}}
run: {{horizon: null}}
policy: {{hours: {{languages: {{{hours}}}}}}}
plan:
  probability: 0.9
  confidence: 0.95
  per: language
  every: 15 min
  shifts:
    - {{name: english, pools: [en-expense, en-travel, en-invoice], every: 1 h, latest: "23:00", {english}}}
{shifts}
"""
_SITES = {
    "de": "Europe/Berlin", "fr": "Europe/Paris", "es": "Europe/Madrid", "pt-BR": "America/Sao_Paulo",
    "ja": "Asia/Tokyo", "ko": "Asia/Seoul", "zh": "Asia/Shanghai",
}  # fmt: skip
_SHIFT = (
    "lasts: 8.5 h, breaks: [{{after: 2 h, lasts: 15 min, waves: {waves}, apart: 15 min}}, "
    "{{after: 4 h, lasts: 30 min, waves: {waves}, apart: 30 min}}, "
    "{{after: 6.5 h, lasts: 15 min, waves: {waves}, apart: 15 min}}]"
)


def week_text() -> str:
    """The week as a scenario: languages are spoken in the office hours of their site, English round the clock."""
    # A part of those who write in Spanish do so in Mexico.
    hours = {language: ("08:00", "24:00" if language == "es" else "18:00") for language in _SITES}
    shifts = [
        f'    - {{name: {language.lower()}, pools: [{language.lower()}], time_zone: {zone}, earliest: "08:00", '
        f'latest: "{"15:30" if language == "es" else "09:30"}", {_SHIFT.format(waves=3)}}}'
        for language, zone in _SITES.items()
    ]
    return WEEK.format(
        hours=", ".join(f'{one}: {{days: {{mon-fri: "{begin}-{end}"}}}}' for one, (begin, end) in hours.items()),
        english=_SHIFT.format(waves=2),
        shifts="\n".join(shifts),
    )


def asked_of_pyworkforce(problem: Problem) -> dict[str, Any]:
    """A day as `benchmarks.peers.covering` takes it."""
    level, load = problem.scenario.targets.service_level, problem.loads[0]
    return {
        "contacts": [round(float(one), 6) for one in load.expected],
        "interval_min": problem.grid.every_ms / 60_000,
        "aht_min": load.handle_times[0] / 60_000,
        "within_min": level.within / 60_000,
        "level": level.share,
        "shifts": {
            str(place): {"covers": [int(one) for one in column.there], "hours": int(column.paid_hours)}
            for place, column in enumerate(problem.columns)
        },
    }


def covering_of_pyworkforce(problem: Problem) -> Staffing | None:
    """The day's shifts as pyworkforce finds them; None where it is not installed."""
    if not _PYTHON.exists():
        return None
    ran = subprocess.run(
        [str(_PYTHON), "-m", "benchmarks.peers.covering"],
        input=json.dumps(asked_of_pyworkforce(problem)), stdout=subprocess.PIPE, check=True, text=True, cwd=_ROOT,
    )  # fmt: skip
    counts = np.zeros(len(problem.columns), dtype=np.int64)
    for place, agents in json.loads(ran.stdout)["shifts"].items():
        counts[int(place)] = agents
    return Staffing(counts, float(problem.prices() @ counts), 0.0)


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


def day(minutes: float, days: int) -> dict[str, Any]:
    """Plan the bank's day twice, and try both plans on fresh days."""
    problem = Problem.of(parse_scenario(DAY))
    with processes(cores()) as pool:
        trials = Trials(problem, pool, problem.scenario.run.seed)
        search = Search(problem, trials, time.monotonic, minutes * 60, lambda _text: None)
        search.run()
        assert search.best is not None
        theirs = covering_of_pyworkforce(problem)
        name = "erlang_c_covering" if theirs is None else "pyworkforce"
        return {
            name: judged(trials, theirs or erlang_c_covering(problem), days),
            "ringback_staff": {"state": search.best.state, **judged(trials, search.best.staffing, days)},
            "first_plan_s": round(search.first_after or 0.0, 2),
            "engine": trials.engine,
            "runs": trials.made,
        }


def week(minutes: float) -> dict[str, Any]:
    """Plan the week: when the first plan was there, when one was proved, and what that came to."""
    began = time.monotonic()
    problem = Problem.of(parse_scenario(week_text()))
    with processes(cores()) as pool:
        trials = Trials(problem, pool, problem.scenario.run.seed)
        read = time.monotonic() - began
        search = Search(problem, trials, time.monotonic, minutes * 60 - read, lambda _text: None)
        search.run()
        best, proved = search.best, search.proved_after
        assert best is not None
        return {
            "state": best.state,
            "first_plan_s": round(read + (search.first_after or 0.0), 1),
            "verified_s": None if proved is None else round(read + proved, 1),
            "shifts": int(best.staffing.counts.sum()),
            "cost": round(best.staffing.cost),
            "staffings_tried": len(search.steps),
            "engine": trials.engine,
            "runs": trials.made,
            "processes": cores(),
        }
