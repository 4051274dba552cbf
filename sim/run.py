"""
Replications of a scenario: one after another or in several processes, with the same result.

Results are put in the order of the replications, so that nothing depends on which process was faster.
"""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager

from sim.model import Model, build
from sim.result import Result
from sim.scenario import Scenario
from sim.twin import Counted, Twin

Progress = Callable[[int, int], None]
"""Called with (replications done, replications in all) after each of them; may raise to cancel the run."""


def simulate(
    scenario: Scenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> Result:
    """
    Run a checked scenario with the twin; replications and seed default to the scenario's own.

    Whatever `progress` raises (also a KeyboardInterrupt) ends the run and passes through; no process is left behind.
    """
    model = build(scenario)
    wanted = scenario.run.replications if replications is None else replications
    start = scenario.run.seed if seed is None else seed
    if not 1 <= wanted <= 10_000:
        raise ValueError(f"replications must be between 1 and 10,000, not {wanted}")
    if not 0 <= start < 2**63:
        raise ValueError(f"the seed must be between 0 and 2**63 - 1, not {start}")
    counted: dict[int, Counted] = {}
    for replication, one in _each(model, start, wanted, min(processes, wanted)):
        counted[replication] = one
        if progress is not None:
            progress(len(counted), wanted)
    within_s = scenario.targets.service_level.within / scenario.run.compress / 1000
    return Result(scenario.name, "twin", start, within_s, [counted[index] for index in range(wanted)])


def replicate(model: Model, seed: int, replication: int) -> Counted:
    """One replication, numbered from 0."""
    return Twin(model, seed, replication).run()


def _each(model: Model, seed: int, wanted: int, processes: int) -> Iterator[tuple[int, Counted]]:
    """(replication, counts), as they are done."""
    if processes <= 1:
        for replication in range(wanted):
            yield replication, replicate(model, seed, replication)
        return
    with _pool(processes) as pool:
        futures = {pool.submit(replicate, model, seed, replication): replication for replication in range(wanted)}
        for future in as_completed(futures):
            yield futures[future], future.result()


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """A pool that is emptied at once when the caller leaves early."""
    # Forked children of a threaded process may hang; fresh ones cost half a second.
    context = multiprocessing.get_context("spawn")
    # Ctrl-C reaches the whole group; a child that dies of it at once lets the parent end at once, without a trace.
    pool = ProcessPoolExecutor(processes, context, signal.signal, (signal.SIGINT, signal.SIG_DFL))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
