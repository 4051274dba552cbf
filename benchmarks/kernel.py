"""
What the compiled loops cost: customers a second beside hand-written C++ on the same model, on one core and on two.

Also how long they take to be compiled when nothing is kept on disk, and to be loaded when everything is.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.peers.models import MMCM, OVERFLOW, Answer
from sim.kernel import mmcm
from sim.kernel import run as run_compiled
from sim.model import build
from sim.scenario_file import load_scenario

_FULL = Path(__file__).parents[1] / "scenarios/baseline-tuesday.yaml"

_FIRST = """
from time import process_time
from benchmarks.peers.models import {model}
from sim.run import replicate
from dataclasses import replace
model = replace({model}.model(0.1), engine="kernel")
started = process_time()
replicate(model, 1, 0)
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


def run_overflow(hours: float, replication: int) -> Answer:
    """One replication of the overflow model by `sim.kernel`, all rules of the desk and all measures included."""
    run_compiled(OVERFLOW.model(0.1), 1, 0)
    model = OVERFLOW.model(hours)
    started = process_time()
    total = run_compiled(model, 1, replication).counted.total
    cpu = process_time() - started
    return Answer(total.offered, total.served, total.abandoned, total.wait_ms / 1000 / total.served, cpu)


def overflow_events_per_second(hours: float) -> float:
    """Events of the desk a CPU second where nearly all time is spent in the loop."""
    model = OVERFLOW.model(hours)
    run_compiled(OVERFLOW.model(0.1), 1, 0)
    started = process_time()
    return run_compiled(model, 1, 1).events / (process_time() - started)


def events_per_second(days: int) -> float:
    """Events of the desk a CPU second on days of the baseline scenario, the people who leave silently left out."""
    model = replace(build(load_scenario(_FULL)), silent=0.0)
    run_compiled(model, 1, 0)
    started = process_time()
    events = sum(run_compiled(model, 1, day).events for day in range(1, days + 1))
    return events / (process_time() - started)


def two_threads(hours: float) -> float:
    """How much faster two threads are than one with the same four replications, by the wall clock."""
    model = MMCM.model(hours)

    def seconds(threads: int) -> float:
        with ThreadPoolExecutor(threads) as pool:
            started = perf_counter()
            list(pool.map(lambda replication: mmcm.replicate(model, 1, replication), range(4)))
            return perf_counter() - started

    return seconds(1) / seconds(2)


def compile_seconds(model: str) -> tuple[float, float]:
    """CPU of the first replication in a fresh process: with nothing kept on disk, and with everything."""
    with tempfile.TemporaryDirectory() as folder:
        cold, cached = (_first_replication(model, folder) for _ in range(2))
    return cold, cached


def _first_replication(model: str, cache: str) -> float:
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    command = [sys.executable, "-c", _FIRST.format(model=model)]
    return float(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout)
