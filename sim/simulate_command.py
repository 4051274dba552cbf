"""
`ringback simulate`: what the command does, without the parsing of its arguments.

The result goes to standard output and nothing else does: progress and errors go to standard error.
"""

import os
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sim.problems import BadDocument
from sim.report import show
from sim.result import Result
from sim.run import simulate as run_simulation
from sim.scenario import Scenario
from sim.scenario_check import expected_contacts
from sim.scenario_file import load_scenario

DONE, FAILED, BAD_INPUT, CANCELLED = 0, 1, 2, 130

_WORTH_PROCESSES = 200_000
"""Contacts in all from which on starting further processes saves time."""


def simulate(path: Path, replications: int | None, seed: int | None, as_json: bool) -> int:
    """
    Run the scenario and print its result; None takes the scenario's own replications and seed.

    Returns the exit code: 0 done, 2 the input cannot be used (said on standard error), 130 cancelled by Ctrl-C.
    Anything else that goes wrong is a bug and raises.
    """
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    try:
        scenario = load_scenario(path)
    except BadDocument as problem:
        errors.print(str(problem))
        return BAD_INPUT
    except OSError as problem:
        errors.print(f"{path}: cannot be read: {problem.strerror}")
        return BAD_INPUT
    try:
        result = _run(scenario, replications, seed, errors)
    except ValueError as problem:
        errors.print(str(problem))
        return BAD_INPUT
    except KeyboardInterrupt:
        errors.print("cancelled; nothing was written")
        return CANCELLED
    if as_json:
        sys.stdout.write(result.to_json() + "\n")
    else:
        show(result, scenario, Console())
    return DONE


def _run(scenario: Scenario, replications: int | None, seed: int | None, errors: Console) -> Result:
    wanted = scenario.run.replications if replications is None else replications
    processes = len(os.sched_getaffinity(0)) if expected_contacts(scenario) * wanted > _WORTH_PROCESSES else 1
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("replications", total=wanted)
        return run_simulation(
            scenario,
            replications=replications,
            seed=seed,
            processes=processes,
            progress=lambda done, _total: bar.update(task, completed=done),
        )
