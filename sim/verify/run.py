"""
Running cases: in this process, or in several, with the same result.

Rows come in the order of the cases. What a case does depends on the case, the size and the seed alone.
"""

import math
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager

import numpy as np

from sim.problems import did_you_mean
from sim.verify import days, steady
from sim.verify.case import MOST_Z, Case, Row, TheoryCase, TwinCase
from sim.verify.theory_cases import THEORY_CASES
from sim.verify.twin_cases import TWIN_CASES

CASES: tuple[Case, ...] = (*TWIN_CASES, *THEORY_CASES)

SEED = 1
WIDEST_FULL, WIDEST_QUICK = 0.01, 0.15
"""Largest half-width of a twin's interval, relative to the exact value."""

Progress = Callable[[str, int, int], None]
"""Called with (the case that is done, cases done, cases in all); may raise to cancel the run."""


class UnknownCase(ValueError):
    """There is no such case or row; the message names the nearest."""


def choose(wanted: Sequence[str]) -> list[Case]:
    """The cases of these ids, of a case or one of its rows; all of them when there are none. Raises UnknownCase."""
    if not wanted:
        return list(CASES)
    known = {case.id: case for case in CASES}
    chosen: set[str] = set()
    for ident in wanted:
        name, dot, measure = ident.partition(".")
        case = known.get(name)
        if case is None:
            raise UnknownCase(f"there is no case '{name}'.{did_you_mean(name, known)}")
        if dot and measure not in measures(case):
            raise UnknownCase(f"the case '{name}' does not measure '{measure}'.{did_you_mean(measure, measures(case))}")
        chosen.add(name)
    return [case for case in CASES if case.id in chosen]


def measures(case: Case) -> list[str]:
    """The measures of a case, one row each."""
    if isinstance(case, TheoryCase):
        return list(case.published)
    return [measure for measure in case.theory(**case.parameters) if measure not in case.left_out]


def run_case(case: Case, full: bool = False, seed: int = SEED) -> list[Row]:
    """The rows of one case."""
    return _compare(case) if isinstance(case, TheoryCase) else _simulate(case, full, seed)


def verify(
    cases: Sequence[Case], *, full: bool = False, seed: int = SEED, processes: int = 1, progress: Progress | None = None
) -> list[Row]:
    """
    Run the cases. More than one process runs cases side by side, the longest first.

    Whatever `progress` raises (also a KeyboardInterrupt) ends the run and passes through; no process is left behind.
    """
    found: dict[str, list[Row]] = {}
    for case, rows in _each(cases, full, seed, processes):
        found[case.id] = rows
        if progress is not None:
            progress(case.id, len(found), len(cases))
    return [row for case in cases for row in found[case.id]]


def _each(cases: Sequence[Case], full: bool, seed: int, processes: int) -> Iterator[tuple[Case, list[Row]]]:
    twins = sorted((case for case in cases if isinstance(case, TwinCase)), key=lambda case: -_size(case, full))
    rest = [case for case in cases if isinstance(case, TheoryCase)]
    if processes <= 1 or len(twins) <= 1:
        for case in cases:
            yield case, run_case(case, full, seed)
        return
    with _pool(min(processes, len(twins))) as pool:
        # A case holds functions, which do not travel; its id does.
        futures = {pool.submit(_run_by_id, case.id, full, seed): case for case in twins}
        for known in rest:
            yield known, run_case(known, full, seed)
        for future in as_completed(futures):
            yield futures[future], future.result()


def _size(case: TwinCase, full: bool) -> float:
    """About how many customers a case takes."""
    wanted = case.full if full else case.quick
    return wanted if case.way == "steady" else wanted * float(np.sum(case.parameters["per_hour"]))


def _run_by_id(ident: str, full: bool, seed: int) -> list[Row]:
    return run_case(choose([ident])[0], full, seed)


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """A pool that is emptied at once when the caller leaves early; see `sim.run`."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, signal.signal, (signal.SIGINT, signal.SIG_DFL))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _simulate(case: TwinCase, full: bool, seed: int) -> list[Row]:
    exact = case.theory(**case.parameters)
    scenario, size = case.scenario(**case.parameters), case.full if full else case.quick
    run = steady.simulate(scenario, size, seed) if case.way == "steady" else days.simulate(scenario, size, seed)
    rows = []
    for measure, expected in exact.items():
        if measure in case.left_out or (measure in case.full_only and not full):
            continue
        observed = run.observe(measure)
        rows.append(
            Row(
                case.id,
                measure,
                "twin",
                expected,
                observed.mean,
                observed.half_width(),
                observed.z(expected),
                (WIDEST_FULL if full else WIDEST_QUICK) * case.loose.get(measure, 1),
            )
        )
    return rows


def _compare(case: TheoryCase) -> list[Row]:
    computed = case.theory(**case.parameters)
    rows = []
    for measure, published in case.published.items():
        got, tolerance = float(computed[measure]), case.tolerance_of(measure)
        distance = got - published
        z = 0.0 if not distance else MOST_Z * distance / tolerance if tolerance else math.copysign(math.inf, distance)
        rows.append(Row(case.id, measure, "theory", published, got, tolerance, z, 0.0))
    return rows
