"""
What the twin costs: contacts a second through the real desk, beside idiomatic SimPy that has no desk at all.

Also what a second process brings, and whether memory grows with the number of replications. The models are those of
`benchmarks.peers.models`.
"""

import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from time import perf_counter, process_time

from benchmarks.peers.models import MMCM, Answer, Case
from sim.run import Experiment, replicate
from sim.workers import in_order, processes

FEW, MANY = 10, 40
"""After how many replications memory is looked at."""


def run(case: Case, hours: float, replication: int = 1) -> Answer:
    """One replication by `sim.twin` and `router.core.desk`, measures included."""
    model = case.model(hours)
    replicate(case.model(0.01), 1, 0)  # The compiled draws are loaded here, outside the clock.
    started = process_time()
    total = replicate(model, 1, replication).total
    cpu = process_time() - started
    return Answer(total.offered, total.served, total.abandoned, total.wait_ms / 1000 / total.served, cpu)


def replications_per_second(workers: int, replications: int = 16) -> float:
    """
    Replications by the wall clock in so many processes, from when all of them were at work: their start is no part of
    it, what they hand over and what is made of it is.
    """
    done: list[float] = []
    experiment = Experiment([MMCM.scenario(1)], replications=replications)
    experiment.run(workers, lambda _done, _wanted: done.append(perf_counter()))
    return (replications - workers) / (done[-1] - done[workers - 1])


def loops_per_second(workers: int, loops: int = 16) -> float:
    """
    The same for a loop that counts and hands over nothing: what the machine lets several processes do just now. Where
    others use it too, nobody gets two processors.
    """
    done: list[float] = []
    with processes(workers) as pool:
        for _ in in_order(_count, (() for _ in range(loops)), pool):
            done.append(perf_counter())
    return (loops - workers) / (done[-1] - done[workers - 1])


def _count() -> int:
    number = 0
    for each in range(4_000_000):
        number += each & 1
    return number


def megabytes() -> tuple[float, float]:
    """The most memory that a process has had resident after few replications and after many."""
    # A process of its own: what this one has done before must not count.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_megabytes).result()


def _megabytes() -> tuple[float, float]:
    seen: dict[int, float] = {}
    unit = 2**20 if sys.platform == "darwin" else 2**10

    def look(done: int, _wanted: int) -> None:
        seen[done] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit

    Experiment([MMCM.scenario(0.25)], replications=MANY).run(1, look)
    return seen[FEW], seen[MANY]
