"""
What the commands that run scenarios share: exit codes, reading with errors on standard error, progress with time left.

Results go to standard output and nothing else does.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from sim.cluster import NoCluster
from sim.problems import BadDocument
from sim.run import Progress
from sim.scenario import Engine, Scenario
from sim.scenario_check import expected_contacts
from sim.scenario_file import load_scenario

Answer = TypeVar("Answer")

DONE, FAILED, BAD_INPUT, CANCELLED = 0, 1, 2, 130

_WORTH_PROCESSES = 50_000
"""Contacts in all from which on starting further processes saves time."""


class Unusable(Exception):
    """The input cannot be used; the message is for people."""


def attempted(told: Console, work: Callable[[], Answer], *, nothing: str = "; nothing was written") -> Answer | int:
    """
    What comes of `work`, or an exit code after saying on standard error why nothing does.

    2 for input that cannot be used, 130 for Ctrl-C, 1 for files or a cluster. Anything else is a bug and raises.
    """
    try:
        return work()
    except (Unusable, ValueError, BadDocument) as problem:
        told.print(str(problem))
        return BAD_INPUT
    except KeyboardInterrupt:
        told.print(f"cancelled{nothing}")
        return CANCELLED
    except NoCluster as problem:
        told.print(str(problem))
        return FAILED
    except OSError as problem:
        told.print(f"cannot write the results: {problem}")
        return FAILED


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


def run_by(scenario: Scenario, engine: Engine | None) -> Scenario:
    """The scenario with another engine; None leaves it as it is."""
    if engine is None:
        return scenario
    return scenario.model_copy(update={"run": scenario.run.model_copy(update={"engine": engine})})


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
