"""`ringback staff`: what the command does, without the parsing of its arguments."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sim.command import CANCELLED, DONE, FAILED, attempted, cores, errors, read
from sim.plan.files import write_plan
from sim.plan.plan import Plan
from sim.plan.problem import Problem
from sim.plan.report import show
from sim.plan.search import Search
from sim.plan.trial import Trials
from sim.workers import processes


@dataclass(frozen=True, slots=True)
class Options:
    """How to search: for how many minutes, by which chance, with how many processes; where to leave the plan."""

    minutes: float = 10.0
    seed: int | None = None
    workers: int | None = None
    out: Path = Path("plans")


def staff(path: Path, as_json: bool, options: Options) -> int:
    """
    Find a plan, print it and write it.

    Returns the exit code: 0 a plan that is proved, 1 it is not proved in the time or cannot be written, 2 the input
    cannot be used, or contradicts itself (both said on standard error), 130 interrupted by Ctrl-C: then the best plan
    so far is printed and written.
    """
    told = errors()
    plan = attempted(told, lambda: _find(path, options, told))
    if isinstance(plan, int):
        return plan
    if plan is None:
        told.print("cancelled before there was any plan; nothing was written")
        return CANCELLED
    if as_json:
        sys.stdout.write(plan.to_json() + "\n")
    else:
        show(plan, Console())
    try:
        for written in write_plan(plan, path, options.out):
            told.print(f"written: {written}")
    except OSError as problem:
        told.print(f"cannot write the plan: {problem}")
        return FAILED
    if not plan.complete:
        return CANCELLED
    return DONE if plan.state == "proved" else FAILED


def _find(path: Path, options: Options, told: Console) -> Plan | None:
    """The best plan, also when Ctrl-C ended the search; None when there was none yet."""
    scenario = read(path)
    began = time.monotonic()
    problem = Problem.of(scenario)
    for note in problem.notes:
        told.print(f"note: {note}")
    workers = options.workers or cores()
    seed = scenario.run.seed if options.seed is None else options.seed
    with processes(workers) as pool, _telling(told) as tell:
        search = Search(problem, Trials(problem, pool, seed), time.monotonic, options.minutes * 60, tell)
        try:
            search.run()
        except KeyboardInterrupt:
            return Plan.of(search, time.monotonic() - began, complete=False)
    return Plan.of(search, time.monotonic() - began, complete=True)


@contextmanager
def _telling(told: Console) -> Iterator[Callable[[str], None]]:
    """What goes on, on a terminal only."""
    if not told.is_terminal:
        yield lambda _text: None
        return
    with told.status("theory") as status:
        yield status.update
