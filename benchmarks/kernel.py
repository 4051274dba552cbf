"""
What the compiled loops cost: customers a second beside hand-written C++ on the same model, on one core and on two.

Also how long they take to be compiled when nothing is kept on disk, and to be loaded when everything is.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, process_time

from benchmarks.peers.models import MMCM, Answer
from sim.kernel import mmcm

_FIRST = """
from time import process_time
from benchmarks.peers.models import MMCM
from sim.kernel import mmcm
model = MMCM.model(0.1)
started = process_time()
mmcm.replicate(model, 1, 0)
print(process_time() - started)
"""


def run_line(hours: float, replication: int) -> Answer:
    """One replication of M/M/c+M by `sim.kernel.mmcm`, measures included."""
    mmcm.replicate(MMCM.model(0.1), 1, 0)  # Compiled, or loaded, outside the clock.
    model = MMCM.model(hours)
    started = process_time()
    total = mmcm.replicate(model, 1, replication).total
    cpu = process_time() - started
    return Answer(total.offered, total.served, total.abandoned, total.wait_ms / 1000 / total.served, cpu)


def two_threads(hours: float) -> float:
    """How much faster two threads are than one with the same four replications, by the wall clock."""
    model = MMCM.model(hours)

    def seconds(threads: int) -> float:
        with ThreadPoolExecutor(threads) as pool:
            started = perf_counter()
            list(pool.map(lambda replication: mmcm.replicate(model, 1, replication), range(4)))
            return perf_counter() - started

    return seconds(1) / seconds(2)


def compile_seconds() -> tuple[float, float]:
    """CPU of the first replication in a fresh process: with nothing kept on disk, and with everything."""
    with tempfile.TemporaryDirectory() as folder:
        cold, cached = (_first_replication(folder) for _ in range(2))
    return cold, cached


def _first_replication(cache: str) -> float:
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    ran = subprocess.run([sys.executable, "-c", _FIRST], env=environment, check=True, capture_output=True, text=True)
    return float(ran.stdout)
