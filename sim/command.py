"""
What the commands that run scenarios share: exit codes, reading with errors on standard error, progress with time left.

Results go to standard output and nothing else does.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from sim.problems import BadDocument
from sim.run import Progress
from sim.scenario import Scenario
from sim.scenario_check import expected_contacts
from sim.scenario_file import load_scenario

DONE, FAILED, BAD_INPUT, CANCELLED = 0, 1, 2, 130

_WORTH_PROCESSES = 50_000
"""Contacts in all from which on starting further processes saves time."""


class Unusable(Exception):
    """The input cannot be used; the message is for people."""


def errors() -> Console:
    """Standard error, as it is: nothing in a message is taken for markup."""
    return Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


def read(path: Path) -> Scenario:
    """The scenario of a file. Raises `Unusable`."""
    try:
        return load_scenario(path)
    except BadDocument as problem:
        raise Unusable(str(problem)) from None
    except OSError as problem:
        raise Unusable(f"{path}: cannot be read: {problem.strerror}") from None


def workers_for(scenarios: Sequence[Scenario], replications: int, workers: int | None) -> int:
    """As many processes as were asked for; else one per core where there is enough to do."""
    if workers is not None:
        return workers
    contacts = sum(expected_contacts(scenario) for scenario in scenarios) * replications
    return cores() if contacts > _WORTH_PROCESSES else 1


def cores() -> int:
    """How many processes can work at the same time."""
    return len(os.sched_getaffinity(0))


@contextmanager
def progress_bar(console: Console, wanted: int) -> Iterator[Progress]:
    """Replications done and time left, on a terminal only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("replications", total=wanted)
        yield lambda done, _total: bar.update(task, completed=done)
