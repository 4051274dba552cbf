"""`ringback compare`: what the command does, without the parsing of its arguments."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sim.command import CANCELLED, DONE, Unusable, attempted, errors, progress_bar, read, workers_for
from sim.compare_report import show
from sim.comparison import Comparison, comparison_of, prepare, same_customers, unique_names
from sim.results.folder import Folder
from sim.scenario import Scenario
from sim.settings import changed, described, variants
from sim.simulate_command import tell_resumed


@dataclass(frozen=True, slots=True)
class Options:
    """
    How to run: None takes what the first scenario says. `out` is the folder in which to make this run's own; `variants`
    are those of the one file to compare, all of them where it is empty.
    """

    replications: int | None = None
    seed: int | None = None
    workers: int | None = None
    out: Path | None = None
    resume: bool = False
    variants: Sequence[str] = ()


def compare(paths: Sequence[Path], settings: Sequence[str], as_json: bool, options: Options) -> int:
    """
    Compare scenario files, or the variants of one, and print what differs; the first is the base.

    Returns the exit code: 0 done, 1 the folder cannot be written, 2 the input cannot be used (both said on standard
    error), 130 cancelled by Ctrl-C: then what is finished so far is told, and so is that it is not all.
    """
    told = errors()
    found = attempted(told, lambda: _run(paths, settings, options, told))
    if isinstance(found, int):
        return found
    if as_json:
        sys.stdout.write(found.to_json() + "\n")
    else:
        show(found, Console())
    return DONE if found.complete else CANCELLED


def _run(paths: Sequence[Path], settings: Sequence[str], options: Options, told: Console) -> Comparison:
    scenarios, names, labels = _plans(paths, settings, options.variants)
    if options.resume and options.out is None:
        raise Unusable("--resume goes on with what a folder holds; name it with --out")
    if not same_customers(scenarios):
        told.print("the plans do not have the same streams in the same order: other customers come to each of them")
    prepare(scenarios, replications=options.replications, seed=options.seed)  # Refuses before a folder is made.
    if options.out is None:
        return _experiment(scenarios, names, labels, options, None, told)
    with Folder.of_comparison(options.out, scenarios, names, options.seed, resume=options.resume) as folder:
        found = _experiment(scenarios, names, labels, options, folder, told)
        tell_resumed(folder, options.resume, told)
        folder.write_comparison(found)
        told.print(f"written to {folder.path}" + ("" if found.complete else "; run it again with --resume to go on"))
    return found


def _experiment(
    scenarios: Sequence[Scenario],
    names: Sequence[str],
    labels: Sequence[str],
    options: Options,
    folder: Folder | None,
    told: Console,
) -> Comparison:
    """What is finished, all of it or as much as there was at Ctrl-C."""
    experiment = prepare(scenarios, replications=options.replications, seed=options.seed, keeper=folder)
    workers = workers_for(scenarios, experiment.wanted, options.workers)
    try:
        with progress_bar(told, experiment.wanted) as progress:
            experiment.run(workers, progress)
    except KeyboardInterrupt:
        if not experiment.done:
            raise
        told.print(f"cancelled after {experiment.done} of {experiment.wanted} replications; this is what they say")
    return comparison_of(experiment, names, labels)


def _plans(
    paths: Sequence[Path], settings: Sequence[str], chosen: Sequence[str]
) -> tuple[list[Scenario], list[str], list[str]]:
    """The scenarios, their names, and the words that stand for them in a sentence; the base comes first."""
    scenarios = [read(path) for path in paths]
    if chosen and (len(paths) > 1 or settings):
        raise Unusable("--variant chooses among the variants of one scenario file; it goes with no other and no --set")
    if not settings:
        if len(paths) == 1 and (scenarios[0].variants or chosen):
            plans = variants(scenarios[0], chosen)
            if len(plans) < 2:
                raise Unusable("one plan is nothing to compare; name a second --variant")
            return list(plans.values()), list(plans), list(plans)
        if len(paths) < 2:
            raise Unusable("name a second scenario file, or a variant of this one with --set path=value")
        names = unique_names(scenarios)
        return scenarios, names, names
    if len(paths) > 1:
        raise Unusable("--set makes variants of one scenario file; name one file only")
    base = scenarios[0]
    made = [changed(base, text) for text in settings]
    names = unique_names([base, *made], [base.name, *settings])
    return [base, *made], names, [base.name, *(described(base, text) for text in settings)]
