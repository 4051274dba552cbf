"""`ringback sweep`: what the command does, without the parsing of its arguments."""

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sim.cluster import cluster
from sim.command import CANCELLED, DONE, Unusable, attempted, errors, progress_bar, read, run_by, workers_for
from sim.scenario import Engine
from sim.sweep.axes import axes_of, points_of
from sim.sweep.folder import write_found
from sim.sweep.found import Found
from sim.sweep.run import Sweep
from sim.sweep_report import show
from sim.workers import Pool, processes


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: None takes what the scenario says. `cluster` is the address of a Dask scheduler, or `local`."""

    replications: int | None = None
    seed: int | None = None
    workers: int | None = None
    cluster: str | None = None
    out: Path = Path("runs")
    engine: Engine | None = None


def sweep(path: Path, varied: Sequence[str], variants: Path | None, as_json: bool, options: Options) -> int:
    """
    Run every point and print what was found.

    Returns the exit code: 0 done, 1 the folder cannot be written or the cluster cannot be used, 2 the input cannot be
    used (all said on standard error), 130 cancelled by Ctrl-C: then what is finished is told and kept.
    """
    told = errors()
    found = attempted(told, lambda: _run(path, varied, variants, options, told), nothing="")
    if isinstance(found, int):
        return found
    if as_json:
        sys.stdout.write(found.to_json() + "\n")
    else:
        show(found, Console())
    return DONE if found.complete else CANCELLED


def _run(path: Path, varied: Sequence[str], variants: Path | None, options: Options, told: Console) -> Found:
    base = run_by(read(path), options.engine)
    if not varied and variants is None:
        raise Unusable("say what varies, like --vary people.crew.agents=4..8, or name a file with --variants")
    axes = axes_of(varied, variants)
    points = points_of(base, axes)
    sweep = Sweep(base, axes, points, replications=options.replications, seed=options.seed, out=options.out)
    if sweep.taken_over:
        told.print(f"{sweep.taken_over} of {sweep.wanted * len(points)} replications are there already")
    try:
        if sweep.left:
            # Only what has something to do starts processes, or a cluster.
            with _pool(sweep, options, told) as pool, progress_bar(told, sweep.left) as progress:
                sweep.run(pool, progress)
    except KeyboardInterrupt:
        told.print(
            f"cancelled after {sweep.done} of {sweep.wanted * len(points)} replications; this is what they say. "
            "The same command goes on"
        )
    found = sweep.found()
    told.print(f"written to {write_found(options.out, found)}")
    return found


def _pool(sweep: Sweep, options: Options, told: Console) -> AbstractContextManager[Pool | None]:
    if options.cluster is not None:
        return cluster(options.cluster, options.workers or len(os.sched_getaffinity(0)), told.print)
    scenarios = [point.scenario for point in sweep.points]
    return processes(min(workers_for(scenarios, sweep.wanted, options.workers), sweep.left))
