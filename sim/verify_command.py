"""
`ringback verify`: what the command does, without the parsing of its arguments.

The result goes to standard output and nothing else does: progress and errors go to standard error.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from sim.verify.report import report, to_json
from sim.verify.run import SEED, Progress, UnknownCase, choose
from sim.verify.run import verify as run_cases

DONE, FAILED, BAD_INPUT, CANCELLED = 0, 1, 2, 130


def verify(wanted: Sequence[str], full: bool, as_json: bool, seed: int = SEED, processes: int | None = None) -> int:
    """
    Run the cases (all of them when none is `wanted`) and print what they found.

    Processes default to one for each processor. Returns the exit code: 0 everything agrees, 1 something does not, 2
    there is no such case (said on standard error), 130 cancelled by Ctrl-C. Anything else that goes wrong is a bug and
    raises.
    """
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    try:
        cases = choose(wanted)
    except UnknownCase as problem:
        errors.print(str(problem))
        return BAD_INPUT
    try:
        with _progress(errors, len(cases)) as progress:
            rows = run_cases(
                cases,
                full=full,
                seed=seed,
                processes=processes or len(os.sched_getaffinity(0)),
                progress=progress,
            )
    except KeyboardInterrupt:
        errors.print("cancelled; nothing was written")
        return CANCELLED
    if wanted:
        rows = [row for row in rows if row.id in wanted or row.case in wanted]
    if as_json:
        sys.stdout.write(to_json(rows, full=full, seed=seed) + "\n")
    else:
        Console().print(report(rows))
    return DONE if all(row.passed for row in rows) else FAILED


@contextmanager
def _progress(errors: Console, cases: int) -> Iterator[Progress]:
    """A bar on a terminal; elsewhere a line for each case that is done."""
    if not errors.is_terminal:
        yield lambda case, done, total: errors.print(f"{done} of {total}: {case}")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=errors, transient=True) as bar:
        task = bar.add_task("cases", total=cases)
        yield lambda case, done, _total: bar.update(task, completed=done, description=case)
