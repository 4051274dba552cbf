"""`ringback simulate`: what the command does, without the parsing of its arguments."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sim.command import BAD_INPUT as BAD_INPUT
from sim.command import CANCELLED as CANCELLED
from sim.command import DONE as DONE
from sim.command import FAILED as FAILED
from sim.command import Unusable, attempted, errors, progress_bar, read, run_by, workers_for
from sim.long_run import simulate_steady
from sim.report import show
from sim.result import Result
from sim.results.folder import Folder
from sim.run import Experiment
from sim.scenario import Engine, Scenario
from sim.settings import variants
from sim.statistics.stopping import Precision


@dataclass(frozen=True, slots=True)
class Options:
    """
    How to run: None takes what the scenario says.

    `precision` (0.02 for 2 %) of `measures` ends the run as soon as it is reached, with `replications` as the cap.
    `out` is the folder in which to make this run's own; `variant` is one of the scenario's own.
    """

    replications: int | None = None
    seed: int | None = None
    workers: int | None = None
    precision: float | None = None
    measures: Sequence[str] = ("sl_offered",)
    reduce: bool = False
    steady: bool = False
    out: Path | None = None
    resume: bool = False
    variant: str | None = None
    engine: Engine | None = None


def simulate(
    path: Path, replications: int | None, seed: int | None, as_json: bool, options: Options | None = None
) -> int:
    """
    Run the scenario and print its result; None takes the scenario's own replications and seed.

    Returns the exit code: 0 done, 1 the folder cannot be written, 2 the input cannot be used (both said on standard
    error), 130 cancelled by Ctrl-C. Anything else that goes wrong is a bug and raises.
    """
    told, chosen = errors(), options or Options(replications, seed)
    result = attempted(told, lambda: _run(run_by(_plan(path, chosen.variant), chosen.engine), chosen, told))
    if result is None:
        return CANCELLED
    if isinstance(result, int):
        return result
    if as_json:
        sys.stdout.write(result.to_json() + "\n")
    else:
        show(result, Console())
    return DONE


def _plan(path: Path, variant: str | None) -> Scenario:
    """The scenario of a file, or one of its variants, which is then called after both."""
    scenario = read(path)
    if variant is None:
        return scenario
    plan = variants(scenario, [variant])[variant]
    return plan.model_copy(update={"name": f"{scenario.name}-{variant}"})


def _run(scenario: Scenario, options: Options, told: Console) -> Result | None:
    """The result; None when the run was cancelled and what is done of it is kept."""
    if options.steady:
        if options.out is not None or options.precision is not None or options.reduce:
            raise Unusable("--steady makes one long run; it goes with --seed and --json alone")
        return simulate_steady(scenario, seed=options.seed)
    if options.resume and options.out is None:
        raise Unusable("--resume goes on with what a folder holds; name it with --out")
    precision = None
    if options.precision is not None:
        cap = {} if options.replications is None else {"at_most": options.replications}
        precision = Precision(options.precision, tuple(options.measures), **cap)
    if options.out is None:
        return _experiment(scenario, options, precision, None, told)
    with Folder.of_simulation(options.out, scenario, options.seed, resume=options.resume) as folder:
        result = _experiment(scenario, options, precision, folder, told)
        tell_resumed(folder, options.resume, told)
        if result is not None:
            folder.write_result(result)
            told.print(f"written to {folder.path}")
    return result


def _experiment(
    scenario: Scenario, options: Options, precision: Precision | None, folder: Folder | None, told: Console
) -> Result | None:
    experiment = Experiment(
        [scenario],
        replications=options.replications,
        seed=options.seed,
        precision=precision,
        reduce=options.reduce,
        keeper=folder,
    )
    workers = workers_for([scenario], experiment.wanted, options.workers)
    try:
        with progress_bar(told, experiment.wanted) as progress:
            experiment.run(workers, progress)
    except KeyboardInterrupt:
        if folder is None or not experiment.done:
            raise
        folder.write_result(experiment.result(), complete=False)
        told.print(
            f"cancelled after {experiment.done} of {experiment.wanted} replications; they are kept in {folder.path}: "
            "run it again with --resume to go on"
        )
        return None
    return experiment.result()


def tell_resumed(folder: Folder, resume: bool, told: Console) -> None:
    """Say how much was taken over, or why nothing was."""
    if resume:
        told.print(
            f"took over {folder.resumed} finished replications"
            if folder.resumed
            else f"nothing to resume in {folder.path}: no run with the same input and code was there"
        )
